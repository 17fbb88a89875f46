"""Questions to the knowledge network and what came of them: no resident in it, so no row-level security.

Each change still demands its record.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from knooppunt.kernel.walls import demand_record

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON sharing_networkquestion, sharing_frequentquestion TO kn_web;
GRANT SELECT, UPDATE, DELETE ON sharing_networkquestion TO kn_jobs;
GRANT SELECT, UPDATE ON sharing_frequentquestion TO kn_jobs;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0014_agreement_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="NetworkQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("region_id", models.UUIDField()),
                ("status", models.CharField(default="open", max_length=10)),
                ("asked", models.JSONField()),
                ("text", models.TextField()),
                ("asked_by", models.UUIDField()),
                ("asked_for", models.UUIDField()),
                ("asked_on", models.DateField()),
                ("answer", models.TextField(blank=True)),
                (
                    "articles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["region_id", "status"], name="network_question_lists"),
                    models.Index(fields=["asked_by"], name="network_question_asker"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "open"),
                            models.Q(
                                ("answered_by__isnull", False),
                                ("answered_on__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="network_question_answered_is_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FrequentQuestion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("region_id", models.UUIDField()),
                ("status", models.CharField(default="draft", max_length=10)),
                ("asked", models.JSONField()),
                ("topic", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("answer", models.TextField()),
                (
                    "articles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("written_by", models.UUIDField()),
                ("written_on", models.DateField()),
                ("published_by", models.UUIDField(null=True)),
                ("published_on", models.DateField(null=True)),
                ("reviewed_on", models.DateField(null=True)),
                ("withdrawn_on", models.DateField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="sharing.networkquestion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["status", "topic"], name="frequent_question_topics")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            models.Q(
                                ("published_by__isnull", False),
                                ("published_on__isnull", False),
                                ("reviewed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="frequent_question_published_has_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_by__isnull", True),
                            models.Q(("published_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="frequent_question_second_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            GRANTS + demand_record("sharing_networkquestion") + demand_record("sharing_frequentquestion"),
            migrations.RunSQL.noop,
        ),
    ]
