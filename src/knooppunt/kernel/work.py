"""The one door to resident data: open, authorise, change and record in one transaction.

A `Work` tells the database who acts, so that row-level security can judge. That ends with the transaction; inside
another one it is cleared, because `SET LOCAL` outlives a savepoint. A refusal is recorded after the rollback, in a
transaction of its own.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

from django.db import Error, connection, transaction
from django.db.models import Model, Q

from knooppunt.kernel import clock, faults, moments
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.audit import Line, write
from knooppunt.kernel.errors import ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.models import Draft, HandledForm

Opened = TypeVar("Opened", bound=Model)

SETTINGS_SQL = (
    "SELECT set_config('kn.organisation', %s, true), set_config('kn.professional', %s, true),"
    " set_config('kn.function', %s, true), set_config('kn.now', %s, true)"
)


class Versioned(Protocol):
    """A record that counts its changes, so that two people at once are noticed."""

    version: int

    def shown_fields(self) -> Mapping[str, str]:
        """What stands there now, by form field, for whoever came second."""
        ...


class Work(AbstractContextManager["Work"]):
    """One intention of one actor.

    `once` is the id of a form that may arrive twice; `before` then says what came of it the first time.
    """

    def __init__(
        self, actor: Actor, intention: str, *, once: UUID | None = None, purpose: str = "", reads: bool = False
    ) -> None:
        self.actor = actor
        self.intention = intention
        self.purpose = purpose
        self._reads = reads
        self.trace = uuid4()
        self.before: UUID | None = None
        self._once = once
        self._finished = False
        self._lines: list[Line] = []
        self._atomic = transaction.atomic(durable=True)

    def __enter__(self) -> "Work":
        """Begins the transaction and says who acts."""
        self._atomic.__enter__()
        moments.begin()
        try:
            _announce(self.actor)
            if self._once is not None:
                self.before = _handled_before(self._once, self.actor)
        except BaseException as early:
            # Python calls no __exit__ now; left open, the transaction would spoil every later one of this thread.
            self._atomic.__exit__(type(early), early, early.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Writes the lines and commits; or rolls back, and records the refusal."""
        moments.begin()
        try:
            if error is None:
                self._keep_once()
                write(self.actor, self.trace, self._lines, self.purpose)
                if not self._reads:
                    _check_now()
        except BaseException as late:
            self._atomic.__exit__(type(late), late, late.__traceback__)
            raise
        finally:
            if error is None and len(connection.atomic_blocks) > 1:
                _forget()
        if error is None and not self._reads:
            self._commit()
        else:
            self._atomic.__exit__(kind, error, trace)
        if isinstance(error, Refused | NotFoundForYou):
            self._record_refusal(error)

    def _commit(self) -> None:
        """Commits, and notes what came of it: when the connection goes meanwhile, only the database knows."""
        before = faults.kept()
        try:
            self._atomic.__exit__(None, None, None)
        except Error as error:
            lost = faults.fault_of(error) is faults.Fault.AWAY
            faults.mark(faults.Kept.UNKNOWN if lost else before)
            raise
        faults.mark(faults.Kept.KEPT)

    def open(self, model: type[Opened], key: UUID, permission: StrEnum, *, part: str = "") -> Opened:
        """Opens one record as far as the actor may, and records the look; `NotFoundForYou` otherwise."""
        found = self._find(model, key, lock=False)
        allow(self.actor, permission, found)
        self.looked_at(found, part)
        return found

    def take(self, model: type[Opened], key: UUID, permission: StrEnum, *, version: int | None = None) -> Opened:
        """Opens one record to change it, locked; `ChangedMeanwhile` when `version` is not the one that stands there."""
        found: Any = self._find(model, key, lock=True)
        allow(self.actor, permission, found)
        if version is not None and found.version != version:
            raise ChangedMeanwhile(found.version, found.shown_fields())
        return found  # type: ignore[no-any-return]

    def _find(self, model: type[Opened], key: UUID, *, lock: bool) -> Opened:
        rows = model._default_manager.filter(scope(self.actor, model), pk=key)
        found = (rows.select_for_update(of=("self",)) if lock else rows).first()
        if found is None:
            raise NotFoundForYou(model.__name__)
        return found

    def looked_at(self, record: Any, part: str = "") -> None:
        """One line per person concerned: a look is opening a part of a case, a report or a card."""
        persons: list[UUID | None] = list(record.concerned()) or [None]
        kind = record._meta.model_name
        for person in persons:
            self._lines.append(Line("look", kind, record.pk, under=_under(record), part=part, person=person))

    def listed(self, what: str, shown: Iterable[UUID]) -> None:
        """One line for a list or search result, with the ids shown; an empty list is no look."""
        ids = tuple(shown)
        if ids:
            self._lines.append(Line("list", what, None, shown=ids))

    def record(self, event: str, record: Any, *, person: UUID | None = None, **detail: Any) -> None:
        """One line for a change. `detail` holds ids, codes and dates, never what identifies a person."""
        part = detail.pop("part", "")
        kind = record._meta.model_name
        self._lines.append(Line(event, kind, record.pk, under=_under(record), person=person, part=part, detail=detail))

    def finish(self, result: UUID) -> UUID:
        """Remembers what came of a form, so that sending it twice gives the same answer."""
        if self._once is not None:
            HandledForm.objects.filter(pk=self._once).update(result=result)
            self._finished = True
        return result

    def _keep_once(self) -> None:
        """A form without a result of its own is remembered by the trace of what it did. What was sent is no draft."""
        if self._once is None:
            return
        if not self._finished and self.before is None:
            self.finish(self.trace)
        if self.actor.is_professional:
            typed_or_shown = Q(form_id=self._once) | Q(shown_in__contains=[self._once])
            Draft.objects.filter(typed_or_shown, designee=self.actor.who).delete()

    def _record_refusal(self, error: Refused | NotFoundForYou) -> None:
        with transaction.atomic():
            _announce(self.actor)
            logged, under = (error.logged, error.under) if isinstance(error, Refused) else ({}, None)
            detail = {**logged, "kind": type(error).__name__}
            line = Line(self.intention, "", None, under=under, result="refused", detail=detail)
            write(self.actor, self.trace, [line])
            _forget()


def look(actor: Actor, what: str, *, purpose: str = "") -> Work:
    """A Work that only reads (and records what was seen, and with which purpose if one was asked)."""
    return Work(actor, what, purpose=purpose, reads=True)


def answer_to(form: UUID) -> UUID | None:
    """What came of a form, if it was handled."""
    return HandledForm.objects.filter(pk=form).values_list("result", flat=True).first()


def _under(record: Any) -> UUID | None:
    """The case to which a row belongs, so that the log of a case holds all that happened in it."""
    found = getattr(record, "case_id", None)
    return found if isinstance(found, UUID) else None


def _announce(actor: Actor) -> None:
    values = (
        str(actor.organisation or ""),
        str(actor.designee or ""),
        actor.function.value,
        clock.now().isoformat(),
    )
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS_SQL, values)


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS_SQL, ("", "", "", ""))


def _check_now() -> None:
    """Lets the deferred triggers speak while the actor is still known: an unrecorded change stops here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _handled_before(form: UUID, actor: Actor) -> UUID | None:
    _, new = HandledForm.objects.get_or_create(pk=form, defaults={"designee": actor.who})
    if new:
        return None
    return HandledForm.objects.get(pk=form).result
