"""A person is found only by how they are called where one may look, and by joins of persons that one knows.

Before, a search by a name or BSN that stood only in a report that stays shut found the person in a report that opens:
so one learned that the two names, or the number and the name, belong together.
"""

from django.db import migrations

from knooppunt.kernel.walls import gate

# Old keys did not say where they came from: they count wherever the person occurs, as they did until now.
PLACED = """
ALTER TABLE people_personkey DISABLE TRIGGER kn_recorded;
INSERT INTO people_personkey (id, person_id, subject_id, kind, digest)
  SELECT gen_random_uuid(), k.person_id, l.subject_id, k.kind, k.digest
    FROM people_personkey k JOIN (SELECT DISTINCT person_id, subject_id FROM people_personlink) l USING (person_id)
   WHERE k.subject_id IS NULL;
DELETE FROM people_personkey WHERE subject_id IS NULL;
ALTER TABLE people_personkey ENABLE TRIGGER kn_recorded;
"""

FOUND = """
CREATE FUNCTION kn_knows(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM people_personlink l
    WHERE l.person_id = person AND kn_reaches(l.subject_id, l.category, NULL)) $$;

-- A join is worth something to whoever knows both: it would else tell of somebody who is somewhere out of sight.
CREATE OR REPLACE FUNCTION kn_group(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE same(id) AS (
    SELECT person
    UNION SELECT other.id FROM same
      JOIN people_personjoin j ON same.id IN (j.kept_id, j.joined_id) AND j.undone_at IS NULL
      CROSS JOIN LATERAL (SELECT CASE j.kept_id WHEN same.id THEN j.joined_id ELSE j.kept_id END AS id) other
     WHERE kn_knows(same.id) AND kn_knows(other.id))
  SELECT id FROM same $$;

-- A common name is borne by thousands. Whoever reaches few subjects is asked about the keys of those; whoever reaches
-- many about all, until there are enough. The right is asked of kn_reaches, link by link, and so it is once more of
-- where else these persons occur, those included that were joined with them by a decision one knows both sides of.
CREATE OR REPLACE FUNCTION kn_occurrences(digests bytea[], most int) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  few CONSTANT int := 2000;
  wanted CONSTANT int := LEAST(most, 500);
  organisation CONSTANT uuid := kn_setting('organisation');
  subjects CONSTANT uuid[] := kn_subjects_near(few + 1);
  asked CONSTANT text := 'SELECT array_agg(DISTINCT found.person_id) FROM (SELECT l.person_id FROM
      (SELECT DISTINCT k.person_id, k.subject_id FROM people_personkey k WHERE k.digest = ANY ($1) %s OFFSET 0) k
      JOIN people_personlink l ON l.person_id = k.person_id AND l.subject_id = k.subject_id
     WHERE EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = k.subject_id AND g.organisation_id = $2)
       AND kn_reaches(l.subject_id, l.category, NULL) LIMIT $3) found';
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

KEPT = """
CREATE OR REPLACE FUNCTION kn_know_person(fresh uuid, kinds text[], digests bytea[]) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE known uuid;
BEGIN
  IF kn_setting('organisation') IS NULL THEN
    RAISE EXCEPTION 'nobody acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext(encode(k.digest, 'hex')))
     FROM unnest(kinds, digests) AS k(kind, digest) WHERE k.kind = 'bsn';
  SELECT p.person_id INTO known FROM people_personkey p JOIN unnest(kinds, digests) AS k(kind, digest)
      ON k.kind = 'bsn' AND p.kind = 'bsn' AND p.digest = k.digest LIMIT 1;
  IF known IS NULL THEN
    known := fresh;
    INSERT INTO people_person (id, made_at) VALUES (fresh, kn_now());
  END IF;
  RETURN known;
END $$;

CREATE FUNCTION kn_keep_keys(person uuid, subject uuid, kinds text[], digests bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = person AND l.subject_id = subject
      AND kn_reaches(subject, l.category, NULL)) IS NOT TRUE THEN
    RAISE EXCEPTION 'this person is not within reach there' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO people_personkey (id, person_id, subject_id, kind, digest)
    SELECT gen_random_uuid(), person, subject, k.kind, k.digest FROM unnest(kinds, digests) AS k(kind, digest)
     WHERE NOT EXISTS (SELECT 1 FROM people_personkey p
       WHERE p.person_id = person AND p.subject_id = subject AND p.digest = k.digest);
END $$;

CREATE FUNCTION kn_copy_keys(person uuid, whence uuid, subject uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT count(DISTINCT l.subject_id) FROM people_personlink l WHERE l.person_id = person
      AND l.subject_id IN (whence, subject) AND kn_reaches(l.subject_id, l.category, NULL)) <> 2 THEN
    RAISE EXCEPTION 'this person is not within reach there' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO people_personkey (id, person_id, subject_id, kind, digest)
    SELECT gen_random_uuid(), person, subject, k.kind, k.digest FROM people_personkey k
     WHERE k.person_id = person AND k.subject_id = whence;
END $$;

-- With the link goes what somebody was found by there.
CREATE FUNCTION kn_drop_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM people_personkey k WHERE k.person_id = OLD.person_id AND k.subject_id = OLD.subject_id
    AND NOT EXISTS (SELECT 1 FROM people_personlink l
      WHERE l.person_id = OLD.person_id AND l.subject_id = OLD.subject_id AND l.id <> OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER kn_keys_go AFTER DELETE ON people_personlink FOR EACH ROW EXECUTE FUNCTION kn_drop_keys();
"""

SQL = (
    PLACED
    + FOUND
    + KEPT
    + "GRANT EXECUTE ON FUNCTION kn_knows(uuid), kn_drop_keys() TO kn_gate;"
    + gate("kn_keep_keys(uuid, uuid, text[], bytea[])")
    + gate("kn_copy_keys(uuid, uuid, uuid)")
)


class Migration(migrations.Migration):
    """The walls of keys and joins."""

    dependencies = [("people", "0007_key_place")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
