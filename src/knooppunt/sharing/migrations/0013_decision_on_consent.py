"""A decision names the consent that it rests on; opaque, as what it is about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The column."""

    dependencies = [("sharing", "0012_only_for")]
    operations = [
        migrations.AddField(model_name="supplydecision", name="consent_id", field=models.UUIDField(null=True)),
    ]
