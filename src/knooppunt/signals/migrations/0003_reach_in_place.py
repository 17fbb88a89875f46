"""The same condition as before, in the policies themselves: see `kernel.walls`."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew

SQL = protect_anew("signals_report", "id", agreements=False) + protect_anew(
    "signals_reportperson", "report_id", category="'identity_contact'", agreements=False
)


class Migration(migrations.Migration):
    """Nobody sees more or less than before; a row costs a tenth to judge."""

    dependencies = [("signals", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
