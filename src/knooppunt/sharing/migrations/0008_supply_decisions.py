"""Why an item was supplied stands behind the wall of that item, and is never changed."""

import uuid

from django.db import migrations, models

import knooppunt.kernel.clock
from knooppunt.kernel.walls import gate, protect

NEVER_CHANGED = "REVOKE UPDATE ON sharing_supplydecision FROM kn_web, kn_jobs;"

RECIPIENTS = """
CREATE FUNCTION kn_recipients(subject uuid, category text) RETURNS TABLE (organisation uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT g.organisation_id FROM sharing_grant g
   WHERE g.subject_id = subject AND g.function = 'execution' AND category = ANY (g.categories)
     AND g.organisation_id <> kn_setting('organisation')::uuid AND kn_valid(g.valid_from, g.valid_until)
     AND kn_setting('function') = 'execution' AND kn_reaches(subject, 'core', NULL) $$;
"""

SQL = (
    protect("sharing_supplydecision", "subject_id", category="category", own="supplier_id", agreements=False)
    + NEVER_CHANGED
    + RECIPIENTS
    + gate("kn_recipients(uuid, text)")
)


class Migration(migrations.Migration):
    """The table of decisions, its walls, and the gate that tells who would see an item."""

    dependencies = [("sharing", "0007_grants_at_once")]
    operations = [
        migrations.CreateModel(
            name="SupplyDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("item_id", models.UUIDField(unique=True)),
                ("subject_id", models.UUIDField()),
                ("category", models.CharField(max_length=30)),
                ("supplier_id", models.UUIDField()),
                ("at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                ("outcome", models.CharField(max_length=20)),
                ("regime_version", models.CharField(max_length=60)),
                ("question", models.JSONField()),
                ("answers", models.JSONField(default=list)),
                ("motivation", models.TextField(blank=True)),
            ],
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
