"""Everything of a case or intake behind the wall, each row by its own category."""

from django.db import migrations

from knooppunt.kernel.walls import count_columns, demand_record, gate, protect

BY_CATEGORY = {
    "cases_caseperson": "NULL::uuid",
    "cases_participant": "organisation_id",
    "cases_phasechange": "NULL::uuid",
    "cases_item": "supplier_id",
    "cases_plan": "NULL::uuid",
    "cases_goal": "NULL::uuid",
    "cases_agreedaction": "organisation_id",
    "cases_consultation": "NULL::uuid",
    "cases_attendance": "organisation_id",
    "cases_note": "organisation_id",
}

FREE_OF_PERSONS = """
GRANT SELECT, INSERT ON cases_intakedecision, cases_casecount TO kn_web, kn_jobs;
GRANT SELECT, INSERT ON cases_intakedecision, cases_casecount TO kn_gate;
GRANT SELECT ON cases_casecount, partners_area, partners_region, partners_region_municipalities TO kn_counts;
"""

GATES = """
CREATE FUNCTION kn_clear_intake(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE nowhere_else uuid[];
BEGIN
  -- A case or report has no row here: only an intake that waits for a decision can be cleared.
  IF (kn_reaches(wanted, 'core', NULL) AND kn_setting('function') = 'execution'
      AND EXISTS (SELECT 1 FROM cases_intake WHERE id = wanted AND status = 'in_triage')) IS NOT TRUE THEN
    RAISE EXCEPTION 'this intake is not within reach' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM cases_judgement WHERE intake_id = wanted;
  SELECT array_agg(DISTINCT here.person_id) INTO nowhere_else FROM people_personlink here
   WHERE here.subject_id = wanted AND NOT EXISTS (SELECT 1 FROM people_personlink elsewhere
     WHERE elsewhere.person_id = here.person_id AND elsewhere.subject_id <> wanted);
  DELETE FROM people_personlink WHERE subject_id = wanted;
  DELETE FROM people_personkey WHERE person_id = ANY (nowhere_else);
  DELETE FROM people_personjoin WHERE kept_id = ANY (nowhere_else) OR joined_id = ANY (nowhere_else);
  DELETE FROM people_person WHERE id = ANY (nowhere_else);
  DELETE FROM cases_intake WHERE id = wanted;
  DELETE FROM sharing_designation WHERE subject_id = wanted;
  DELETE FROM sharing_grant WHERE subject_id = wanted;
END $$;

CREATE FUNCTION kn_tell_reporter(intake uuid, outcome_ text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE signals_report r SET outcome = outcome_, outcome_at = kn_now(), status = 'handled', version = r.version + 1
    FROM cases_intake i WHERE i.id = intake AND r.id = i.report_id
     AND kn_reaches(intake, 'core', NULL) AND kn_setting('function') = 'execution';
END $$;

CREATE FUNCTION kn_open_actions(wanted uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM cases_agreedaction a
   WHERE a.case_id = wanted AND a.status = 'open' AND kn_reaches(wanted, 'core', NULL) $$;

CREATE FUNCTION kn_next_case_number(wanted_region uuid, year int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext(wanted_region::text), year);
  SELECT max(split_part(number, '-', 2)::int) INTO last FROM cases_case
   WHERE region_id = wanted_region AND number LIKE year || '-%';
  RETURN COALESCE(last, 0) + 1;
END $$;
"""

SQL = (
    protect("cases_intake", "id", agreements=False)
    + protect("cases_judgement", "intake_id", agreements=False)
    + protect("cases_case", "id", agreements=False)
    + protect("cases_statechange", "case_id", agreements=False)
    + "".join(
        protect(table, "case_id", category="category", own=own, agreements=False) for table, own in BY_CATEGORY.items()
    )
    + FREE_OF_PERSONS
    + count_columns("cases_case", "region_id", "municipality_id", "regime", "opened_on", "closed_on", "phase", "state")
    + GATES
    + gate("kn_clear_intake(uuid)")
    + gate("kn_tell_reporter(uuid, text)")
    + gate("kn_open_actions(uuid)")
    + gate("kn_next_case_number(uuid, int)")
    + demand_record("cases_intakedecision")
    + demand_record("cases_casecount")
)


class Migration(migrations.Migration):
    """The walls of cases."""

    dependencies = [("cases", "0001_initial"), ("signals", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
