"""A draft is read and written by whoever typed it, for the same organisation, in the same function. Nobody else."""

from django.db import migrations

from knooppunt.kernel.walls import force

OWN = (
    "designee = kn_setting('professional')::uuid AND organisation = kn_setting('organisation')::uuid"
    " AND function = kn_setting('function')"
)

SQL = (
    force("kernel_draft")
    + "GRANT SELECT, INSERT, UPDATE, DELETE ON kernel_draft TO kn_web;"
    + f"CREATE POLICY own ON kernel_draft TO kn_web USING ({OWN}) WITH CHECK ({OWN});"
)


class Migration(migrations.Migration):
    """The walls around drafts. What `sharing` adds: a draft under a subject needs that subject within reach."""

    dependencies = [("kernel", "0006_draft")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
