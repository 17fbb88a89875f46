"""That a number was used before is said by the index on it, also of what its sender cannot see any more."""

from django.db import migrations


class Migration(migrations.Migration):
    """One gate less."""

    dependencies = [("signals", "0005_searchable")]
    operations = [
        migrations.RunSQL("DROP FUNCTION kn_number_used(uuid, text)", migrations.RunSQL.noop),
    ]
