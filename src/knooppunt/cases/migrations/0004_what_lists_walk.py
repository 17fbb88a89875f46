"""Indexes in the order in which long lists are walked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_reach_in_place"),
        ("partners", "0002_walls"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="agreedaction",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["professional", "due_on"], name="action_own"
            ),
        ),
        migrations.AddIndex(
            model_name="agreedaction",
            index=models.Index(
                condition=models.Q(("professional__isnull", True), ("status", "open")),
                fields=["organisation", "due_on"],
                name="action_of_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-opened_on", "-number"], name="case_opened"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["next_review_on", "-number"], name="case_review"),
        ),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["starts_at"], name="consultation_starts"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["-made_at"], name="item_made"),
        ),
    ]
