"""The demo's present: reports, a request in triage and cases on their way, made through the same actions as real work.

Dates are relative to the first start of the demo. The people are invented and look it; their BSNs are from the
range that is kept for tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from knooppunt.cases import actions as cases
from knooppunt.cases.queries import direction_page, overview_page, plan_page
from knooppunt.cases.rules import ActionStatus, ConsentBy, ConsentHow, Criterion, Outcome, Step
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.uploads import Sent
from knooppunt.people.rules import Identity
from knooppunt.signals.actions import ReportDraft, register_report
from knooppunt.signals.rules import Described

CRITERIA = {
    Criterion.PROBLEMS: "Mevrouw hoort stemmen, slaapt weinig en heeft schulden. Haar dochter woont bij haar.",
    Criterion.LIFE_AREAS: "Wonen, geld, gezondheid en gezin. Er zijn meldingen van overlast en één van bedreiging.",
    Criterion.THREAT: "Elf meldingen in vier maanden. De buren zijn bang en de huur dreigt te eindigen.",
    Criterion.COOPERATION: "Politie, zorg en wijkteam werken nu los van elkaar en weten niet van elkaars afspraken.",
}
EVERY_YES = dict.fromkeys(Criterion, True)


@dataclass(frozen=True)
class World:
    """What the demo's region holds: its id, and tables, organisations, municipalities and actors by code or name."""

    region: UUID
    tables: Mapping[str, UUID]
    organisations: Mapping[str, UUID]
    municipalities: Mapping[str, UUID]
    actors: Mapping[str, Actor]


def load_living(world: World) -> None:
    """Makes the living cases, oldest first, each with the clock at the day on which it happened."""
    family = _family(world)
    at(-20, lambda: _work_out(world, family))
    at(-3, lambda: _review(world, family))
    _local(world)
    at(-4, lambda: _waiting_request(world))
    _open_reports(world)


def at(days: int, act: Callable[[], object], hour: int = 10) -> None:
    """Does something on a day before (or after) today."""
    day = clock.today() + timedelta(days=days)
    with clock.stopped_at(datetime.combine(day, time(hour), tzinfo=clock.AMSTERDAM)):
        act()


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


@dataclass(frozen=True)
class Story:
    """What a report of the demo says, about whom."""

    kind: str
    described: Described
    happened: str
    worry: str = ""


def _report(world: World, by: str, story: Story) -> UUID:
    return register_report(
        world.actors[by],
        ReportDraft(
            kind=story.kind,
            region=world.region,
            municipality=world.municipalities["Zaanstad"],
            happened=story.happened,
            place="Voorbeeldstraat 12, Zaandam",
            worry=story.worry,
            question="Wie pakt dit op?",
            incident_at=clock.now() - timedelta(hours=3),
            described=story.described,
        ),
    )


TOLD_BY = {"bram": ("financial", "health", "housing", "police", "relations"), "nadia": ("financial", "housing")}
"""What stands in a request, by who makes it: police data come from the police itself."""


def _request(world: World, by: str, table: str, report: UUID | None, *identities: Identity) -> UUID:
    return cases.request_intake(
        world.actors[by],
        cases.IntakeDraft(
            table=world.tables[table],
            report=report,
            identities=identities,
            municipality=world.municipalities["Zaanstad"],
            domain="misunderstood_behaviour",
            urgent=False,
            criteria=CRITERIA,
            goal="Eén plan met één aanspreekpunt, zodat het weer rustig wordt in huis en in de straat.",
            tried="Gesprekken met de wijkagent, een huisbezoek van de GGD en een regeling voor de schuld.",
            informed=True,
            informed_note="Besproken met mevrouw op het bureau; zij vindt het goed dat er overleg komt.",
            accuracy_checked=True,
            categories=TOLD_BY[by],
            facts={"necessary": True, "competent_authority_agrees": True},
            partners=(world.organisations["ggz"], world.organisations["wijkteam-zaanstad"]),
        ),
    )


def _judge(world: World, intake: UUID, *names: str) -> None:
    for name in names:
        draft = cases.JudgementDraft(EVERY_YES, "Past bij de criteria; alleen komen wij hier niet verder.")
        cases.judge_intake(world.actors[name], intake, draft)


def _family(world: World) -> UUID:
    """From report to case, with partners and a case director."""
    made: list[UUID] = []
    described = Described(
        surname="Wit", prefix="de", given_names="Wilhelmina", born=date(1979, 5, 14), bsn="999993653",
        address="Voorbeeldstraat 12, 1500 ZZ Zaandam", contact="06 0000 0001",
    )  # fmt: skip
    text = "Mevrouw stond 's nachts schreeuwend op straat en sloeg een ruit in. Buren voelen zich bedreigd."
    at(
        -60,
        lambda: made.append(
            _report(world, "bram", Story("E33", described, text, "Het is de elfde keer in vier maanden."))
        ),
    )
    at(-59, lambda: made.append(_request(world, "bram", "triage-zvh", made[0])))
    at(-55, lambda: _judge(world, made[1], "bram", "ilse", "nadia"))
    at(-54, lambda: made.append(_taken_up(world, made[1])))
    at(-53, lambda: _bring_together(world, made[2]))
    return made[2]


def _taken_up(world: World, intake: UUID) -> UUID:
    case = cases.decide_intake(world.actors["carla"], intake, Outcome.TAKE_UP, "3")
    if case is None:
        raise LookupError("a request that is taken up becomes a case")
    return case


def _version(world: World, case: UUID, by: str = "carla") -> int:
    return direction_page(world.actors[by], case).head.version


def _bring_together(world: World, case: UUID) -> None:
    carla = world.actors["carla"]
    for name in ("bram", "anna", "hamid", "joris", "ilse"):
        cases.choose_partner(carla, case, world.actors[name].who, version=_version(world, case))
    cases.name_case_director(carla, case, world.actors["hamid"].who, version=_version(world, case))
    review = cases.PhaseDraft("4", "Na de ruit en de bedreiging is de straat in rep en roer.", "police", _day(30))
    cases.change_phase(carla, case, review, version=_version(world, case))


ITEMS = (
    ("bram", "police", "Elf meldingen van overlast sinds juli, waarvan één van bedreiging. Geen wapens gezien.", ""),
    ("anna", "guidance_care_help", "Huisbezoek in september: mevrouw deed open en wilde praten over haar dochter.",
     "good_caregiving"),
    ("hamid", "housing", "Huurachterstand van drie maanden. De corporatie wil nog één keer een regeling proberen.",
     "good_caregiving"),
    ("hamid", "relations", "Dochter van zestien woont thuis en zorgt veel voor haar moeder.", "good_caregiving"),
    ("joris", "health", "Mevrouw is bekend bij ons. Rustig praten en niet aanraken helpt het beste.",
     "explicit_consent"),
    ("ilse", "judicial", "Voor de vernieling loopt een zaak; het openbaar ministerie wacht het plan af.", ""),
)  # fmt: skip


NOTES = Sent(
    "Aantekeningen huisbezoek.txt",
    b"Mevrouw deed open. Zij wil dat er voor haar dochter iemand komt die luistert. Volgende week weer.\n",
)
"""A file that comes with what the GGD shares."""


def _consent(world: World, case: UUID) -> UUID:
    """What the resident told mental health care that it may share about her health, and with whom."""
    joris = world.actors["joris"]
    draft = cases.ConsentDraft(
        person=next(one.id for one in overview_page(joris, case).head.persons if one.registered),
        given_on=clock.today(),
        how=ConsentHow.ORAL,
        by=ConsentBy.RESIDENT,
        categories=frozenset({"health"}),
        organisations=frozenset(world.organisations[code] for code in ("ggd", "gemeente-zaanstad")),
        purpose="Iedereen die bij mevrouw komt weet wat haar rust geeft.",
        note="Verteld dat nee zeggen mag en dat zij het altijd kan intrekken.",
    )
    return cases.record_consent(joris, case, draft)


def _known(category: str) -> dict[str, bool]:
    """What its supplier answers of an item; with police data also that the competent authority agrees."""
    return {"necessary": True, **({"competent_authority_agrees": True} if category == "police" else {})}


def _work_out(world: World, case: UUID) -> None:
    """Information in, a sitting, one plan, and a phase down."""
    for name, category, text, way in ITEMS:
        note = "Besproken met mevrouw; zij gaf toestemming." if way == "explicit_consent" else "Nodig voor het plan."
        draft = cases.ItemDraft(
            category, "resident", text, way, note if way else "", file=NOTES if name == "anna" else None,
            facts=_known(category), consent=_consent(world, case) if way == "explicit_consent" else None,
        )  # fmt: skip
        cases.share_item(world.actors[name], case, draft)
    withheld = "Wij delen de diagnose niet: dat is niet nodig voor dit plan en mevrouw wil het niet."
    cases.share_item(world.actors["joris"], case, cases.ItemDraft("health", "resident", withheld, withheld=True))
    daughter = Identity(surname="Wit", prefix="de", given_names="Fenna", born=date(2010, 4, 9))
    cases.add_to_circle(world.actors["hamid"], case, daughter, "dochter")
    _sit(world, case)
    _plan(world, case)
    cases.adopt_plan(world.actors["carla"], case, version=_version(world, case))
    calmer = cases.PhaseDraft("3", "De afspraken lopen en het is rustiger in de straat.", "police", _day(17))
    cases.change_phase(world.actors["carla"], case, calmer, version=_version(world, case))


def _sit(world: World, case: UUID) -> None:
    carla = world.actors["carla"]
    sitting = cases.plan_consultation(carla, case, clock.now(), 60, "Eerste casusoverleg")
    present = {
        world.organisations[c] for c in ("politie", "ggd", "wijkteam-zaanstad", "ggz", "gemeente-zaanstad", "om")
    }
    cases.record_attendance(carla, sitting, present)
    notes = (
        ("bram", Step.IMAGE, "police", "De meeste meldingen komen op dagen dat het geld op is."),
        ("hamid", Step.IMAGE, "relations", "De dochter belt soms zelf het wijkteam."),
        ("anna", Step.JUDGEMENT, "guidance_care_help", "Bemoeizorg alleen houdt dit niet vol; er is vaste hulp nodig."),
        ("carla", Step.DECISION, "guidance_care_help", "Hamid is de enige die mevrouw belt. Anderen gaan via hem."),
        ("joris", Step.DISSENT, "guidance_care_help", "Wij vinden één keer per week contact te weinig."),
    )
    for name, step, category, text in notes:
        cases.write_note(world.actors[name], sitting, cases.NoteDraft(step, category, text))
    cases.end_consultation(carla, sitting, version=1)


def _plan(world: World, case: UUID) -> None:
    hamid = world.actors["hamid"]
    words = "Dat er één iemand is die belt, en dat we hier kunnen blijven wonen."
    draft = cases.OwnWordsDraft(words, "Besproken met mevrouw, thuis", "guidance_care_help")
    cases.write_own_words(hamid, case, draft, version=1)
    wonen = cases.set_goal(
        hamid,
        case,
        cases.GoalDraft(
            "housing", "In maart wonen zonder nieuwe overlast en met een betaalde huur.", "Ik wil hier blijven."
        ),
    )
    dag = cases.set_goal(
        hamid, case, cases.GoalDraft("daily_functioning", "Iedere dag een vast ritme en iemand die belt.")
    )
    cases.agree_action(
        world.actors["hamid"], case, _draft(world, "Betalingsregeling met de corporatie", "wijkteam-zaanstad", 6, wonen)
    )
    cases.agree_action(
        world.actors["hamid"],
        case,
        _draft(world, "Gesprek met de buren, met een ervaringsdeskundige erbij", "wijkteam-zaanstad", 25, wonen),
    )
    cases.agree_action(
        world.actors["hamid"], case, _draft(world, "Elke dinsdag en vrijdag bellen", "wijkteam-zaanstad", 19, dag)
    )
    cases.agree_action(world.actors["anna"], case, _draft(world, "Samen naar de huisarts", "ggd", 15, dag))


def _draft(world: World, text: str, organisation: str, days: int, goal: UUID) -> cases.ActionDraft:
    return cases.ActionDraft(text, world.organisations[organisation], None, _day(days), goal)


def _review(world: World, case: UUID) -> None:
    """One agreement done, the rest on its way; the next sitting is today."""
    hamid = world.actors["hamid"]
    done = next(a for g in plan_page(hamid, case).goals for a in g.actions if a.text.startswith("Betalingsregeling"))
    cases.settle_action(hamid, done.id, ActionStatus.DONE, "Eerste termijn is betaald.", version=done.version)
    today = datetime.combine(_day(3), time(13, 30), tzinfo=clock.AMSTERDAM)
    cases.plan_consultation(world.actors["carla"], case, today, 45, "Evaluatie van het plan")


def _local(world: World) -> None:
    """A case of the local table, under the convenant: the corporation may take part there."""
    made: list[UUID] = []
    who = Identity(surname="Proefman", given_names="Daan", born=date(1991, 11, 2), bsn="999990019")
    at(-30, lambda: made.append(_request(world, "nadia", "mdo-zaanstad", None, who)))
    at(-29, lambda: _judge(world, made[0], "nadia", "bram"))
    at(-28, lambda: made.append(_local_case(world, made[0])))


def _local_case(world: World, intake: UUID) -> UUID:
    nadia = world.actors["nadia"]
    members = world.organisations["ggd"]
    cases.record_absent(nadia, intake, members)
    case = cases.decide_intake(nadia, intake, Outcome.TAKE_UP, "2")
    if case is None:
        raise LookupError("a request that is taken up becomes a case")
    for name in ("dirk", "hamid"):
        cases.choose_partner(nadia, case, world.actors[name].who, version=_version(world, case, "nadia"))
    cases.name_case_director(nadia, case, world.actors["hamid"].who, version=_version(world, case, "nadia"))
    arrears = cases.ItemDraft(
        "housing",
        "resident",
        "Twee maanden huurachterstand; de buren klagen over lawaai.",
        facts={"necessary": True},
    )
    cases.share_item(world.actors["dirk"], case, arrears)
    return case


def _waiting_request(world: World) -> None:
    """A request that two of the three have judged."""
    described = Described(surname="Voorbeeldsma", given_names="Ruben", born=date(1968, 1, 30), bsn="999996356")
    text = "Meneer zwerft rond het station, is verward en laat geen hulp toe. De winkeliers zijn ten einde raad."
    report = _report(world, "bram", Story("ZVH", described, text, "Hij eet slecht en het wordt kouder."))
    intake = _request(world, "bram", "triage-zvh", report)
    _judge(world, intake, "bram", "ilse")


OPEN = (
    (-8, "anna", "NAZ", Described(surname="Testema", given_names="Loes", born=date(1954, 8, 21)),
     "Buurvrouw maakt zich zorgen: mevrouw doet niet meer open en de post stapelt zich op."),
    (-6, "bram", "E33", Described(surname="Schijnhof", given_names="Karel", born=date(1985, 3, 3), bsn="999993847"),
     "Meneer liep schreeuwend over straat en dacht dat hij werd gevolgd."),
    (-2, "bram", "E14", Described(surname="Bedacht", given_names="Iris", born=date(2001, 12, 9)),
     "Jonge vrouw op het spoor aangetroffen; zij is door de ambulance meegenomen."),
    (-1, "hamid", "NAZ", Described(surname="Testima", given_names="Loes", born=date(1954, 8, 21)),
     "Wijkteam kwam bij mevrouw aan de deur; zij was in de war en wist niet welke dag het was."),
)  # fmt: skip


def _open_reports(world: World) -> None:
    """What lies in the inbox, one of it late, and two that may be about the same person."""
    for days, by, kind, described, text in OPEN:
        at(days, partial(_report, world, by, Story(kind, described, text)))
