"""A request to take somebody up holds several kinds of information, each with its own answer of the law."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One decision per item and category."""

    dependencies = [("sharing", "0014_network_questions")]
    operations = [
        migrations.AlterField("supplydecision", "item_id", models.UUIDField()),
        migrations.AddConstraint(
            "supplydecision",
            models.UniqueConstraint(fields=["item_id", "category"], name="supply_decided_once"),
        ),
    ]
