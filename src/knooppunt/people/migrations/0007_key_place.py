"""A key says where somebody was called so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column beside each key; which keys are found by it, the walls say (0008)."""

    dependencies = [("people", "0006_occurrences_within_reach")]
    operations = [
        migrations.AddField(model_name="personkey", name="subject_id", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="personkey",
            index=models.Index(fields=["person_id", "subject_id"], name="person_key_place"),
        ),
    ]
