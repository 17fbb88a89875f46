"""Two questions without a name in the demo region: one that is open with answers, and one that was closed."""

from dataclasses import replace
from uuid import UUID

from knooppunt.cases import actions as cases
from knooppunt.cases.rules import AgeBand, AnswerKind, Brought
from knooppunt.site.demo.living import World, at

OPEN = cases.SoundingDraft(
    table=UUID(int=0),
    age_band=AgeBand.ADULT,
    municipality=None,
    life_areas=("mental_health", "housing", "social_network"),
    worries="Een man in behandeling slaapt al weken niet en hoort stemmen over zijn buren. Hij dreigt nergens mee,"
    " maar wordt stiller en mijdt iedereen. De buren praten over hem.",
    tried="Vaker op huisbezoek, en gevraagd of zijn familie mag meedenken. Dat wil hij nog niet.",
    question="Wat kan er in de buurt zonder dat hij zich nog meer bekeken voelt? En vanaf wanneer moet ik melden?",
    context="Hij weet dat ik met collega's overleg, niet met wie.",
)
CLOSED = cases.SoundingDraft(
    table=UUID(int=0),
    age_band=AgeBand.HOUSEHOLD,
    municipality=None,
    life_areas=("money", "family"),
    worries="Een gezin opent de post niet meer. Een kind mist vaak school.",
    tried="Drie keer aangebeld. Een buurvrouw zegt dat ze thuis zijn.",
    question="Wie komt nog wel binnen?",
    context="",
    shows_name=True,
)


def load_soundings(world: World) -> None:
    """Through the same actions as real ones."""
    made: dict[str, UUID] = {}
    at(-16, lambda: made.update(closed=_ask(world, "hamid", CLOSED)))
    at(-15, lambda: _answer(world, "anna", made["closed"], AnswerKind.CAN_HELP, "Wij gaan mee naar de voordeur."))
    at(-13, lambda: _close(world, made["closed"]))
    at(-2, lambda: made.update(open=_ask(world, "joris", OPEN)))
    said = (
        "Ik ben vaak in de buurt en kan met de buren praten over overlast in het algemeen. Zijn naam heb ik niet nodig."
    )
    at(-1, lambda: _answer(world, "bram", made["open"], AnswerKind.CAN_HELP, said))
    said = (
        "Ga na of het gevaar voor hem of voor anderen groter wordt. Dan is een melding aan de orde; bel gerust eerst."
    )
    at(-1, lambda: _answer(world, "anna", made["open"], AnswerKind.CALL_ME, said), hour=14)


def _ask(world: World, who: str, draft: cases.SoundingDraft) -> UUID:
    return cases.ask_sounding(world.actors[who], replace(draft, table=world.tables["zvh-casusoverleg"]))


def _answer(world: World, who: str, key: UUID, kind: AnswerKind, text: str) -> None:
    cases.answer_sounding(world.actors[who], key, cases.AnswerDraft(kind, text))


def _close(world: World, key: UUID) -> None:
    brought = cases.BroughtDraft(Brought.HELP_FOUND, "Samen aanbellen met iemand die het gezin kende, werkte.")
    cases.close_sounding(world.actors["hamid"], key, brought, version=1)
