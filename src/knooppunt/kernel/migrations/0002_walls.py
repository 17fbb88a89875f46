"""The log is insert-only, and no change of a walled table commits without a line of the same transaction."""

from django.db import migrations

from knooppunt.kernel.walls import BASICS

LOG = """
ALTER TABLE kernel_auditline ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX kernel_line_xact ON kernel_auditline (xact);
ALTER TABLE kernel_auditline ENABLE ROW LEVEL SECURITY;
ALTER TABLE kernel_auditline FORCE ROW LEVEL SECURITY;
CREATE POLICY kn_owner ON kernel_auditline TO kn_owner USING (true) WITH CHECK (true);
CREATE POLICY kn_gate ON kernel_auditline TO kn_gate USING (true) WITH CHECK (true);
CREATE POLICY adds ON kernel_auditline FOR INSERT TO kn_web, kn_jobs WITH CHECK (xact = pg_current_xact_id());
CREATE POLICY seals ON kernel_auditline FOR SELECT TO kn_jobs USING (true);
GRANT INSERT ON kernel_auditline TO kn_web, kn_jobs, kn_gate;
GRANT SELECT ON kernel_auditline TO kn_web, kn_jobs, kn_gate;
GRANT SELECT, INSERT ON kernel_auditseal TO kn_jobs;
GRANT SELECT, INSERT ON kernel_outboxmessage TO kn_web;
GRANT SELECT, INSERT, UPDATE ON kernel_outboxmessage TO kn_jobs;
GRANT SELECT, INSERT, UPDATE ON kernel_handledform TO kn_web, kn_jobs;

CREATE FUNCTION kn_demand_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM kernel_auditline
                  WHERE xact = pg_current_xact_id() AND event NOT IN ('look', 'list')) THEN
    RAISE EXCEPTION 'a change of % is not recorded', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION kn_demand_record() OWNER TO kn_gate;
REVOKE ALL ON FUNCTION kn_demand_record() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kn_demand_record() TO kn_owner, kn_web, kn_jobs, kn_gate;
"""


class Migration(migrations.Migration):
    """The walls of the kernel."""

    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(BASICS + LOG, migrations.RunSQL.noop)]
