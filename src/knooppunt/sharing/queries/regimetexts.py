"""Versions that were written here: what is in force beside the shipped files, and what is being written."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from knooppunt.kernel import moments
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission
from knooppunt.sharing.law.following import Approved
from knooppunt.sharing.models import RegimeText
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules.regimetext import TextStatus

Key = tuple[UUID, ...]


@dataclass(frozen=True)
class TextView:
    """One text: what it says, from which version it was copied, why, by whom, and who let it hold."""

    id: UUID
    version: int
    status: str
    regime: Regime
    content: str
    based_on: str
    motivation: str
    writers: tuple[UUID, ...]
    written_by: tuple[str, ...]
    written_on: date
    approved_by: str
    approved_on: date | None
    dropped_on: date | None


def approved() -> Approved:
    """What was approved here and never changes again: asked once per request or Work, read once per process."""
    return moments.once("sharing.approved", lambda: _approved(_in_force()))


def _in_force() -> Key:
    rows = RegimeText.objects.filter(status=TextStatus.IN_FORCE.value)
    return tuple(rows.order_by("valid_from", "pk").values_list("pk", flat=True))


@lru_cache(maxsize=4)
def _approved(keys: Key) -> Approved:
    return Approved(_regime(key) for key in keys)


@lru_cache(maxsize=64)
def _regime(key: UUID) -> Regime:
    row = RegimeText.objects.get(pk=key)
    return law.regime_as_kept(f"{row.code}@{row.label}", row.content.encode())


def content_of(regime: Regime) -> str:
    """The text of a version: as it was approved here, or as it is shipped."""
    row = RegimeText.objects.filter(status=TextStatus.IN_FORCE.value, digest=regime.digest).first()
    return row.content if row else law.shipped_text(regime)


def regime_texts(actor: Actor) -> list[TextView]:
    """Every text that was written here, the newest first."""
    allow(actor, Permission.SEE_REGIMES)
    return _views(list(RegimeText.objects.order_by("code", "-valid_from", "-written_on", "pk")))


def regime_text(actor: Actor, text: UUID) -> TextView:
    """One text."""
    allow(actor, Permission.SEE_REGIMES)
    rows = list(RegimeText.objects.filter(pk=text))
    if not rows:
        raise NotFoundForYou("regimetext")
    return _views(rows)[0]


def _views(rows: list[RegimeText]) -> list[TextView]:
    people = partners.professionals({who for row in rows for who in (*row.writers, row.approved_by) if who})
    return [_view(row, {key: view.name for key, view in people.items()}) for row in rows]


def _view(row: RegimeText, names: dict[UUID, str]) -> TextView:
    return TextView(
        id=row.pk,
        version=row.version,
        status=row.status,
        regime=law.regime_as_kept(f"{row.code}@{row.label}", row.content.encode()),
        content=row.content,
        based_on=row.based_on,
        motivation=row.motivation,
        writers=tuple(row.writers),
        written_by=tuple(names.get(who, "") for who in row.writers),
        written_on=row.written_on,
        approved_by=names.get(row.approved_by, "") if row.approved_by else "",
        approved_on=row.approved_on,
        dropped_on=row.dropped_on,
    )
