"""The register of agreements: no resident in it, so no row-level security; each change still demands its record."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from knooppunt.kernel.walls import demand_record

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON sharing_agreement TO kn_web, kn_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON sharing_agreementparty TO kn_web, kn_jobs;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0008_supply_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("region_id", models.UUIDField()),
                ("kind", models.CharField(max_length=12)),
                (
                    "status",
                    models.CharField(default="draft", max_length=10),
                ),
                ("title", models.CharField(max_length=200)),
                ("purpose", models.TextField(blank=True)),
                ("regime", models.CharField(max_length=30)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("weighty_interest", models.TextField(blank=True)),
                ("collaboration_and_purpose", models.TextField(blank=True)),
                ("data", models.TextField(blank=True)),
                ("conditions", models.TextField(blank=True)),
                ("recipients", models.TextField(blank=True)),
                ("competent_authority", models.CharField(blank=True, max_length=200)),
                ("clauses", models.TextField(blank=True)),
                ("template", models.CharField(blank=True, max_length=40)),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("review_on", models.DateField(null=True)),
                (
                    "judgement",
                    models.CharField(default="none", max_length=30),
                ),
                ("motivation", models.TextField(blank=True)),
                ("judged_on", models.DateField(null=True)),
                ("drafted_by", models.UUIDField()),
                ("drafted_on", models.DateField()),
                ("written_by", models.UUIDField()),
                ("written_on", models.DateField()),
                ("put_in_force_by", models.UUIDField(null=True)),
                ("put_in_force_on", models.DateField(null=True)),
                ("reviewed_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["region_id", "status"], name="agreement_lists")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "in_force"), _negated=True),
                            models.Q(
                                ("put_in_force_on__isnull", False),
                                ("review_on__isnull", False),
                                ("starts_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_in_force_has_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("put_in_force_by__isnull", True),
                            models.Q(
                                ("put_in_force_by", models.F("drafted_by")),
                                ("put_in_force_by", models.F("written_by")),
                                _connector="OR",
                                _negated=True,
                            ),
                            _connector="OR",
                        ),
                        name="agreement_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementParty",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organisation_id", models.UUIDField()),
                ("signatory_name", models.CharField(blank=True, max_length=80)),
                ("signatory_role", models.CharField(blank=True, max_length=80)),
                ("signed_on", models.DateField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="sharing.agreement"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "organisation_id"), name="agreement_party_once")
                ],
            },
        ),
        migrations.RunSQL(
            GRANTS + demand_record("sharing_agreement") + demand_record("sharing_agreementparty"),
            migrations.RunSQL.noop,
        ),
    ]
