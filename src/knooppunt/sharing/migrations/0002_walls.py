"""Grant AND designation AND function, once in the database; and the gate functions that alone write them."""

from django.db import migrations

from knooppunt.kernel.walls import demand_record, force, gate

REACHES = """
CREATE FUNCTION kn_valid(valid_from timestamptz, valid_until timestamptz) RETURNS boolean LANGUAGE sql STABLE
  RETURN valid_from <= kn_now() AND (valid_until IS NULL OR valid_until > kn_now());
GRANT EXECUTE ON FUNCTION kn_valid(timestamptz, timestamptz) TO kn_web, kn_jobs, kn_gate;

CREATE FUNCTION kn_reaches(subject uuid, category text, own uuid) RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (
    SELECT 1 FROM sharing_grant g
      JOIN sharing_designation d
        ON d.organisation_id = g.organisation_id AND d.function = g.function
       AND ((d.subject_id = g.subject_id AND d.subject_kind = g.subject_kind)
            OR (d.subject_id = g.under_id AND d.subject_kind IN ('route', 'table', 'region')))
     WHERE g.subject_id = subject
       AND g.organisation_id = kn_setting('organisation')::uuid
       AND g.function = kn_setting('function')
       AND d.designee_id = kn_setting('professional')::uuid
       AND kn_valid(g.valid_from, g.valid_until) AND kn_valid(d.valid_from, d.valid_until)
       AND (category = ANY (g.categories) OR own = g.organisation_id));
GRANT EXECUTE ON FUNCTION kn_reaches(uuid, text, uuid) TO kn_web, kn_jobs, kn_gate, kn_owner;
"""

POLICIES = """
GRANT SELECT ON sharing_grant, sharing_designation TO kn_web, kn_jobs;
CREATE POLICY reads ON sharing_grant FOR SELECT TO kn_web, kn_jobs
  USING (organisation_id = kn_setting('organisation')::uuid);
CREATE POLICY reads ON sharing_designation FOR SELECT TO kn_web, kn_jobs
  USING (organisation_id = kn_setting('organisation')::uuid);
GRANT SELECT, INSERT, UPDATE ON sharing_tableregime TO kn_web, kn_jobs;
GRANT SELECT ON sharing_tableregime TO kn_gate;
CREATE POLICY looks ON kernel_auditline FOR SELECT TO kn_web
  USING (kn_setting('function') = 'oversight' AND kn_reaches(COALESCE(under_id, subject_id), 'core', NULL));
"""

GATES = """
CREATE FUNCTION kn_may_arrange(subject uuid) RETURNS boolean LANGUAGE sql STABLE
  RETURN kn_setting('organisation') IS NOT NULL AND kn_setting('function') IN ('execution', 'system')
    AND (kn_reaches(subject, 'core', NULL) OR NOT EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = subject)
      OR EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = subject AND g.made_in = pg_current_xact_id()));

CREATE FUNCTION kn_grant(key uuid, organisation uuid, kind text, subject uuid, under_ uuid, function_ text,
    categories_ text[], basis_ text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF 'core' <> ALL (categories_) THEN
    RAISE EXCEPTION 'a grant has at least the core' USING ERRCODE = 'check_violation';
  END IF;
  IF kn_may_arrange(subject) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not give grants on this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, under_id, function, categories, basis,
      sort_at, valid_from)
    VALUES (key, organisation, kind, subject, under_, function_, categories_, basis_, kn_now(), kn_now());
END $$;

CREATE FUNCTION kn_end_grants(subject uuid, function_ text, organisation uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF kn_may_arrange(subject) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not end grants on this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE sharing_grant SET valid_until = kn_now()
   WHERE subject_id = subject AND function = function_ AND (organisation IS NULL OR organisation_id = organisation)
     AND (valid_until IS NULL OR valid_until > kn_now());
END $$;

CREATE FUNCTION kn_designate(key uuid, organisation uuid, designee uuid, kind text, subject uuid, function_ text,
    until timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- What is unknown counts as no: without an actor the comparison is neither true nor false.
  IF ((kn_setting('function') IN ('maintenance', 'system') AND kn_setting('organisation')::uuid = organisation)
      OR (kind IN ('report', 'intake', 'case') AND kn_may_arrange(subject))) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not designate for this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_designation (id, organisation_id, designee_id, subject_kind, subject_id, function, valid_from,
      valid_until) VALUES (key, organisation, designee, kind, subject, function_, kn_now(), until);
END $$;

CREATE FUNCTION kn_end_designation(key uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE sharing_designation SET valid_until = kn_now()
   WHERE id = key AND (valid_until IS NULL OR valid_until > kn_now())
     AND ((kn_setting('function') = 'maintenance' AND organisation_id = kn_setting('organisation')::uuid)
          OR (subject_kind IN ('report', 'intake', 'case') AND kn_may_arrange(subject_id)));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such designation for this actor' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

CREATE FUNCTION kn_designated(subject uuid, function_ text) RETURNS TABLE (organisation uuid, designee uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.organisation_id, d.designee_id FROM sharing_designation d
   WHERE d.subject_id = subject AND d.function = function_ AND kn_valid(d.valid_from, d.valid_until)
     AND (d.subject_kind IN ('table', 'region') OR kn_reaches(subject, 'core', NULL)) $$;
"""

SQL = (
    "ALTER TABLE sharing_grant ADD COLUMN made_in xid8 NOT NULL DEFAULT pg_current_xact_id();"
    + force("sharing_grant")
    + force("sharing_designation")
    + REACHES
    + POLICIES
    + demand_record("sharing_grant")
    + demand_record("sharing_designation")
    + demand_record("sharing_tableregime")
    + GATES
    + "GRANT EXECUTE ON FUNCTION kn_may_arrange(uuid) TO kn_gate;"
    + gate("kn_grant(uuid, uuid, text, uuid, uuid, text, text[], text)")
    + gate("kn_end_grants(uuid, text, uuid)")
    + gate("kn_designate(uuid, uuid, uuid, text, uuid, text, timestamptz)")
    + gate("kn_end_designation(uuid)")
    + gate("kn_designated(uuid, text)")
)


class Migration(migrations.Migration):
    """The walls of sharing."""

    dependencies = [("sharing", "0001_initial"), ("kernel", "0002_walls"), ("partners", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
