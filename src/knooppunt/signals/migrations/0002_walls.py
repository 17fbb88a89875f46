"""Reports behind the wall; routes and tokens are no residents' data."""

from django.db import migrations

from knooppunt.kernel.walls import demand_record, gate, protect

OWN = """
GRANT SELECT, INSERT, UPDATE ON signals_route, signals_route_receivers, signals_apitoken TO kn_web, kn_jobs;

CREATE FUNCTION kn_number_used(sender uuid, wanted text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT sender = kn_setting('organisation')::uuid
     AND EXISTS (SELECT 1 FROM signals_report r WHERE r.sender_id = sender AND r.number = wanted) $$;
"""

SQL = (
    protect("signals_report", "id", agreements=False)
    + protect("signals_reportperson", "report_id", category="'identity_contact'", agreements=False)
    + OWN
    + gate("kn_number_used(uuid, text)")
    + demand_record("signals_route")
    + demand_record("signals_apitoken")
)


class Migration(migrations.Migration):
    """The walls of signals."""

    dependencies = [("signals", "0001_initial"), ("people", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
