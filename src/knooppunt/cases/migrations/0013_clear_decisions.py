"""What the law answered about a request goes with it, when it is not taken up (Bgs 1.16 lid 1 onder b)."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION kn_clear_intake(wanted uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE nowhere_else uuid[];
BEGIN
  -- A case or report has no row here: only an intake that waits for a decision can be cleared.
  IF (kn_reaches(wanted, 'core', NULL) AND kn_setting('function') = 'execution'
      AND EXISTS (SELECT 1 FROM cases_intake WHERE id = wanted AND status = 'in_triage')) IS NOT TRUE THEN
    RAISE EXCEPTION 'this intake is not within reach' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM cases_judgement WHERE intake_id = wanted;
  DELETE FROM sharing_supplydecision WHERE subject_id = wanted;
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
"""


class Migration(migrations.Migration):
    """The gate that clears a request, with the decisions about it."""

    dependencies = [("cases", "0012_anonymous_consultation"), ("sharing", "0013_decision_on_consent")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
