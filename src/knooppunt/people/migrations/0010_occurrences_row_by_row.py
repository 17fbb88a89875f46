"""A search for one person looks up the grants of what it found, and does not gather all grants of an organisation."""

from django.db import migrations

# A common name is borne by thousands. Whoever reaches few subjects is asked about the keys of those; whoever reaches
# many about all, until there are enough. OFFSET 0 keeps it row by row, through the indexes: first whether there is a
# grant at all, then where the person occurs, then the right. As a join, all grants of an organisation, or all that
# persons occur in, would be gathered first.
FOUND = """
CREATE OR REPLACE FUNCTION kn_occurrences(digests bytea[], most int) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  few CONSTANT int := 2000;
  wanted CONSTANT int := LEAST(most, 500);
  organisation CONSTANT uuid := kn_setting('organisation');
  subjects CONSTANT uuid[] := kn_subjects_near(few + 1);
  asked CONSTANT text := 'SELECT array_agg(DISTINCT found.person_id) FROM (SELECT l.person_id FROM
      (SELECT * FROM (SELECT DISTINCT k.person_id, k.subject_id FROM people_personkey k
          WHERE k.digest = ANY ($1) %s OFFSET 0) k
        WHERE EXISTS (SELECT 1 FROM sharing_grant g
          WHERE g.subject_id = k.subject_id AND g.organisation_id = $2 OFFSET 0) OFFSET 0) k
      CROSS JOIN LATERAL (SELECT * FROM people_personlink l
          WHERE l.person_id = k.person_id AND l.subject_id = k.subject_id OFFSET 0) l
     WHERE kn_reaches(l.subject_id, l.category, NULL) LIMIT $3) found';
  persons uuid[];
BEGIN
  IF subjects IS NULL THEN
    RETURN;
  END IF;
  IF cardinality(subjects) <= few THEN
    EXECUTE format(asked, 'AND k.subject_id = ANY ($4)') INTO persons USING digests, organisation, wanted, subjects;
  ELSE
    EXECUTE format(asked, '') INTO persons USING digests, organisation, wanted;
  END IF;
  RETURN QUERY SELECT l.id
      FROM (SELECT DISTINCT same.id FROM unnest(persons) AS found(id), LATERAL kn_group(found.id) AS same(id)) p
      JOIN people_personlink l ON l.person_id = p.id
     WHERE kn_reaches(l.subject_id, l.category, NULL) LIMIT wanted;
END $$;
"""


class Migration(migrations.Migration):
    """The gate by which persons are found."""

    dependencies = [("people", "0009_near_at_once")]
    operations = [migrations.RunSQL(FOUND, migrations.RunSQL.noop)]
