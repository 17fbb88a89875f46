"""Every field of every table has a privacy class; one without a mark must be something that says nothing."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from knooppunt.kernel.crypto import EncryptedTextField
from knooppunt.kernel.privacy import Privacy, privacy_of

SPEAKING = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.DateField, ArrayField)
"""Kinds of field that can hold something about a person: unmarked ones stand below, by name."""

CODES = {
    # Words from closed lists.
    "agreed_under", "basis", "became", "category", "categories", "close_reason", "code", "domain", "event", "function",
    "functions", "given_by", "given_how", "informed", "kind", "kinds", "life_area",
    "marks", "mandate", "occasion", "outcome", "part", "participant_class", "phase", "power",
    "receives", "regime", "regime_version", "regions", "result", "routes", "secrecy_way", "state", "status", "step",
    "stopped_for", "template", "judgement",
    "subject", "subject_kind", "was", "judged", "met", "withdrawn_how",
}  # fmt: skip

NAMES_OF_THINGS = {
    # Of organisations, areas, tables, routes and systems; numbers of cases tell nothing by themselves.
    "partners.Area.name", "partners.Region.name", "partners.Region.configuration", "partners.Organisation.name",
    "partners.Table.name", "partners.Table.rhythm", "signals.Route.title", "signals.Route.article",
    "signals.ApiToken.name", "signals.ApiToken.outcome_url", "cases.Case.number",
    # What organisations agreed, and what is thought of that: no resident, and signatories stand in fields of their own.
    "sharing.Agreement.title", "sharing.Agreement.purpose", "sharing.Agreement.weighty_interest",
    "sharing.Agreement.collaboration_and_purpose", "sharing.Agreement.data", "sharing.Agreement.conditions",
    "sharing.Agreement.recipients", "sharing.Agreement.clauses", "sharing.Agreement.motivation",
    # What everyone may read once it is published: rewritten, and looked through for what identifies.
    "sharing.FrequentQuestion.title", "sharing.FrequentQuestion.body", "sharing.FrequentQuestion.answer",
    "sharing.FrequentQuestion.articles",
    # The text of a law, and why it changes.
    "sharing.RegimeText.content", "sharing.RegimeText.motivation", "sharing.RegimeText.based_on",
    "sharing.RegimeText.label",
}  # fmt: skip

KEYS = {
    # Ids of organisations, digests that nobody can go back from, and when a session ends.
    "cases.Intake.partners", "signals.Report.receivers", "signals.Report.number_key",
    "kernel.AuditSeal.digest", "kernel.AuditSeal.chain", "kernel.AuditLine.detail", "kernel.AuditLine.purpose",
    "partners.Account.password", "kernel.Counter.key", "kernel.Session.expire_date",
    "sharing.RegimeText.digest",
    # Ids of an address and of forms, and what a form and its field are called in the code.
    # Codes of closed lists, as the public page has them in its address.
    "sharing.NetworkQuestion.asked", "sharing.FrequentQuestion.asked", "sharing.FrequentQuestion.topic",
    "kernel.Draft.place", "kernel.Draft.form", "kernel.Draft.field", "kernel.Draft.shown_in",
}  # fmt: skip

RESIDENT_ROOMS = ("people", "signals", "cases")


def fields() -> list[Any]:
    """Every column of every table of the rooms."""
    return [
        field
        for model in apps.get_models()
        if model.__module__.startswith("knooppunt.")
        for field in model._meta.concrete_fields
    ]


def named(field: Any) -> str:
    """How a field is called in a message: room.Model.field."""
    return f"{field.model._meta.label}.{field.name}"


@pytest.mark.parametrize("field", fields(), ids=named)
def test_an_unmarked_field_says_nothing(field: Any) -> None:
    if privacy_of(field) is not Privacy.NONE or not isinstance(field, SPEAKING):
        return
    is_day = isinstance(field, models.DateField) and field.name.endswith(
        ("_on", "_at", "_from", "_until", "_to", "at", "since", "until", "last_login")
    )
    assert is_day or field.name in CODES or named(field) in NAMES_OF_THINGS | KEYS


@pytest.mark.parametrize("field", fields(), ids=named)
def test_what_is_encrypted_identifies_a_resident(field: Any) -> None:
    if isinstance(field, EncryptedTextField):
        assert privacy_of(field) is Privacy.RESIDENT_IDENTITY


@pytest.mark.parametrize("field", fields(), ids=named)
def test_free_text_in_a_residents_room_is_marked(field: Any) -> None:
    if field.model._meta.app_label in RESIDENT_ROOMS and type(field) is models.TextField:
        assert privacy_of(field) in {Privacy.RESIDENT_CONTENT, Privacy.RESIDENT_IDENTITY}


@pytest.mark.parametrize("field", fields(), ids=named)
def test_a_person_is_always_a_key(field: Any) -> None:
    if field.name in {"person", "person_id", "kept_id", "joined_id"}:
        assert privacy_of(field) is Privacy.RESIDENT_KEY


def test_every_name_on_the_lists_is_still_a_field() -> None:
    found = {named(field) for field in fields()}
    assert (NAMES_OF_THINGS | KEYS) - found == set()
    assert CODES - {field.name for field in fields()} == set()


def test_no_list_or_order_needs_a_field_that_is_encrypted() -> None:
    for field in fields():
        if isinstance(field, EncryptedTextField):
            assert not field.db_index
            assert not field.unique
