"""Indexes in the order in which long lists are walked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_walls"),
        ("signals", "0003_reach_in_place"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(condition=models.Q(("status", "open")), fields=["due_on"], name="report_open_due"),
        ),
    ]
