"""Where a person of some keys occurs is told as far as one reaches, and no further: not even that somebody is known."""

from django.db import migrations

from knooppunt.kernel.walls import gate

GATE = """
-- A common name is borne by thousands. Whoever reaches few subjects begins from those; whoever reaches many from the
-- persons. The right is asked of kn_reaches, link by link; persons that were joined count as one another.
CREATE FUNCTION kn_occurrences(digests bytea[], most int) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  few CONSTANT int := 2000;
  organisation CONSTANT uuid := kn_setting('organisation');
  subjects CONSTANT uuid[] := kn_subjects_near(few + 1);
  asked CONSTANT text := 'SELECT m.id FROM (%s) m
     WHERE EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = m.subject_id AND g.organisation_id = $2)
       AND kn_reaches(m.subject_id, m.category, NULL) LIMIT $3';
  persons uuid[];
BEGIN
  IF subjects IS NULL THEN
    RETURN;
  END IF;
  -- As a list of its own, so that it is looked up by hash.
  WITH RECURSIVE sought(id) AS (
      SELECT k.person_id FROM people_personkey k WHERE k.digest = ANY (digests)
      UNION SELECT j.other FROM sought s JOIN (
        SELECT kept_id AS one, joined_id AS other FROM people_personjoin WHERE undone_at IS NULL
        UNION ALL SELECT joined_id, kept_id FROM people_personjoin WHERE undone_at IS NULL) j ON j.one = s.id)
    SELECT array_agg(id) INTO persons FROM sought;
  IF cardinality(subjects) <= few THEN
    RETURN QUERY EXECUTE format(asked, 'SELECT l.* FROM (SELECT DISTINCT unnest($4) AS id) near
        CROSS JOIN LATERAL (SELECT * FROM people_personlink t WHERE t.subject_id = near.id OFFSET 0) l
        WHERE l.person_id = ANY ($1) OFFSET 0') USING persons, organisation, LEAST(most, 500), subjects;
  ELSE
    RETURN QUERY EXECUTE format(asked, 'SELECT l.* FROM unnest($1) AS sought(id)
        CROSS JOIN LATERAL (SELECT * FROM people_personlink t WHERE t.person_id = sought.id OFFSET 0) l OFFSET 0')
      USING persons, organisation, LEAST(most, 500);
  END IF;
END $$;
DROP FUNCTION kn_persons_of_keys(bytea[]);
"""


class Migration(migrations.Migration):
    """One gate instead of another."""

    dependencies = [("people", "0005_searchable_walls")]
    operations = [migrations.RunSQL(GATE + gate("kn_occurrences(bytea[], int)"), migrations.RunSQL.noop)]
