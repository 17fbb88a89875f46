"""Grants are found by what they hang under: searching in texts begins with how many subjects are within reach."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index more."""

    dependencies = [("sharing", "0002_walls")]

    operations = [
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["under_id", "organisation_id"], name="grant_under"),
        ),
    ]
