"""Of many sittings at one moment, only those that are shown are walked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The order of the list of sittings, its ties included."""

    dependencies = [("cases", "0007_searchable")]
    operations = [
        migrations.RemoveIndex(model_name="consultation", name="consultation_starts"),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["starts_at", "id"], name="consultation_starts"),
        ),
    ]
