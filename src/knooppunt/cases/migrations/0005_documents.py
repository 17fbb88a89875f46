"""Files of items, and what is in them in a table of its own."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import knooppunt.kernel.clock
import knooppunt.kernel.crypto


class Migration(migrations.Migration):
    """The tables of documents."""

    dependencies = [
        ("cases", "0004_what_lists_walk"),
        ("partners", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("category", models.CharField(max_length=30)),
                ("supplied_by", models.UUIDField()),
                ("name", knooppunt.kernel.crypto.EncryptedTextField()),
                ("kind", models.CharField(blank=True, max_length=10)),
                ("size", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=10)),
                (
                    "stopped_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
                ("remove_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField(default=knooppunt.kernel.clock.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="cases.case"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="cases.item",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocumentContent",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="cases.document",
                    ),
                ),
                ("content", knooppunt.kernel.crypto.EncryptedBytesField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "stopped"), ("item__isnull", False), _connector="OR"),
                name="document_belongs_to_an_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("remove_on__isnull", False), ("status", "stopped")),
                    models.Q(models.Q(("status", "stopped"), _negated=True), ("remove_on__isnull", True)),
                    _connector="OR",
                ),
                name="document_in_quarantine_has_an_end",
            ),
        ),
    ]
