"""Who occurs where is seen under an agreement only while it holds: see `sharing/0011_agreed_grants`."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew


class Migration(migrations.Migration):
    """The policies with the agreement in them."""

    dependencies = [("people", "0010_occurrences_row_by_row"), ("sharing", "0011_agreed_grants")]
    operations = [
        migrations.RunSQL(protect_anew("people_personlink", "subject_id", category="category"), migrations.RunSQL.noop)
    ]
