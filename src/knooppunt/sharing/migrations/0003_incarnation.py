"""A grant that was made in this transaction is known by a number that never comes back, also after a restore."""

from django.db import migrations

SQL = """
ALTER TABLE sharing_grant ALTER COLUMN made_in SET DEFAULT kn_xact();

CREATE OR REPLACE FUNCTION kn_may_arrange(subject uuid) RETURNS boolean LANGUAGE sql STABLE
  RETURN kn_setting('organisation') IS NOT NULL AND kn_setting('function') IN ('execution', 'system')
    AND (kn_reaches(subject, 'core', NULL) OR NOT EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = subject)
      OR EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = subject AND g.made_in = kn_xact()));
"""


class Migration(migrations.Migration):
    """Numbers of transactions that never come back."""

    dependencies = [("sharing", "0002_walls"), ("kernel", "0003_incarnation")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
