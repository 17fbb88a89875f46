"""The same condition as before, in the policies themselves: see `kernel.walls`."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew

SQL = protect_anew("people_personlink", "subject_id", category="category", agreements=False)


class Migration(migrations.Migration):
    """Nobody sees more or less than before; a row costs a tenth to judge."""

    dependencies = [("people", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
