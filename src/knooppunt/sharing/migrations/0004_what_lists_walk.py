"""Indexes in the order in which long lists are walked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0003_incarnation"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="designation",
            index=models.Index(fields=["designee_id", "subject_kind", "subject_id"], name="designation_kinds"),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("under_id__isnull", False)), fields=["under_id"], name="grant_under"
            ),
        ),
    ]
