"""Who may use sessions and counters. Counters need no log of the database itself: after a crash they begin anew."""

from django.db import migrations

SQL = """
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel_session TO kn_web;
GRANT SELECT, DELETE ON kernel_session TO kn_jobs;
ALTER TABLE kernel_counter SET UNLOGGED;
GRANT SELECT, INSERT, UPDATE ON kernel_counter TO kn_web;
GRANT SELECT, DELETE ON kernel_counter TO kn_jobs;
"""


class Migration(migrations.Migration):
    """Grants on the tables of sessions and counters."""

    dependencies = [("kernel", "0004_sessions_and_counters")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
