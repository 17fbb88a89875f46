"""Persons are seen through the subjects one may see; their keys only by gate functions."""

from django.db import migrations

from knooppunt.kernel.walls import demand_record, force, gate, protect

POLICIES = """
GRANT SELECT ON people_person TO kn_web, kn_jobs;
CREATE POLICY reads ON people_person FOR SELECT TO kn_web, kn_jobs
  USING (EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = people_person.id));
GRANT SELECT, INSERT, UPDATE ON people_personjoin TO kn_web, kn_jobs;
CREATE POLICY reads ON people_personjoin FOR SELECT TO kn_web, kn_jobs
  USING (EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = joined_id)
     AND EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = kept_id));
CREATE POLICY adds ON people_personjoin FOR INSERT TO kn_web, kn_jobs
  WITH CHECK (EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = joined_id)
          AND EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = kept_id));
CREATE POLICY changes ON people_personjoin FOR UPDATE TO kn_web, kn_jobs
  USING (EXISTS (SELECT 1 FROM people_personlink l WHERE l.person_id = joined_id));
GRANT SELECT, INSERT ON people_search TO kn_web;
CREATE POLICY own ON people_search TO kn_web
  USING (designee_id = kn_setting('professional')::uuid) WITH CHECK (designee_id = kn_setting('professional')::uuid);
GRANT DELETE ON people_search TO kn_jobs;
CREATE POLICY sweeps ON people_search FOR DELETE TO kn_jobs USING (made_at < kn_now() - interval '10 minutes');
"""

GATES = """
-- The decisions that are in force, not a pointer, say who is the same: undoing one leaves the others as they were.
CREATE FUNCTION kn_group(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  WITH RECURSIVE same(id) AS (
    SELECT person
    UNION SELECT CASE j.kept_id WHEN same.id THEN j.joined_id ELSE j.kept_id END
      FROM people_personjoin j JOIN same ON same.id IN (j.kept_id, j.joined_id) WHERE j.undone_at IS NULL)
  SELECT id FROM same $$;
CREATE INDEX person_join_kept ON people_personjoin (kept_id) WHERE undone_at IS NULL;
CREATE INDEX person_join_joined ON people_personjoin (joined_id) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX person_join_once ON people_personjoin (LEAST(kept_id, joined_id), GREATEST(kept_id, joined_id))
  WHERE undone_at IS NULL;

CREATE FUNCTION kn_know_person(fresh uuid, kinds text[], digests bytea[]) RETURNS uuid
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
  INSERT INTO people_personkey (id, person_id, kind, digest)
    SELECT gen_random_uuid(), known, k.kind, k.digest FROM unnest(kinds, digests) AS k(kind, digest)
     WHERE NOT EXISTS (SELECT 1 FROM people_personkey p WHERE p.person_id = known AND p.digest = k.digest);
  RETURN known;
END $$;

CREATE FUNCTION kn_persons_of_keys(digests bytea[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT kn_group(k.person_id) FROM people_personkey k
   WHERE k.digest = ANY (digests) AND kn_setting('organisation') IS NOT NULL $$;

CREATE FUNCTION kn_persons_joined(person uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p FROM kn_group(person) AS p WHERE kn_setting('organisation') IS NOT NULL $$;
"""

SQL = (
    protect("people_personlink", "subject_id", category="category", agreements=False)
    + force("people_person")
    + force("people_personkey")
    + force("people_personjoin")
    + force("people_search")
    + POLICIES
    + GATES
    + "GRANT EXECUTE ON FUNCTION kn_group(uuid) TO kn_gate;"
    + gate("kn_know_person(uuid, text[], bytea[])")
    + gate("kn_persons_of_keys(bytea[])")
    + gate("kn_persons_joined(uuid)")
    + demand_record("people_person")
    + demand_record("people_personkey")
    + demand_record("people_personjoin")
)


class Migration(migrations.Migration):
    """The walls of people."""

    dependencies = [("people", "0001_initial"), ("sharing", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
