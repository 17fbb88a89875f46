"""A draft under a case, intake or report is there as long as its writer reaches that; the sweep removes what is not."""

from django.db import migrations

from knooppunt.kernel.walls import gate

REACH = """
CREATE POLICY reached ON kernel_draft AS RESTRICTIVE TO kn_web
  USING (subject_id IS NULL OR kn_reaches(subject_id, 'core', NULL))
  WITH CHECK (subject_id IS NULL OR kn_reaches(subject_id, 'core', NULL));
GRANT SELECT ON kernel_handledform TO kn_gate;
"""

# The condition of kn_reaches, asked for whoever wrote the draft instead of for the session.
SWEEP = """
CREATE FUNCTION kn_sweep_drafts(typed_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  swept integer;
  today date := (kn_now() AT TIME ZONE 'Europe/Amsterdam')::date;
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
                ON d.organisation_id = g.organisation_id AND d.function = g.function
               AND ((d.subject_id = g.subject_id AND d.subject_kind = g.subject_kind)
                    OR (d.subject_id = g.under_id AND d.subject_kind IN ('route', 'table', 'region')))
             WHERE g.subject_id = w.subject_id AND g.organisation_id = w.organisation AND g.function = w.function
               AND d.designee_id = w.designee
               AND kn_valid(g.valid_from, g.valid_until) AND kn_valid(d.valid_from, d.valid_until)));
  GET DIAGNOSTICS swept = ROW_COUNT;
  RETURN swept;
END $$;
"""

# Only the clock sweeps: the web role has no business with the drafts of others.
SQL = (
    REACH
    + SWEEP
    + gate("kn_sweep_drafts(timestamptz)")
    + "REVOKE EXECUTE ON FUNCTION kn_sweep_drafts(timestamptz) FROM kn_web;"
)


class Migration(migrations.Migration):
    """What access means for drafts."""

    dependencies = [("sharing", "0004_what_lists_walk"), ("kernel", "0007_draft_walls"), ("partners", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
