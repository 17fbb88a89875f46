"""Drafts: what somebody typed into a form and has not sent yet, kept on the server, per person and per field.

A draft remembers the form in which it was typed (`OnceForm.form_id`) and the forms that began with it since. When
one of these is handled, `Work` removes it in the same transaction. What was typed elsewhere after that form began is
not what was sent, and stays.
Why no change of a draft has a log line of its own stands in docs/adr/0016.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import ProgrammingError
from django.db.models import Exists, OuterRef, Q

from knooppunt.kernel import clock
from knooppunt.kernel.access import declare_scope, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.models import Draft, HandledForm
from knooppunt.kernel.work import Work, look

LONGEST = 100_000
"""Characters: more than any field takes, so that also what is too long to send is not lost."""

SALT = "knooppunt.draft"
NO_PRIVILEGE = "42501"
KEY = ("designee", "organisation", "function", "place", "form", "field")
ANOTHER_HAT = "Dit formulier hoort bij een andere hoedanigheid dan waarin u nu werkt. Open het opnieuw."


@dataclass(frozen=True)
class Slip:
    """Which form it is that somebody types in. Goes to the browser signed, and comes back with what was typed."""

    who: tuple[str, str, str]
    place: str
    form: str
    fields: tuple[str, ...]
    form_id: str
    version: int | None
    subject: str | None


@dataclass(frozen=True)
class Typed:
    """What was typed in a form before, by field, and the version that was read then."""

    texts: Mapping[str, str]
    version: int | None
    at: datetime


class Desk:
    """Where somebody types: who, the ids in the address of the page, and the subject on which its access rests."""

    def __init__(self, actor: Actor, place: str = "", subject: UUID | None = None) -> None:
        self.actor = actor
        self.place = place
        self.subject = subject

    def typed_in(self, form: str) -> Typed | None:
        """What was typed in this form and not sent."""
        rows = [row for row in self._rows if row.form == form]
        if not rows:
            return None
        versions = [row.version for row in rows if row.version is not None]
        return Typed(
            texts={row.field: row.text for row in rows},
            version=min(versions, default=None),
            at=max(row.changed_at for row in rows),
        )

    def begin(self, form: str, form_id: UUID) -> None:
        """Notes that a form begins with what was typed before: when it is handled, that is a draft no more."""
        with Work(self.actor, "take_up_drafts"):
            for row in self._rows:
                if row.form == form:
                    same = Draft.objects.filter(scope(self.actor, Draft), pk=row.pk, changed_at=row.changed_at)
                    same.update(shown_in=[*row.shown_in, form_id])

    def slip(self, form: str, fields: tuple[str, ...], form_id: UUID, version: int | None) -> str:
        """What the browser shows with a draft, so that it can be kept for this form and no other."""
        subject = str(self.subject) if self.subject else None
        slip = Slip(_who(self.actor), self.place, form, fields, str(form_id), version, subject)
        return signing.dumps(vars(slip), salt=SALT)

    @cached_property
    def _rows(self) -> list[Draft]:
        sent = HandledForm.objects.filter(pk=OuterRef("form_id"), result__isnull=False)
        with look(self.actor, "find_drafts"):
            mine = Draft.objects.filter(scope(self.actor, Draft), ~Exists(sent), place=self.place)
            return list(mine)


def declare_reach(reaches: Callable[[Actor], Q]) -> None:
    """Says which drafts still fall under a subject that the actor reaches; the room that knows access does so."""
    declare_scope(Draft, lambda actor: _own(actor) & reaches(actor))


def read_slip(actor: Actor, signed: str) -> Slip:
    """The slip that this actor was given; `BadInput` for another text, `Refused` in another function."""
    try:
        said: dict[str, Any] = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise BadInput("formulier", "Open het formulier opnieuw.") from None
    slip = Slip(**{**said, "who": tuple(said["who"]), "fields": tuple(said["fields"])})
    if slip.who != _who(actor):
        raise Refused([ANOTHER_HAT])
    return slip


def keep_draft(actor: Actor, slip: Slip, field: str, text: str) -> datetime | None:
    """Keeps what stands in one field now, and says when; the last to write wins. None: the form was sent already."""
    if field not in slip.fields:
        raise BadInput("veld", "Van dit veld wordt geen concept bewaard.")
    if len(text) > LONGEST:
        raise BadInput("tekst", f"Maak dit korter dan {LONGEST} tekens.")
    row = Draft(
        **_key(slip),
        field=field,
        text=text.replace("\x00", ""),
        form_id=UUID(slip.form_id),
        version=slip.version,
        subject_id=UUID(slip.subject) if slip.subject else None,
        changed_at=clock.now(),
    )
    with Work(actor, "keep_draft"):
        if HandledForm.objects.filter(pk=row.form_id, result__isnull=False).exists():
            return None
        _put(row)
    return row.changed_at


def discard_drafts(actor: Actor, slip: Slip) -> None:
    """Throws away what was typed in a form and not sent."""
    with Work(actor, "discard_drafts"):
        Draft.objects.filter(scope(actor, Draft), **_key(slip)).delete()


def _put(row: Draft) -> None:
    """The database itself asks whether the subject is still reached: this room knows no grants."""
    changing = ["text", "form_id", "shown_in", "version", "subject_id", "changed_at"]
    try:
        Draft.objects.bulk_create([row], update_conflicts=True, unique_fields=KEY, update_fields=changing)
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") == NO_PRIVILEGE:
            raise NotFoundForYou("draft") from None
        raise


def _who(actor: Actor) -> tuple[str, str, str]:
    return str(actor.who), str(actor.for_whom), actor.function.value


def _key(slip: Slip) -> dict[str, str]:
    designee, organisation, function = slip.who
    return {
        "designee": designee,
        "organisation": organisation,
        "function": function,
        "place": slip.place,
        "form": slip.form,
    }


def _own(actor: Actor) -> Q:
    return Q(designee=actor.designee, organisation=actor.organisation, function=actor.function.value)
