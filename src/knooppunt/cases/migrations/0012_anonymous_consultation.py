"""Situations put to a table without anything that identifies, and what was answered: behind the wall like a case."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import knooppunt.kernel.clock
from knooppunt.kernel.walls import gate, protect, reaches

OWN = "organisation_id = (SELECT kn_setting('organisation'))::uuid"
ASKED = f"asked_for_id = (SELECT kn_setting('organisation'))::uuid AND {reaches('cases_sounding', 'id')}"
ANSWERED = f"{OWN} AND {reaches('cases_soundinganswer', 'sounding_id')}"

TIGHTER = f"""
-- Others at the table read what was asked; only for the organisation that asked somebody writes there.
ALTER POLICY adds ON cases_sounding WITH CHECK ({ASKED});
ALTER POLICY changes ON cases_sounding USING ({ASKED}) WITH CHECK ({ASKED});
ALTER POLICY adds ON cases_soundinganswer WITH CHECK ({ANSWERED});
-- What was answered stands: it is not changed, only added to.
REVOKE UPDATE ON cases_soundinganswer FROM kn_web, kn_jobs;
"""

# As it stood in sharing, with one kind more: whoever asks follows the own sounding, also without a seat at the table.
DESIGNATE = """
CREATE OR REPLACE FUNCTION kn_designate(key uuid, organisation uuid, designee uuid, kind text, subject uuid,
    function_ text, until timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- What is unknown counts as no: without an actor the comparison is neither true nor false.
  IF ((kn_setting('function') IN ('maintenance', 'system') AND kn_setting('organisation')::uuid = organisation)
      OR (kind IN ('report', 'intake', 'sounding', 'case') AND kn_may_arrange(subject))) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not designate for this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_designation (id, organisation_id, designee_id, subject_kind, subject_id, function, valid_from,
      valid_until) VALUES (key, organisation, designee, kind, subject, function_, kn_now(), until);
END $$;
"""

GATES = """
CREATE FUNCTION kn_withdraw_sounding(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (kn_reaches(wanted, 'core', NULL) AND kn_setting('function') = 'execution'
      AND EXISTS (SELECT 1 FROM cases_sounding
        WHERE id = wanted AND asked_for_id = kn_setting('organisation')::uuid)) IS NOT TRUE THEN
    RAISE EXCEPTION 'this sounding is not within reach' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM cases_soundinganswer WHERE sounding_id = wanted;
  DELETE FROM cases_sounding WHERE id = wanted;
  DELETE FROM kernel_draft WHERE subject_id = wanted;
  DELETE FROM sharing_designation WHERE subject_id = wanted;
  DELETE FROM sharing_grant WHERE subject_id = wanted;
END $$;

CREATE FUNCTION kn_clear_soundings() RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE past uuid[];
BEGIN
  SELECT array_agg(id) INTO past FROM cases_sounding
   WHERE remove_on < (kn_now() AT TIME ZONE 'Europe/Amsterdam')::date AND kn_setting('function') = 'system';
  DELETE FROM cases_soundinganswer WHERE sounding_id = ANY (past);
  DELETE FROM cases_sounding WHERE id = ANY (past);
  DELETE FROM kernel_draft WHERE subject_id = ANY (past);
  DELETE FROM sharing_designation WHERE subject_id = ANY (past);
  DELETE FROM sharing_grant WHERE subject_id = ANY (past);
  RETURN QUERY SELECT unnest(past);
END $$;
"""

SQL = (
    protect("cases_sounding", "id")
    + protect("cases_soundinganswer", "sounding_id")
    + TIGHTER
    + GATES
    + gate("kn_withdraw_sounding(uuid)")
    + gate("kn_clear_soundings()")
    + "REVOKE EXECUTE ON FUNCTION kn_clear_soundings() FROM kn_web;"
)


class Migration(migrations.Migration):
    """The tables of soundings, and their walls."""

    dependencies = [
        ("cases", "0011_consent"),
        ("partners", "0002_walls"),
        ("sharing", "0007_grants_at_once"),
        ("kernel", "0007_draft_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sounding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("asked_by", models.UUIDField()),
                ("shows_name", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                ("answer_on", models.DateField()),
                ("age_band", models.CharField(max_length=20)),
                (
                    "life_areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("worries", models.TextField()),
                ("tried", models.TextField(blank=True)),
                ("question", models.TextField()),
                ("context", models.TextField(blank=True)),
                ("status", models.CharField(max_length=10)),
                ("brought", models.CharField(blank=True, max_length=20)),
                ("lesson", models.TextField(blank=True)),
                ("led_to_intake", models.BooleanField(default=False)),
                ("closed_on", models.DateField(null=True)),
                ("remove_on", models.DateField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "asked_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.organisation"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.area"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.region"
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.table"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SoundingAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("written_by", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.organisation"
                    ),
                ),
                (
                    "sounding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="cases.sounding"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="sounding",
            index=models.Index(fields=["-made_at", "id"], name="sounding_made"),
        ),
        migrations.AddIndex(
            model_name="sounding",
            index=models.Index(fields=["remove_on"], name="sounding_remove"),
        ),
        migrations.AddIndex(
            model_name="soundinganswer",
            index=models.Index(fields=["-at", "id"], name="sounding_answer_at"),
        ),
        migrations.RunSQL(DESIGNATE, migrations.RunSQL.noop),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
