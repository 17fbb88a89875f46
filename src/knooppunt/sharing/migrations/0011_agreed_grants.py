"""Grants that rest on an agreement are worth what the register says at the moment of reading; nothing is swept."""

from django.db import migrations, models

from knooppunt.kernel.walls import agreed, protect_anew

OPENED = """
CREATE FUNCTION kn_today() RETURNS date LANGUAGE sql STABLE
  RETURN (kn_now() AT TIME ZONE 'Europe/Amsterdam')::date;

-- What the agreements in force on a day open for an organisation; each of them always opens the core. The only place
-- in the database that knows when an agreement holds: never before its first day, nor before it was put in force.
CREATE FUNCTION kn_opened(organisation uuid, today date) RETURNS TABLE (region_id uuid, regime text, category text)
    LANGUAGE sql STABLE ROWS 20
  BEGIN ATOMIC
    SELECT a.region_id, a.regime::text, opened.category::text
      FROM sharing_agreement a JOIN sharing_agreementparty p ON p.agreement_id = a.id
      CROSS JOIN LATERAL unnest(a.categories || 'core'::varchar) opened(category)
     WHERE p.organisation_id = organisation AND a.starts_on <= today AND a.put_in_force_on <= today
       AND (a.ends_on IS NULL OR a.ends_on >= today);
  END;
GRANT EXECUTE ON FUNCTION kn_today(), kn_opened(uuid, date) TO kn_web, kn_jobs, kn_gate;
GRANT SELECT ON sharing_agreement, sharing_agreementparty TO kn_gate;
"""

OWN = "CASE WHEN own = g.organisation_id THEN 'core' ELSE category END"
FITS = """d.organisation_id = g.organisation_id AND d.function = g.function
       AND ((d.subject_id = g.subject_id AND d.subject_kind = g.subject_kind)
            OR (d.subject_id = g.under_id AND d.subject_kind IN ('route', 'table', 'region')))"""

REACHES = f"""
CREATE OR REPLACE FUNCTION kn_reaches(subject uuid, category text, own uuid) RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (
    SELECT 1 FROM sharing_grant g
      JOIN sharing_designation d
        ON {FITS}
     WHERE g.subject_id = subject
       AND g.organisation_id = kn_setting('organisation')::uuid
       AND g.function = kn_setting('function')
       AND d.designee_id = kn_setting('professional')::uuid
       AND kn_valid(g.valid_from, g.valid_until) AND kn_valid(d.valid_from, d.valid_until)
       AND (category = ANY (g.categories) OR own = g.organisation_id)
       AND {agreed("g", OWN, "g.organisation_id")});
"""  # nosec B608

GATES = f"""
CREATE OR REPLACE FUNCTION kn_recipients(subject uuid, category text) RETURNS TABLE (organisation uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT g.organisation_id FROM sharing_grant g
   WHERE g.subject_id = subject AND g.function = 'execution' AND category = ANY (g.categories)
     AND g.organisation_id <> kn_setting('organisation')::uuid AND kn_valid(g.valid_from, g.valid_until)
     AND {agreed("g", "category", "g.organisation_id")}
     AND kn_setting('function') = 'execution' AND kn_reaches(subject, 'core', NULL) $$;

CREATE OR REPLACE FUNCTION kn_grant(kind text, subject uuid, grants jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM jsonb_array_elements(grants) g WHERE (g->'categories' ? 'core') IS NOT TRUE) THEN
    RAISE EXCEPTION 'a grant has at least the core' USING ERRCODE = 'check_violation';
  END IF;
  IF kn_may_arrange(subject) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not give grants on this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, under_id, function, categories, basis,
      agreed_in, agreed_under, sort_at, valid_from)
    SELECT g.id, g.organisation_id, kind, subject, g.under_id, g.function, g.categories, g.basis,
      g.agreed_in, COALESCE(g.agreed_under, ''), kn_now(), kn_now()
      FROM jsonb_to_recordset(grants) AS g(id uuid, organisation_id uuid, under_id uuid, function text,
        categories text[], basis text, agreed_in uuid, agreed_under text);
  RETURN kn_reaches(subject, 'core', NULL);
END $$;
"""  # nosec B608

# The condition of kn_reaches, asked for whoever wrote the draft instead of for the session.
SWEEP = f"""
CREATE OR REPLACE FUNCTION kn_sweep_drafts(typed_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  swept integer;
  today date := kn_today();
BEGIN
  DELETE FROM kernel_draft w
   WHERE w.changed_at < typed_before
      OR EXISTS (SELECT 1 FROM kernel_handledform h WHERE h.id = w.form_id AND h.result IS NOT NULL)
      OR NOT EXISTS (SELECT 1 FROM partners_professional p
                      WHERE p.id = w.designee AND p.organisation_id = w.organisation
                        AND w.function = ANY (p.functions)
                        AND p.active_from <= today AND (p.active_until IS NULL OR p.active_until >= today))
      OR (w.subject_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM sharing_grant g JOIN sharing_designation d
                ON {FITS}
             WHERE g.subject_id = w.subject_id AND g.organisation_id = w.organisation AND g.function = w.function
               AND d.designee_id = w.designee
               AND kn_valid(g.valid_from, g.valid_until) AND kn_valid(d.valid_from, d.valid_until)
               AND {agreed("g", "'core'", "g.organisation_id")}));
  GET DIAGNOSTICS swept = ROW_COUNT;
  RETURN swept;
END $$;
"""  # nosec B608

SQL = OPENED + REACHES + GATES + SWEEP
SUPPLIED = protect_anew("sharing_supplydecision", "subject_id", category="category", own="supplier_id")


class Migration(migrations.Migration):
    """The two columns, and the condition once in the database; each room changes its own policies after this."""

    dependencies = [("sharing", "0010_regime_texts")]
    operations = [
        migrations.AddField("grant", "agreed_in", models.UUIDField(null=True)),
        migrations.AddField(
            "grant", "agreed_under", models.CharField(max_length=30, blank=True, default="", db_default="")
        ),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=models.Q(agreed_in__isnull=True, agreed_under="")
                | models.Q(agreed_in__isnull=False) & ~models.Q(agreed_under=""),
                name="grant_agreed_whole",
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunSQL(SUPPLIED, migrations.RunSQL.noop),
    ]
