"""Files with an agreement. What is in one stands apart, and the web reads it through a gate that looks who asks."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import knooppunt.kernel.clock
import knooppunt.kernel.crypto
from knooppunt.kernel.walls import demand_record, gate

WITH_ITS_DOCUMENT = """
ALTER TABLE sharing_agreementdocumentcontent ADD CONSTRAINT agreement_content_of_its_document
  FOREIGN KEY (document_id) REFERENCES sharing_agreementdocument (id)
  ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

GRANTS = """
-- The web adds and removes, and never says of a file that it is clean; only the jobs judge what waits.
GRANT SELECT, INSERT, DELETE ON sharing_agreementdocument TO kn_web;
GRANT SELECT, UPDATE (status, stopped_for, judged_at) ON sharing_agreementdocument TO kn_jobs;
GRANT INSERT ON sharing_agreementdocumentcontent TO kn_web;
GRANT SELECT, DELETE ON sharing_agreementdocumentcontent TO kn_jobs;
GRANT SELECT ON sharing_agreement, sharing_agreementdocument, sharing_agreementdocumentcontent,
  partners_organisation_regions TO kn_gate;
"""

GATE = """
CREATE FUNCTION kn_agreement_file(wanted uuid) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.content FROM sharing_agreementdocumentcontent c
    JOIN sharing_agreementdocument d ON d.id = c.document_id
    JOIN sharing_agreement a ON a.id = d.agreement_id
    JOIN partners_organisation_regions r ON r.region_id = a.region_id
   WHERE d.id = wanted AND d.status = 'clean' AND r.organisation_id = kn_setting('organisation')::uuid
     AND kn_setting('function') IN ('governance', 'maintenance') $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0013_decision_on_consent"),
        ("partners", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementDocument",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=10)),
                ("size", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=10)),
                (
                    "stopped_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
                ("added_by", models.UUIDField()),
                ("made_at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="sharing.agreement"
                    ),
                ),
            ],
            options={"ordering": ["-made_at", "id"]},
        ),
        migrations.CreateModel(
            name="AgreementDocumentContent",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="sharing.agreementdocument",
                    ),
                ),
                ("content", knooppunt.kernel.crypto.EncryptedBytesField()),
            ],
        ),
        migrations.RunSQL(WITH_ITS_DOCUMENT, migrations.RunSQL.noop),
        migrations.RunSQL(
            GRANTS
            + GATE
            + gate("kn_agreement_file(uuid)")
            + demand_record("sharing_agreementdocument")
            + demand_record("sharing_agreementdocumentcontent"),
            migrations.RunSQL.noop,
        ),
    ]
