"""The words of texts, with what the right to read them rests on."""

import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table behind searching in texts."""

    dependencies = [("people", "0003_reach_in_place")]

    operations = [
        migrations.CreateModel(
            name="Searchable",
            fields=[
                ("place", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("row_id", models.UUIDField()),
                ("subject_id", models.UUIDField()),
                ("category", models.CharField(max_length=30)),
                ("own_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.AddIndex(
            model_name="searchable",
            index=models.Index(fields=["subject_id"], name="searchable_subject"),
        ),
        migrations.AddConstraint(
            model_name="searchable",
            constraint=models.UniqueConstraint(fields=("row_id", "kind"), name="searchable_once_per_row"),
        ),
    ]
