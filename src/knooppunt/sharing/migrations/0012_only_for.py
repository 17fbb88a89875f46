"""Why an item was supplied is read by the organisations that may see the item, where that is limited to some."""

import django.contrib.postgres.fields
from django.db import migrations, models

from knooppunt.kernel.walls import only_for, protect_anew

TABLE = "sharing_supplydecision"
SQL = protect_anew(TABLE, "subject_id", category=only_for(TABLE), own="supplier_id")


class Migration(migrations.Migration):
    """The column, and the wall that looks at it."""

    dependencies = [("sharing", "0009_agreements")]
    operations = [
        migrations.AddField(
            model_name="supplydecision",
            name="only_for",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
