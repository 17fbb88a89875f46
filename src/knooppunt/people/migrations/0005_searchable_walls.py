"""Words of texts behind the gate: nobody reads the table, one function says what of it an actor reaches."""

from django.db import migrations

from knooppunt.kernel.walls import force, gate

WORDS = """
-- Accents go, as they do from what is sought, and so do < and >, which would hide as a tag what stands between them.
-- What lies beyond a hundred thousand signs is not found: PostgreSQL refuses more, and a long report must come in.
CREATE FUNCTION kn_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
  RETURN translate(regexp_replace(normalize(left(said, 100000), NFKD), '[\\u0300-\\u036f]', '', 'g'), '<>', '  ');
CREATE FUNCTION kn_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT
  RETURN to_tsvector('pg_catalog.dutch', kn_folded(said));
CREATE FUNCTION kn_sought(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT
  RETURN websearch_to_tsquery('pg_catalog.dutch', translate(kn_folded(typed), '“”„', repeat('"', 3)));
GRANT EXECUTE ON FUNCTION kn_folded(text), kn_words(text), kn_sought(text) TO kn_gate, kn_owner, kn_web;

-- One index for word and stretch of time: GIN keeps only what both have, before any row is read.
CREATE INDEX searchable_words ON people_searchable
  USING gin (words, (ARRAY[(place >> 12)::int])) WITH (fastupdate = off);
"""

NEAR = """
-- Subjects that may be within reach of whoever acts, no more than asked for: enough to choose a path by, and to begin
-- from when they are few. It leaves out none that kn_reaches would allow, and lets nobody in: that is asked per row.
CREATE FUNCTION kn_subjects_near(most int) RETURNS uuid[] LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT array_agg(near.subject) FROM (
      SELECT d.subject_id AS subject FROM sharing_designation d
       WHERE d.designee_id = kn_setting('professional')::uuid AND d.organisation_id = kn_setting('organisation')::uuid
         AND d.subject_kind NOT IN ('route', 'table', 'region') AND kn_valid(d.valid_from, d.valid_until)
      UNION ALL
      SELECT g.subject_id FROM sharing_designation d
        JOIN sharing_grant g ON g.under_id = d.subject_id AND g.organisation_id = d.organisation_id
       WHERE d.designee_id = kn_setting('professional')::uuid AND d.organisation_id = kn_setting('organisation')::uuid
         AND d.subject_kind IN ('route', 'table', 'region') AND kn_valid(d.valid_from, d.valid_until)
         AND kn_valid(g.valid_from, g.valid_until)
      LIMIT most) near;
  END;
GRANT EXECUTE ON FUNCTION kn_subjects_near(int) TO kn_gate;
"""

GATE = """
-- The right to read is asked of kn_reaches, row by row, on either path; the paths only say which rows to ask about.
-- Few subjects within reach: their rows. Many: stretches of what was written last, each four times as long as the
-- one before, until there is enough. Rows are sorted before they are asked about: asking stops at the last one shown.
CREATE FUNCTION kn_texts(typed text, kinds text[], most int)
    RETURNS TABLE (kind text, row_id uuid, subject_id uuid, category text, at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  few CONSTANT int := 2000;
  sought CONSTANT tsquery := kn_sought(typed);
  organisation CONSTANT uuid := kn_setting('organisation');
  subjects CONSTANT uuid[] := kn_subjects_near(few + 1);
  asked CONSTANT text := 'SELECT m.kind::text, m.row_id, m.subject_id, m.category::text, m.at FROM (
    SELECT s.* FROM %s
     WHERE s.words @@ $1 AND s.kind = ANY ($2) ORDER BY s.place DESC OFFSET 0) m
    WHERE EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = m.subject_id AND g.organisation_id = $4)
      AND kn_reaches(m.subject_id, m.category, m.own_id) LIMIT $5';
  walked CONSTANT text := '(SELECT DISTINCT unnest($3) AS id) near
      CROSS JOIN LATERAL (SELECT * FROM people_searchable t WHERE t.subject_id = near.id OFFSET 0) s';
  stretched CONSTANT text := '(SELECT * FROM people_searchable t
      WHERE t.words @@ $1 AND ARRAY[(t.place >> 12)::int] && $3) s';
  wanted int := LEAST(most, 100);
  first int;
  upto int;
  since int;
  long int := 1;
  found int;
BEGIN
  IF kn_setting('function') IS DISTINCT FROM 'execution' OR subjects IS NULL
      OR numnode(sought) = 0 OR querytree(sought) = 'T' THEN
    RETURN;
  END IF;
  IF cardinality(subjects) <= few THEN
    RETURN QUERY EXECUTE format(asked, walked) USING sought, kinds, subjects, organisation, wanted;
    RETURN;
  END IF;
  SELECT min(place) >> 12, max(place) >> 12 INTO first, upto FROM people_searchable;
  WHILE upto >= first AND wanted > 0 LOOP
    since := GREATEST(upto - long + 1, first);
    RETURN QUERY EXECUTE format(asked, stretched)
      USING sought, kinds, ARRAY(SELECT generate_series(since, upto)), organisation, wanted;
    GET DIAGNOSTICS found = ROW_COUNT;
    wanted := wanted - found;
    upto := since - 1;
    long := long * 4;
  END LOOP;
END $$;
"""

SQL = force("people_searchable") + WORDS + NEAR + GATE + gate("kn_texts(text, text[], int)")


class Migration(migrations.Migration):
    """The gate to the words."""

    dependencies = [("people", "0004_searchable"), ("sharing", "0004_what_lists_walk")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
