"""Consent as a record: read by who recorded it and by whom it names, and withdrawn through a gate."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import knooppunt.kernel.clock
from knooppunt.kernel.walls import CORE, gate, only_for, protect

TABLE = "cases_consent"
WALL = protect(TABLE, "case_id", category=only_for(TABLE, category=CORE, only="organisations"), own="recorded_for_id")
NEVER_CHANGED = "REVOKE UPDATE ON cases_consent FROM kn_web, kn_jobs;"

# Whoever hears that somebody withdraws must be able to record it at once: who recorded it, and whom it names.
GATES = """
CREATE FUNCTION kn_withdraw_consent(wanted uuid, how text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE cases_consent c
     SET withdrawn_at = kn_now(), withdrawn_how = how, withdrawn_by = kn_setting('professional')::uuid
   WHERE c.id = wanted AND c.withdrawn_at IS NULL AND kn_setting('function') = 'execution'
     AND kn_reaches(c.case_id, 'core', NULL)
     AND (c.recorded_for_id = kn_setting('organisation')::uuid
       OR kn_setting('organisation')::uuid = ANY (c.organisations));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such consent for this actor' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- What rests on a consent that this actor withdrew in this same Work, for each organisation that sees it now, and
-- whether another consent that still holds covers that one. The actor need not see the items.
CREATE FUNCTION kn_items_on_consent(wanted uuid)
    RETURNS TABLE (item uuid, category text, about text, supplier uuid, question jsonb, recipient uuid, covered boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i.id, i.category, i.subject, i.supplier_id, d.question, g.organisation_id,
         EXISTS (SELECT 1 FROM sharing_supplydecision o JOIN cases_consent other ON other.id = o.consent_id
           WHERE o.item_id = i.id AND other.withdrawn_at IS NULL AND g.organisation_id = ANY (other.organisations))
    FROM cases_consent c
    JOIN cases_item i ON i.case_id = c.case_id
    JOIN sharing_supplydecision d ON d.item_id = i.id AND d.occasion = 'supplied'
    LEFT JOIN LATERAL (
      SELECT DISTINCT g.organisation_id FROM sharing_grant g
       WHERE g.subject_id = i.case_id AND g.function = 'execution' AND i.category = ANY (g.categories)
         AND kn_valid(g.valid_from, g.valid_until) AND g.organisation_id <> i.supplier_id
         AND (i.only_for IS NULL OR g.organisation_id = ANY (i.only_for))) g ON true
   WHERE c.id = wanted AND c.withdrawn_at = kn_now() AND c.withdrawn_by = kn_setting('professional')::uuid
     AND EXISTS (SELECT 1 FROM sharing_supplydecision r WHERE r.item_id = i.id AND r.consent_id = c.id)
   ORDER BY i.made_at, i.id $$;

CREATE FUNCTION kn_narrow_item(wanted uuid, consent uuid, keep uuid[], decision jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO sharing_supplydecision (id, item_id, subject_id, category, supplier_id, at, occasion, outcome,
      regime_version, question, answers, motivation)
    SELECT (decision->>'id')::uuid, o.item, i.case_id, i.category, i.supplier_id, kn_now(), 'withdrawn',
           decision->>'outcome', decision->>'regime_version', decision->'question', decision->'answers', ''
      FROM (SELECT DISTINCT s.item FROM kn_items_on_consent(consent) s WHERE s.item = wanted) o
      JOIN cases_item i ON i.id = o.item;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this item does not rest on that consent' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE cases_item SET only_for = ARRAY(
      SELECT s.recipient FROM kn_items_on_consent(consent) s WHERE s.item = wanted AND s.recipient = ANY (keep))
   WHERE id = wanted;
END $$;
"""

# Of an item that rests on consent, also whether a consent that still holds names the newcomer; null where none counts.
EARLIER = """
DROP FUNCTION kn_earlier_items(uuid, uuid);
CREATE FUNCTION kn_earlier_items(wanted uuid, newcomer uuid)
    RETURNS TABLE (item uuid, category text, about text, supplier uuid, question jsonb, covered boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i.id, i.category, i.subject, i.supplier_id, d.question,
         (SELECT bool_or(c.withdrawn_at IS NULL AND newcomer = ANY (c.organisations))
            FROM sharing_supplydecision o JOIN cases_consent c ON c.id = o.consent_id WHERE o.item_id = i.id)
    FROM cases_item i
    JOIN sharing_grant g ON g.subject_id = i.case_id AND i.category = ANY (g.categories)
    LEFT JOIN sharing_supplydecision d ON d.item_id = i.id AND d.occasion = 'supplied'
   WHERE i.case_id = wanted AND NOT i.withheld AND i.supplier_id <> newcomer
     AND g.organisation_id = newcomer AND g.function = 'execution' AND g.made_in = kn_xact()
     AND kn_setting('function') = 'execution' AND kn_reaches(wanted, 'core', NULL)
   ORDER BY i.made_at, i.id $$;
"""

SQL = (
    WALL
    + NEVER_CHANGED
    + GATES
    + EARLIER
    + gate("kn_withdraw_consent(uuid, text)")
    + gate("kn_items_on_consent(uuid)")
    + gate("kn_narrow_item(uuid, uuid, uuid[], jsonb)")
    + gate("kn_earlier_items(uuid, uuid)")
)


class Migration(migrations.Migration):
    """The table of consents, its wall, and the gates by which one is withdrawn."""

    dependencies = [("cases", "0010_only_for"), ("sharing", "0013_decision_on_consent"), ("partners", "0002_walls")]
    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person_id", models.UUIDField()),
                ("given_on", models.DateField()),
                ("given_how", models.CharField(max_length=10)),
                ("given_by", models.CharField(max_length=20)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("organisations", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("purpose", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("recorded_by", models.UUIDField()),
                ("recorded_at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_how", models.CharField(blank=True, max_length=10)),
                ("withdrawn_by", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="cases.case"
                    ),
                ),
                (
                    "recorded_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                                ("withdrawn_how", ""),
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_whole",
                    )
                ],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
