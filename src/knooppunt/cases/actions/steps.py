"""Steps that several actions of this room share."""

from datetime import date

from knooppunt.cases.models import Case, StateChange
from knooppunt.cases.rules import CaseState, objections_to_moving
from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.rules import life_areas
from knooppunt.sharing import law
from knooppunt.sharing.rules import CORE, Regime

LONGEST = 8_000


def regime_of(case: Case) -> Regime:
    """The version of the law that this case works under."""
    return law.by_reference(case.regime_version)


def move_in(work: Work, case: Case, becomes: CaseState) -> None:
    """One step of the state machine, with its line in the history."""
    was = CaseState(case.state)
    found = objections_to_moving(was, becomes)
    if found:
        raise Refused(found)
    StateChange(case=case, was=was.value, became=becomes.value, at=clock.now()).save(force_insert=True)
    case.state = becomes.value
    work.record("case.moved", case, was=was.value, became=becomes.value)


def move_if_in(work: Work, case: Case, was: CaseState, becomes: CaseState) -> None:
    """The step, when the case stands before it; otherwise nothing."""
    if case.state == was:
        move_in(work, case, becomes)


def store(case: Case) -> None:
    """Writes a changed case, one version further."""
    case.version += 1
    case.save(force_update=True)


def text_of(field: str, value: str, *, required: bool = True) -> str:
    """Text as it may be stored: trimmed, without U+0000, not too long; `BadInput` names the field."""
    cleaned = value.replace("\x00", "").strip()
    if required and not cleaned:
        raise BadInput(field, "Vul dit in.")
    if len(cleaned) > LONGEST:
        raise BadInput(field, f"Maak dit korter dan {LONGEST} tekens.")
    return cleaned


def category_of(field: str, regime: Regime, value: str, *, core_too: bool = False) -> str:
    """A category that this regime knows."""
    if value in regime.categories or (core_too and value == CORE):
        return value
    raise BadInput(field, "Kies een gegevenscategorie uit de lijst.")


def life_area_category(case: Case, life_area: str) -> str:
    """The category that belongs to a life area, as the region's configuration maps it [INS-1]."""
    for area in life_areas(case.region.configuration):
        if area.code == life_area:
            return area.category
    raise BadInput("life_area", "Kies een leefgebied uit de lijst.")


def not_in_past(field: str, value: date) -> date:
    """A day from today on."""
    if value < clock.today():
        raise BadInput(field, "Kies een datum van vandaag of later.")
    return value
