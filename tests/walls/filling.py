"""Rows in any table at once, as the owner of the tables: for tests that look at walls from outside.

State for tests of behaviour is made through actions; here every table must hold something, also tables that
are made next year, so a row is invented from what the model says of its fields.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql

from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.crypto import EncryptedBytesField
from knooppunt.kernel.models import AuditLine
from knooppunt.people.models import Person, PersonLink, Searchable
from knooppunt.sharing.models import Designation, Grant, RegimeText

Row = TypeVar("Row", bound=models.Model)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "Geheimveld"
"""What every invented text holds, so that a leak is seen."""

INVENTED: list[tuple[Any, Any]] = [
    (models.BooleanField, lambda: False),
    (models.DateTimeField, lambda: NOW),
    (models.DateField, lambda: date(2026, 11, 1)),
    (models.IntegerField, lambda: 1),
    (models.UUIDField, uuid4),
    (models.JSONField, dict),
    (ArrayField, lambda: ["execution"]),
    (models.SlugField, lambda: uuid4().hex[:10]),
    (models.EmailField, lambda: f"{uuid4().hex}@voorbeeld.invalid"),
    (models.TextField, lambda: SECRET),
]


FITTING: dict[type[models.Model], dict[str, Any]] = {RegimeText: {"digest": sha256(SECRET.encode()).hexdigest()}}
"""What the database itself holds against the rest of the row."""


class Filling:
    """Rows that wait to be put in, in one recorded transaction. `known` holds the one row that others refer to."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self._owner = owner
        self._rows: list[models.Model] = []
        self._made: dict[Any, models.Model] = {}
        self.known: dict[type[models.Model], models.Model] = {}

    def add(self, model: type[Row], **values: Any) -> Row:
        """One more row, with these values and invented ones where the model demands something."""
        values = {**FITTING.get(model, {}), **values}
        for field in model._meta.concrete_fields:
            if field.name in values or field.attname in values or field.has_default() or field.null:
                continue
            related = field.related_model
            values[field.name] = self.one(related) if isinstance(related, type) else _invented(field)
        row = model(**values)
        self._rows.append(row)
        self._made[row.pk] = row
        self.known.setdefault(model, row)
        return row

    def one(self, model: type[Row]) -> Row:
        """The row of this model that others refer to."""
        found = self.known.get(model) or self.add(model)
        assert isinstance(found, model)
        return found

    def of(self, model: type[Row], key: UUID | None) -> Row:
        """The row of this model with this key."""
        found = self._made.get(key)
        return found if isinstance(found, model) else self.add(model, id=key)

    def let(self, actor: Actor, subject: UUID, *categories: str, kind: str = "case", **changes: Any) -> Grant:
        """A grant and a designation by which this actor reaches a subject."""
        self.designate(actor, subject, kind)
        return self.grant(actor, subject, *categories, kind=kind, **changes)

    def grant(self, actor: Actor, subject: UUID, *categories: str, kind: str = "case", **changes: Any) -> Grant:
        """A grant of the actor's organisation, in the actor's function."""
        values = {"valid_from": NOW, "sort_at": NOW, "basis": "test", **changes}
        return self.add(
            Grant,
            organisation_id=actor.for_whom,
            function=actor.function.value,
            subject_kind=kind,
            subject_id=subject,
            categories=["core", *categories],
            **values,
        )

    def designate(self, actor: Actor, subject: UUID, kind: str = "case", **changes: Any) -> Designation:
        """A designation of the actor, in the actor's function."""
        return self.add(
            Designation,
            organisation_id=actor.for_whom,
            designee_id=actor.who,
            function=actor.function.value,
            subject_kind=kind,
            subject_id=subject,
            **{"valid_from": NOW, **changes},
        )

    def link(self, subject: UUID, kind: str = "case") -> UUID:
        """A new person who occurs in a subject; returns the person."""
        person = self.add(Person).pk
        self.add(PersonLink, person_id=person, subject_kind=kind, subject_id=subject, category="identity_contact")
        return UUID(str(person))

    def record(self) -> None:
        """A line for what the owner changes in this transaction."""
        with self._owner.cursor() as cursor:
            insert(cursor, AuditLine(trace=uuid4(), function="system", event="test.set", at=NOW))

    def take_back(self) -> list[models.Model]:
        """Rows that wait, to be put in at another moment."""
        rows, self._rows = self._rows, []
        return rows

    def commit(self) -> None:
        """Puts in what waits, recorded, in one transaction."""
        rows, self._rows = self._rows, []
        with self._owner.transaction(), self._owner.cursor() as cursor:
            for row in rows:
                insert(cursor, row)
            self.record()


def _invented(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, ArrayField) and isinstance(field.base_field, models.UUIDField):
        return [uuid4()]
    if field.choices:
        return field.choices[0][0]
    for kind, make in INVENTED:
        if isinstance(field, kind):
            return make()
    if isinstance(field, models.CharField):
        return "" if field.blank else uuid4().hex[: min(field.max_length or 8, 8)]
    if isinstance(field, EncryptedBytesField):
        return SECRET.encode()
    return SECRET if "Encrypted" in type(field).__name__ else uuid4().bytes


def insert(cursor: psycopg.Cursor, row: models.Model) -> None:
    """Puts one row in, as it is."""
    fields = row._meta.concrete_fields
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(row._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        sql.SQL(", ").join(sql.Placeholder() for _ in fields),
    )
    cursor.execute(statement, values)


def own_models() -> list[type[models.Model]]:
    """Every table of the rooms, in the order of the floors."""
    return [model for model in apps.get_models() if model.__module__.startswith("knooppunt.")]


def fill_every_table(filling: Filling, insider: Actor) -> dict[str, UUID]:
    """One row in every table; the insider reaches the case, the intake, the report and the sounding."""
    for model in own_models():
        # Words are kept by the tables whose texts they are of.
        if not issubclass(model, Grant | Designation | AuditLine | Searchable):
            _fill(filling, model, insider)
    subjects = {}
    for kind, label in (
        ("case", "cases.Case"),
        ("intake", "cases.Intake"),
        ("report", "signals.Report"),
        ("sounding", "cases.Sounding"),
    ):
        subjects[kind] = filling.one(apps.get_model(label)).pk
        filling.let(insider, subjects[kind], "identity_contact", SECRET, kind=kind)
    filling.commit()
    return subjects


def _fill(filling: Filling, model: type[models.Model], insider: Actor) -> None:
    names = {field.name for field in model._meta.concrete_fields}
    values: dict[str, Any] = {"category": "identity_contact"} if "category" in names else {}
    if "subject_kind" in names:
        values |= {"subject_kind": "case", "subject_id": filling.one(apps.get_model("cases.Case")).pk}
    if model._meta.label == "people.PersonLink":
        values["person_id"] = filling.one(apps.get_model("people.Person")).pk
    if model._meta.label == "people.PersonJoin":
        person = filling.one(apps.get_model("people.Person")).pk
        values |= {"kept_id": person, "joined_id": person}
    if model._meta.label == "sharing.SupplyDecision":
        values["subject_id"] = filling.one(apps.get_model("cases.Case")).pk
    if model._meta.label == "cases.Document":
        values |= {"item": filling.one(apps.get_model("cases.Item")), "status": "clean"}
    values |= _own(filling, model._meta.label, insider)
    if model not in filling.known:
        filling.add(model, **values)


def _own(filling: Filling, label: str, insider: Actor) -> dict[str, Any]:
    """What makes a row the insider's own, or their organisation's, where only those read or write it."""
    if label == "cases.Consent":
        return {"organisations": [insider.for_whom]}
    if label == "cases.Sounding":
        # Who reads it writes in it only for the organisation that asked.
        return {"asked_for": filling.of(apps.get_model("partners.Organisation"), insider.for_whom)}
    if label == "people.Search":
        return {"designee_id": insider.who}
    if label == "kernel.Draft":
        whose = {"designee": insider.who, "organisation": insider.for_whom, "function": insider.function.value}
        return {**whose, "subject_id": filling.one(apps.get_model("cases.Case")).pk}
    return {}


def actor(function: Function = Function.EXECUTION, organisation: UUID | None = None) -> Actor:
    """Somebody new, of a new organisation or this one."""
    return Actor(uuid4(), organisation or uuid4(), function)
