"""Why an item was supplied: read by whom the item is limited to, and asked again for who comes to take part later."""

import django.contrib.postgres.fields
from django.db import migrations, models

from knooppunt.kernel.walls import only_for, protect_anew

TABLE = "sharing_supplydecision"
SQL = protect_anew(TABLE, "subject_id", category=only_for(TABLE), own="supplier_id")


class Migration(migrations.Migration):
    """The columns, and the wall that looks at them."""

    dependencies = [("sharing", "0011_agreed_grants")]
    operations = [
        migrations.AddField(
            model_name="supplydecision",
            name="only_for",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="supplydecision",
            name="occasion",
            field=models.CharField(default="supplied", max_length=12),
        ),
        migrations.AlterField(model_name="supplydecision", name="item_id", field=models.UUIDField()),
        migrations.AddIndex(
            model_name="supplydecision",
            index=models.Index(fields=["item_id"], name="decision_item"),
        ),
        migrations.AddConstraint(
            model_name="supplydecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("occasion", "supplied")), fields=("item_id", "category"), name="item_supplied_once"
            ),
        ),
    ]
