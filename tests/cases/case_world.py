"""One case of the cast, from request to partners, made through the same actions as real work."""

from datetime import date
from typing import Any
from uuid import UUID

from knooppunt.cases import actions
from knooppunt.cases.queries import direction_page, information_page
from knooppunt.cases.rules import ConsentBy, ConsentHow, Criterion, Outcome
from knooppunt.people.rules import Identity
from tests.world import World

SURNAME = "Testman"
HEALTH = "Zij slikt iedere dag pillen."
PARTNERS = ("bram", "anna", "hamid", "joris", "ilse")


def item(category: str, text: str, **said: Any) -> actions.ItemDraft:
    """Information that its supplier finds necessary; police data with the consent of the competent authority."""
    facts = {"necessary": True, **({"competent_authority_agrees": True} if category == "police" else {})}
    return actions.ItemDraft(category, text=text, **{"subject": "resident", "facts": facts, **said})


def taken_up(world: World) -> UUID:
    """A case that police, prosecution and municipality judged and Carla took up."""
    draft = actions.IntakeDraft(
        table=world.tables["VR11", "triage-zvh"],
        report=None,
        identities=(Identity(surname=SURNAME, given_names="Tobias", born=date(1980, 2, 3)),),
        municipality=world.municipalities["GM0479"],
        domain="misunderstood_behaviour",
        urgent=False,
        criteria=dict.fromkeys(Criterion, "Dit speelt al maanden."),
        goal="Eén plan.",
        tried="Gesprekken.",
        informed=True,
        informed_note="Thuis besproken.",
        accuracy_checked=True,
        categories=("guidance_care_help",),
        facts={"necessary": True},
    )
    intake = actions.request_intake(world.actor("bram"), draft)
    for name in ("bram", "ilse", "nadia"):
        judgement = actions.JudgementDraft(dict.fromkeys(Criterion, True), "Past bij de criteria.")
        actions.judge_intake(world.actor(name), intake, judgement)
    case = actions.decide_intake(world.actor("carla"), intake, Outcome.TAKE_UP, "3")
    assert case is not None
    return case


def version_of(world: World, case: UUID, name: str = "carla") -> int:
    """Which version of the case stands there now."""
    return direction_page(world.actor(name), case).head.version


def with_partners(world: World) -> UUID:
    """A case with its partners and Hamid as case director."""
    case = taken_up(world)
    for name in PARTNERS:
        chosen = world.actor(name).who
        actions.choose_partner(world.actor("carla"), case, chosen, version=version_of(world, case))
    chosen = world.actor("hamid").who
    actions.name_case_director(world.actor("carla"), case, chosen, version=version_of(world, case))
    return case


def consent_given(
    world: World, case: UUID, who: str = "joris", *organisations: str, categories: tuple[str, ...] = ("health",)
) -> UUID:
    """Consent that somebody records, for these organisations or for everybody at the table."""
    page = information_page(world.actor(who), case, consenting=True)
    named = {world.organisations[code] for code in organisations}
    draft = actions.ConsentDraft(
        person=next(one.id for one in page.head.persons if one.registered),
        given_on=date(2026, 11, 3),
        how=ConsentHow.ORAL,
        by=ConsentBy.RESIDENT,
        categories=frozenset(categories),
        organisations=frozenset(named or {UUID(key) for key, _name in page.parties}),
        purpose="Samen hulp regelen.",
    )
    return actions.record_consent(world.actor(who), case, draft)


def by_consent(
    world: World, case: UUID, *organisations: str, categories: tuple[str, ...] = ("health",)
) -> dict[str, Any]:
    """What Joris says of something that he shares with consent, which he records."""
    consent = consent_given(world, case, "joris", *organisations, categories=categories)
    return {"secrecy_way": "explicit_consent", "secrecy_note": "Besproken.", "consent": consent}


def with_content(world: World) -> UUID:
    """A case with something in every part: items, goals, actions, a sitting."""
    case = with_partners(world)
    actions.share_item(world.actor("joris"), case, item("health", HEALTH, **by_consent(world, case)))
    withheld = actions.ItemDraft("health", "resident", "De diagnose is niet nodig.", withheld=True)
    actions.share_item(world.actor("joris"), case, withheld)
    actions.share_item(world.actor("bram"), case, item("police", "Elf meldingen."))
    hamid, day = world.actor("hamid"), date(2026, 12, 1)
    goal = actions.set_goal(hamid, case, actions.GoalDraft("housing", "Rustig wonen."))
    wijkteam = world.organisations["wijkteam-zaanstad"]
    for text in ("Bellen met de verhuurder", "Iedere week langsgaan", "Buren spreken"):
        actions.agree_action(hamid, case, actions.ActionDraft(text, wijkteam, hamid.who, day, goal=goal))
    ggz = world.organisations["ggz"]
    own = actions.ActionDraft("Vaste behandelaar aanwijzen", ggz, None, day, category="health")
    actions.agree_action(world.actor("joris"), case, own)
    return case
