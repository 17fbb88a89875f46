"""Versions of regimes that are written here: no resident in them, so no row-level security.

What is in force is what decisions name, so the database itself keeps it as it is: nobody changes or removes it, the
digest is that of the text, and whoever wrote any of it is not the one who approved it.
"""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

from knooppunt.kernel.walls import demand_record

KEPT = """
ALTER TABLE sharing_regimetext
  ADD CONSTRAINT regimetext_second_person CHECK (approved_by IS NULL OR NOT approved_by = ANY (writers)),
  ADD CONSTRAINT regimetext_written_by_someone CHECK (cardinality(writers) > 0),
  ADD CONSTRAINT regimetext_digest_of_text CHECK (digest = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
CREATE FUNCTION kn_keep_regime_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status = 'in_force' THEN
    RAISE EXCEPTION 'a regime text in force stays as it is' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT NEW.writers @> OLD.writers THEN
    RAISE EXCEPTION 'who wrote a regime text stays known' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status = 'in_force' AND NEW.content <> OLD.content THEN
    RAISE EXCEPTION 'a regime text is approved as it was read' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kn_kept BEFORE UPDATE OR DELETE ON sharing_regimetext
  FOR EACH ROW EXECUTE FUNCTION kn_keep_regime_text();
GRANT SELECT, INSERT, UPDATE ON sharing_regimetext TO kn_web, kn_jobs;
"""

BEGINS_AFTER = models.Q(
    models.Q(("status", "in_force"), _negated=True),
    models.Q(
        ("approved_by__isnull", False), ("approved_on__isnull", False), ("valid_from__gte", models.F("approved_on"))
    ),
    _connector="OR",
)


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0009_agreements"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegimeText",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("status", models.CharField(default="draft", max_length=10)),
                ("code", models.CharField(max_length=30)),
                ("label", models.CharField(max_length=20)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("content", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("based_on", models.CharField(max_length=60)),
                ("motivation", models.TextField()),
                (
                    "writers",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("written_on", models.DateField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_on", models.DateField(null=True)),
                ("dropped_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=BEGINS_AFTER, name="regimetext_begins_after_approval"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "in_force")),
                        fields=("code", "valid_from"),
                        name="regimetext_one_begins_a_day",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT + demand_record("sharing_regimetext"), migrations.RunSQL.noop),
    ]
