"""What hangs under a table or route is sought for one organisation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index by which a designation for a table, route or region finds its grants."""

    dependencies = [("sharing", "0005_draft_walls")]
    operations = [
        migrations.RemoveIndex(model_name="grant", name="grant_under"),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("under_id__isnull", False)),
                fields=["under_id", "organisation_id"],
                name="grant_under",
            ),
        ),
    ]
