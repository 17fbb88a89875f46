"""A search asks no more than it needs of whoever reaches many subjects, whatever plan the server keeps for it."""

from django.db import migrations

NEAR = """
-- Designation by designation, until there are as many as asked for. A bitmap would first gather all that hangs
-- under a table.
CREATE OR REPLACE FUNCTION kn_subjects_near(most int) RETURNS uuid[] LANGUAGE sql STABLE SET enable_bitmapscan = off
  BEGIN ATOMIC
    SELECT array_agg(near.subject) FROM (
      SELECT found.subject FROM (
        SELECT * FROM sharing_designation
         WHERE designee_id = kn_setting('professional')::uuid AND organisation_id = kn_setting('organisation')::uuid
           AND kn_valid(valid_from, valid_until) OFFSET 0) d
      CROSS JOIN LATERAL (
        SELECT d.subject_id AS subject WHERE d.subject_kind NOT IN ('route', 'table', 'region')
        UNION ALL
        SELECT g.subject_id FROM sharing_grant g
         WHERE d.subject_kind IN ('route', 'table', 'region') AND g.under_id = d.subject_id
           AND g.organisation_id = d.organisation_id AND kn_valid(g.valid_from, g.valid_until) OFFSET 0) found
      LIMIT most) near;
  END;
"""

# A join would first gather all grants of the organisation, and kn_reaches costs twenty times what a look in an
# index costs: CASE says which of the two is asked first, row by row.
IN_ORDER = r"""
DO $do$
DECLARE
  was CONSTANT text := pg_get_functiondef('kn_texts(text, text[], int)'::regprocedure);
  became CONSTANT text := regexp_replace(was,
    'WHERE (EXISTS \(SELECT 1 FROM sharing_grant g [^)]*\))\s+AND (kn_reaches\([^)]*\)) LIMIT',
    'WHERE CASE WHEN \1 THEN \2 END LIMIT');
BEGIN
  IF became = was THEN
    RAISE EXCEPTION 'kn_texts does not read as expected';
  END IF;
  EXECUTE became;
END $do$;
"""


class Migration(migrations.Migration):
    """The gates that searches go through."""

    dependencies = [("people", "0008_keys_within_reach"), ("sharing", "0006_grants_under")]
    operations = [
        migrations.RunSQL(NEAR, migrations.RunSQL.noop),
        migrations.RunSQL(IN_ORDER, migrations.RunSQL.noop),
    ]
