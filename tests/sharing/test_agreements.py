"""The agreements register: what may be written, who may let it hold, and what it opens on which day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work, look
from knooppunt.partners.actions import region as regions
from knooppunt.partners.models import Organisation, Region
from knooppunt.sharing import actions, law, queries
from knooppunt.sharing.access import of_own_regions
from knooppunt.sharing.actions import Judged, Read, Signature
from knooppunt.sharing.law.agreements import template_of, templates
from knooppunt.sharing.models import Agreement, AgreementParty
from knooppunt.sharing.rules import Outcome, Question
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, AgreementStatus, Party, Stand, Terms, Validity
from knooppunt.sharing.rules.question import Fact
from knooppunt.sharing.rules.supplying import Recipient, supply_to
from tests.partners.office import LOADER, Office, employ, open_office

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
WHOLE = Terms(
    kind="convenant",
    title="Convenant overlast",
    purpose="Samen overlast verminderen.",
    regime="WPG20_CONVENANT",
    categories=("housing", "police"),
    decision=dict.fromkeys(DECISION_FIELDS, "Zo is het besloten."),
    competent_authority="de burgemeester",
    starts_on=TODAY,
    ends_on=TODAY + 365 * DAY,
    review_on=TODAY + 300 * DAY,
)
ONE, TWO, OTHER = uuid4(), uuid4(), uuid4()
SIGNED = (Party(ONE, "Gemeente", "A", "burgemeester", TODAY), Party(TWO, "De Brug", "B", "directeur", TODAY))


def hinder(terms: Terms = WHOLE, parties: tuple[Party, ...] = SIGNED, **changes: Any) -> list[str]:
    """What stands in the way of putting this in force today."""
    said = {"today": TODAY, "own_text": False, **changes}
    return rules.objections_to_putting_in_force(AgreementStatus.DRAFT, terms, parties, **said)


# --- Rules ----------------------------------------------------------------------------------------


def test_a_whole_signed_agreement_may_hold() -> None:
    assert rules.wrong_in(WHOLE) == []
    assert hinder() == []


@pytest.mark.parametrize("field", DECISION_FIELDS)
def test_each_part_of_the_decision_of_the_police_must_be_filled(field: str) -> None:
    terms = replace(WHOLE, decision={**(WHOLE.decision or {}), field: ""})
    assert ["Wpg 20 lid 2" in one for one in hinder(terms)] == [True]


def test_the_decision_belongs_to_its_own_framework_and_to_no_other() -> None:
    elsewhere = replace(WHOLE, regime="LOCAL_PUBLIC_TASK", decision=None, competent_authority="")
    assert hinder(elsewhere) == []
    assert len(hinder(replace(elsewhere, regime="WPG20_CONVENANT"))) == 2
    mixed = replace(WHOLE, regime="LOCAL_PUBLIC_TASK")
    assert [field for field, _ in rules.wrong_in(mixed)] == list(DECISION_FIELDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": ""},
        {"categories": ()},
        {"competent_authority": ""},
        {"clauses": "1. Wie meedoet\nVul aan: welke organisaties?"},
        {"starts_on": None},
        {"review_on": None},
        {"starts_on": TODAY - 9 * DAY, "ends_on": TODAY - DAY, "review_on": TODAY - DAY},
        {"review_on": TODAY - DAY, "starts_on": TODAY - DAY},
    ],
)
def test_what_is_lacking_stands_in_the_way(changes: dict[str, Any]) -> None:
    assert hinder(replace(WHOLE, **changes))


@pytest.mark.parametrize("changes", [{"ends_on": None}, {"ends_on": TODAY, "review_on": TODAY}, {"clauses": ""}])
def test_what_may_be_left_out_or_is_just_in_time_does_not(changes: dict[str, Any]) -> None:
    assert hinder(replace(WHOLE, **changes)) == []


def test_every_party_signs_and_there_are_at_least_two() -> None:
    waiting = replace(SIGNED[1], signed_on=None)
    assert hinder(parties=(SIGNED[0], waiting)) == ["Nog niet getekend: De Brug. Leg eerst elke handtekening vast."]
    assert len(hinder(parties=SIGNED[:1])) == 1
    assert len(hinder(parties=())) == 1


def test_a_second_person_lets_it_hold_and_all_reasons_come_at_once() -> None:
    assert len(hinder(own_text=True)) == 1
    assert len(hinder(replace(WHOLE, purpose="", categories=()), parties=(), own_text=True)) == 4


@pytest.mark.parametrize("status", [AgreementStatus.IN_FORCE, AgreementStatus.ENDED])
def test_what_is_no_draft_is_not_put_in_force_signed_or_changed(status: AgreementStatus) -> None:
    waiting = replace(SIGNED[0], signed_on=None)
    assert rules.objections_to_putting_in_force(status, WHOLE, SIGNED, today=TODAY, own_text=False)
    assert rules.objections_to_signing(status, waiting, TODAY, TODAY)
    assert rules.objections_to_changing(status)


def test_a_signature_is_of_a_party_that_waits_and_of_a_day_that_was() -> None:
    draft, waiting = AgreementStatus.DRAFT, replace(SIGNED[0], signed_on=None)
    assert rules.objections_to_changing(draft) == []
    assert rules.objections_to_signing(draft, waiting, TODAY, TODAY) == []
    assert rules.objections_to_signing(draft, waiting, TODAY + DAY, TODAY)
    assert rules.objections_to_signing(draft, SIGNED[0], TODAY, TODAY)
    assert rules.objections_to_signing(draft, None, TODAY, TODAY)


def test_an_end_is_not_before_today_and_comes_once() -> None:
    assert rules.objections_to_ending(AgreementStatus.IN_FORCE, TODAY, TODAY) == []
    assert rules.objections_to_ending(AgreementStatus.IN_FORCE, TODAY - DAY, TODAY)
    assert rules.objections_to_ending(AgreementStatus.DRAFT, None, TODAY) == []
    assert rules.objections_to_ending(AgreementStatus.ENDED, TODAY, TODAY)


def test_a_judgement_and_a_review_have_their_time() -> None:
    judged = [bool(rules.objections_to_judging(status)) for status in AgreementStatus]
    reviewed = [bool(rules.objections_to_reviewing(status)) for status in AgreementStatus]
    assert list(AgreementStatus) == [AgreementStatus.DRAFT, AgreementStatus.IN_FORCE, AgreementStatus.ENDED]
    assert (judged, reviewed) == ([False, False, True], [True, False, True])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "handdruk"}, "kind"),
        ({"regime": "GEEN"}, "regime"),
        ({"categories": ("geheim",)}, "categories"),
        ({"ends_on": TODAY - DAY, "review_on": None}, "ends_on"),
        ({"review_on": TODAY - DAY}, "review_on"),
        ({"review_on": TODAY + 366 * DAY}, "review_on"),
    ],
)
def test_what_cannot_be_is_named_with_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in [one for one, _ in rules.wrong_in(replace(WHOLE, **changes))]


def validity(**changes: Any) -> Validity:
    """Holds from today for ten days, between two."""
    first = Validity("WPG20_CONVENANT", frozenset({"police"}), frozenset({ONE, TWO}), TODAY, TODAY + 9 * DAY)
    return replace(first, **changes)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (9, True), (10, False)])
def test_the_first_and_the_last_day_count(days: int, holds: bool) -> None:
    assert validity().in_force(TODAY + days * DAY) is holds
    opened = validity().opens([ONE, TWO], "WPG20_CONVENANT", TODAY + days * DAY)
    assert opened == (frozenset({"police"}) if holds else frozenset())


def test_an_agreement_without_a_first_day_opens_nothing_ever_and_one_without_a_last_day_goes_on() -> None:
    assert not any(validity(first=None).in_force(TODAY + days * DAY) for days in range(-20, 20))
    assert validity(last=None).in_force(TODAY + 9999 * DAY)


@pytest.mark.parametrize(
    ("between", "regime"),
    [
        ([ONE, OTHER], "WPG20_CONVENANT"),
        ([ONE, TWO, OTHER], "WPG20_CONVENANT"),
        ([ONE], "WPG20_CONVENANT"),
        ([ONE, ONE], "WPG20_CONVENANT"),
        ([], "WPG20_CONVENANT"),
        ([ONE, TWO], "WGS_ZVH"),
    ],
)
def test_it_opens_nothing_for_others_for_one_alone_or_under_another_framework(between: list[UUID], regime: str) -> None:
    assert validity().opens(between, regime, TODAY) == frozenset()


def test_nothing_holds_before_it_was_put_in_force() -> None:
    assert rules.first_day(TODAY, TODAY + DAY) == TODAY + DAY
    assert rules.first_day(TODAY + DAY, TODAY) == TODAY + DAY
    assert rules.first_day(TODAY, None) is None
    assert rules.first_day(None, TODAY) is None


def test_how_it_stands_follows_from_the_days() -> None:
    stand, active, ended = rules.stand_of, AgreementStatus.IN_FORCE, AgreementStatus.ENDED
    assert stand(AgreementStatus.DRAFT, validity(first=None), TODAY) is Stand.DRAFT
    assert stand(active, validity(), TODAY - DAY) is Stand.TO_COME
    assert stand(active, validity(), TODAY + 9 * DAY) is Stand.IN_FORCE
    assert stand(active, validity(), TODAY + 10 * DAY) is Stand.OVER
    assert stand(ended, validity(), TODAY) is Stand.IN_FORCE
    assert stand(ended, validity(first=None), TODAY) is Stand.DROPPED
    assert stand(ended, validity(first=TODAY + 5 * DAY, last=TODAY), TODAY) is Stand.OVER


@pytest.mark.parametrize(
    ("days", "told", "late"), [(91, False, False), (90, True, False), (0, True, False), (-1, True, True)]
)
def test_it_is_said_ninety_days_before_and_ever_after(days: int, told: bool, late: bool) -> None:
    terms = replace(WHOLE, ends_on=TODAY + days * DAY, review_on=None)
    found = rules.due(AgreementStatus.IN_FORCE, terms, TODAY)
    assert [(one.what, one.late) for one in found] == ([("end", late)] if told else [])
    assert rules.due(AgreementStatus.DRAFT, terms, TODAY) == rules.due(AgreementStatus.ENDED, terms, TODAY) == ()


def test_a_review_is_said_as_an_end_is() -> None:
    terms = replace(WHOLE, ends_on=None, review_on=TODAY)
    assert [one.what for one in rules.due(AgreementStatus.IN_FORCE, terms, TODAY)] == ["review"]


# --- Templates ------------------------------------------------------------------------------------


def test_the_shipped_templates_can_be_drafted_and_say_what_the_law_asks() -> None:
    assert [one.code for one in templates()] == ["pga", "problematische_jeugdgroep"]
    for one in templates():
        assert rules.wrong_in(one.terms) == []
        assert all(one.terms.decided(field) for field in DECISION_FIELDS)
        assert one.terms.clauses.startswith("1. ")
        lacking = hinder(one.terms)
        assert len(lacking) == 4, lacking


@pytest.mark.parametrize(
    "content",
    [
        b"label: x\n",
        b"label: x\nkind: x\ntitle: x\nregime: x\npurpose: x\ncategories: []\ndecision: {y: z}\nclauses: []\n",
    ],
)
def test_a_template_that_is_wrong_names_its_file(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"eigen\.yaml"):
        template_of("eigen.yaml", content)


# --- Actions and queries --------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """The office with two people of governance, and the two parties."""

    office: Office
    esra: Actor
    lucas: Actor
    parties: tuple[UUID, UUID]

    def draft(self, **changes: Any) -> UUID:
        """A draft by esra."""
        return actions.draft_agreement(self.esra, self.office.region, replace(WHOLE, **changes), self.parties)

    def sign(self, key: UUID) -> None:
        """Everybody signs."""
        for party in self.parties:
            signature = Signature(party, "N. Voorbeeld", "bestuurder", clock.today())
            actions.sign_agreement(self.esra, key, signature, read=self.read(key))

    def hold(self, **changes: Any) -> UUID:
        """An agreement in force."""
        key = self.draft(**changes)
        self.sign(key)
        return actions.put_in_force(self.lucas, key, read=self.read(key))

    def read(self, key: UUID) -> Read:
        """The version that stands there now."""
        return Read(Agreement.objects.get(pk=key).version)

    def open(self, on: date) -> frozenset[str]:
        """What is open between the two on a day."""
        return queries.in_force_between(self.parties, "WPG20_CONVENANT", on)


@pytest.fixture
def desk(frozen: object, db: None) -> Desk:
    office = open_office()
    esra, lucas = (employ(name, "gemeente-zaanstad", Function.GOVERNANCE) for name in ("esra", "lucas"))
    return Desk(office, esra, lucas, (office.karin.for_whom, office.dirk.for_whom))


def test_from_draft_to_end_the_agreement_opens_only_on_its_days(desk: Desk) -> None:
    today = clock.today()
    key = desk.draft()
    assert desk.open(today) == frozenset()
    desk.sign(key)
    assert desk.open(today) == frozenset()
    actions.put_in_force(desk.lucas, key, read=desk.read(key))
    assert desk.open(today) == {"housing", "police"}
    assert desk.open(today - DAY) == frozenset()
    assert desk.open(today + 365 * DAY) == {"housing", "police"}
    assert desk.open(today + 366 * DAY) == frozenset()
    actions.end_agreement(desk.esra, key, last_day=today + DAY, read=desk.read(key))
    assert desk.open(today + DAY) == {"housing", "police"}
    assert desk.open(today + 2 * DAY) == frozenset()


def test_it_opens_for_its_parties_its_framework_and_its_region_alone(desk: Desk) -> None:
    desk.hold()
    today = clock.today()
    assert queries.in_force_between([*desk.parties, uuid4()], "WPG20_CONVENANT", today) == frozenset()
    assert queries.in_force_between(desk.parties, "LOCAL_CONSENT", today) == frozenset()
    assert queries.in_force_between(desk.parties, "WPG20_CONVENANT", today, region=uuid4()) == frozenset()
    assert queries.in_force_between(desk.parties, "WPG20_CONVENANT", today, region=desk.office.region)


@pytest.mark.parametrize(("category", "outcome"), [("housing", Outcome.PERMITTED), ("relations", Outcome.REFUSED)])
def test_what_the_register_says_counts_and_not_what_the_supplier_says(
    desk: Desk, category: str, outcome: Outcome
) -> None:
    mine, other = desk.parties
    said = {Fact.NECESSARY.value: True, Fact.AGREEMENT_IN_FORCE.value: True}
    me, them = ("municipality", "public"), ("housing_corporation", "private")
    asked = Question(
        "WPG20_CONVENANT", "consultation", me, me, "participant", category, "resident", clock.today(), said
    )
    regime = law.in_force("WPG20_CONVENANT", clock.today())
    assert regime.book.asks(Fact.AGREEMENT_IN_FORCE)
    assert not law.in_force("WGS_ZVH", clock.today()).book.asks(Fact.AGREEMENT_IN_FORCE)

    def comes_to(on: date = asked.on) -> str:
        that_day = replace(asked, on=on)
        with look(desk.office.karin, "test") as work:
            known = queries.agreed_in(work, [Recipient(other, them)], that_day, desk.office.region)
        return supply_to(that_day, known, regime).outcome

    assert mine == desk.office.karin.for_whom
    assert comes_to() == Outcome.REFUSED
    key = desk.hold()
    assert comes_to() == outcome
    actions.end_agreement(desk.esra, key, last_day=asked.on, read=desk.read(key))
    assert (comes_to(), comes_to(asked.on + DAY)) == (outcome, Outcome.REFUSED)


def test_whoever_drafted_or_changed_it_cannot_let_it_hold(desk: Desk) -> None:
    key = desk.draft()
    desk.sign(key)
    with pytest.raises(Refused, match="zelf"):
        actions.put_in_force(desk.esra, key, read=desk.read(key))
    actions.change_agreement(desk.lucas, key, replace(WHOLE, purpose="Iets anders."), desk.parties, read=desk.read(key))
    desk.sign(key)
    for author in (desk.esra, desk.lucas):
        with pytest.raises(Refused, match="zelf"):
            actions.put_in_force(author, key, read=desk.read(key))
    third = employ("sara", "gemeente-zaanstad", Function.GOVERNANCE)
    actions.put_in_force(third, key, read=desk.read(key))


def test_the_database_too_asks_for_a_second_person(desk: Desk) -> None:
    key = desk.draft()
    with pytest.raises(DatabaseError, match="agreement_second_person"), Work(desk.esra, "test") as work:
        row = Agreement.objects.get(pk=key)
        row.put_in_force_by = desk.esra.who
        row.save()
        work.record("test.set", row)


def test_a_changed_text_is_signed_anew(desk: Desk) -> None:
    key = desk.draft()
    desk.sign(key)
    only = AgreementParty.objects.get(agreement=key, organisation_id=desk.parties[0]).pk
    actions.change_agreement(desk.esra, key, WHOLE, desk.parties, read=desk.read(key))
    view = queries.agreement(desk.esra, key)
    assert [(party.signed_on, party.signatory_name) for party in view.parties] == [(None, "")] * 2
    assert AgreementParty.objects.get(agreement=key, organisation_id=desk.parties[0]).pk == only
    actions.change_agreement(desk.esra, key, WHOLE, desk.parties[:1], read=desk.read(key))
    assert len(queries.agreement(desk.esra, key).parties) == 1


STEPS: dict[str, Callable[[Desk, Actor, UUID, Read], object]] = {
    "change": lambda desk, who, key, read: actions.change_agreement(who, key, WHOLE, desk.parties, read=read),
    "sign": lambda desk, who, key, read: actions.sign_agreement(
        who, key, Signature(desk.parties[0], "N. Voorbeeld", "bestuurder", clock.today()), read=read
    ),
    "hold": lambda _desk, who, key, read: actions.put_in_force(who, key, read=read),
    "end": lambda _desk, who, key, read: actions.end_agreement(who, key, last_day=clock.today(), read=read),
    "judge": lambda _desk, who, key, read: actions.judge_agreement(
        who, key, Judged("positive", "Goed.", clock.today()), read=read
    ),
    "review": lambda _desk, who, key, read: actions.review_agreement(who, key, next_on=clock.today() + DAY, read=read),
}


@pytest.mark.parametrize("step", STEPS)
def test_who_comes_second_is_told_and_changes_nothing(desk: Desk, step: str) -> None:
    key = desk.draft()
    with pytest.raises(ChangedMeanwhile) as told:
        STEPS[step](desk, desk.lucas, key, Read(7))
    assert told.value.now["title"] == WHOLE.title
    assert Agreement.objects.get(pk=key).version == 1


@pytest.mark.parametrize("step", STEPS)
def test_maintenance_reads_and_others_do_not_even_that(desk: Desk, step: str) -> None:
    key = desk.draft()
    assert queries.agreement(desk.office.karin, key).terms.title == WHOLE.title
    assert [view.id for view in queries.agreements(desk.office.karin)] == [key]
    with pytest.raises(Refused):
        STEPS[step](desk, desk.office.karin, key, Read(1))
    for ask in (queries.agreements, queries.agreement_regions):
        with pytest.raises(Refused):
            ask(desk.office.nadia)
    with pytest.raises(Refused):
        queries.agreement(desk.office.nadia, key)
    with pytest.raises(Refused):
        STEPS[step](desk, desk.office.nadia, key, Read(1))
    with pytest.raises(Refused):
        actions.draft_agreement(desk.office.karin, desk.office.region, WHOLE, desk.parties)


def elsewhere() -> Actor:
    """Somebody of governance who works in another region."""
    with Work(LOADER, "test") as work:
        region = regions.keep_region_in(work, {"code": "VR04", "name": "IJsselland", "municipalities": []})
        said = {"code": "gemeente-zwolle", "name": "Gemeente Zwolle", "kind": "municipality", "class": "public"}
        regions.keep_organisation_in(work, region, said)
    return employ("vera", "gemeente-zwolle", Function.GOVERNANCE)


def test_another_region_neither_reads_nor_writes_it(desk: Desk) -> None:
    key, stranger = desk.draft(), elsewhere()
    assert queries.agreements(stranger) == []
    with pytest.raises(NotFoundForYou):
        queries.agreement(stranger, key)
    with pytest.raises(NotFoundForYou):
        STEPS["judge"](desk, stranger, key, Read(1))
    with pytest.raises(NotFoundForYou):
        actions.draft_agreement(stranger, desk.office.region, WHOLE, desk.parties)


def test_a_party_works_in_the_region(desk: Desk) -> None:
    elsewhere()
    zwolle = Organisation.objects.get(code="gemeente-zwolle").pk
    with pytest.raises(BadInput) as told:
        actions.draft_agreement(desk.esra, desk.office.region, WHOLE, [*desk.parties, zwolle])
    assert told.value.field == "parties"


@pytest.mark.parametrize(("changes", "field"), [({"title": ""}, "title"), ({"regime": "LOCAL"}, "regime")])
def test_what_cannot_be_written_names_its_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as told:
        desk.draft(**changes)
    assert (told.value.field, bool(told.value.mend)) == (field, True)


def test_a_template_comes_from_the_list(desk: Desk) -> None:
    key = actions.draft_agreement(desk.esra, desk.office.region, WHOLE, desk.parties, template="pga")
    assert queries.agreement(desk.esra, key).template == "pga"
    with pytest.raises(BadInput):
        actions.draft_agreement(desk.esra, desk.office.region, WHOLE, desk.parties, template="eigen")


def test_the_same_form_is_handled_once(desk: Desk) -> None:
    form = uuid4()
    drafts = {actions.draft_agreement(desk.esra, desk.office.region, WHOLE, desk.parties, once=form) for _ in range(2)}
    (key,) = drafts
    read = Read(1, uuid4())
    for name in ("sign", "sign"):
        assert STEPS[name](desk, desk.esra, key, read) == key
    assert Agreement.objects.get(pk=key).version == 2


def test_a_signature_says_who_in_which_role(desk: Desk) -> None:
    key = desk.draft()
    for name, role, field in (("", "bestuurder", "signatory_name"), ("N. Voorbeeld", " ", "signatory_role")):
        with pytest.raises(BadInput) as told:
            signature = Signature(desk.parties[0], name, role, clock.today())
            actions.sign_agreement(desk.esra, key, signature, read=Read(1))
        assert told.value.field == field
    with pytest.raises(Refused):
        actions.sign_agreement(desk.esra, key, Signature(uuid4(), "N.", "x", clock.today()), read=Read(1))


def test_a_refused_step_says_what_is_possible(desk: Desk) -> None:
    with pytest.raises(Refused) as told:
        actions.put_in_force(desk.lucas, desk.draft(), read=Read(1))
    assert told.value.possible


@pytest.mark.parametrize(
    ("judged", "field"),
    [
        (Judged("prima", "Goed.", TODAY), "judgement"),
        (Judged("positive", " ", TODAY), "motivation"),
        (Judged("negative", "Te breed.", None), "judged_on"),
        (Judged("negative", "Te breed.", TODAY + 900 * DAY), "judged_on"),
        (Judged("none", "Toch iets.", None), "judgement"),
    ],
)
def test_a_judgement_has_a_motivation_and_a_day(desk: Desk, judged: Judged, field: str) -> None:
    with pytest.raises(BadInput) as told:
        actions.judge_agreement(desk.esra, desk.draft(), judged, read=Read(1))
    assert told.value.field == field


def test_a_judgement_is_advice_and_shows_that_the_text_changed_since(desk: Desk, frozen: Any) -> None:
    key = desk.draft()
    actions.judge_agreement(desk.esra, key, Judged("negative", "Te breed.", clock.today()), read=Read(1))
    assert not queries.agreement(desk.esra, key).judged_before_change
    frozen.move(days=1)
    actions.change_agreement(desk.esra, key, WHOLE, desk.parties, read=Read(2))
    assert queries.agreement(desk.esra, key).judged_before_change
    desk.sign(key)
    actions.put_in_force(desk.lucas, key, read=desk.read(key))
    actions.judge_agreement(desk.esra, key, Judged("none", "", None), read=desk.read(key))


def test_an_end_never_comes_later_than_agreed_and_a_draft_only_drops(desk: Desk) -> None:
    today, key = clock.today(), desk.hold()
    with pytest.raises(BadInput):
        actions.end_agreement(desk.esra, key, last_day=None, read=desk.read(key))
    actions.end_agreement(desk.esra, key, last_day=today + 999 * DAY, read=desk.read(key))
    assert Agreement.objects.get(pk=key).ends_on == today + 365 * DAY
    draft = desk.draft(title="Nooit geworden")
    actions.end_agreement(desk.esra, draft, last_day=None, read=Read(1))
    view = queries.agreement(desk.esra, draft)
    assert (view.stand(today), view.terms.ends_on) == (Stand.DROPPED, WHOLE.ends_on)
    assert not view.validity.in_force(today)


def test_an_agreement_that_was_called_off_before_it_began_never_opens(desk: Desk) -> None:
    today = clock.today()
    key = desk.hold(starts_on=today + 9 * DAY)
    assert queries.agreement(desk.esra, key).stand(today) is Stand.TO_COME
    actions.end_agreement(desk.esra, key, last_day=today, read=desk.read(key))
    assert not any(desk.open(today + days * DAY) for days in range(-1, 30))
    assert queries.agreement(desk.esra, key).stand(today) is Stand.OVER


def test_a_review_settles_the_warning_until_the_next(desk: Desk, frozen: Any) -> None:
    key = desk.hold(review_on=TODAY + 90 * DAY, ends_on=None)
    assert [view.id for view in queries.agreements_to_review(desk.esra, clock.today())] == [key]
    frozen.move(days=100)
    (view,) = queries.agreements_to_review(desk.esra, clock.today())
    assert [one.late for one in view.due(clock.today())] == [True]
    with pytest.raises(BadInput):
        actions.review_agreement(desk.esra, key, next_on=clock.today(), read=desk.read(key))
    actions.review_agreement(desk.esra, key, next_on=clock.today() + 365 * DAY, read=desk.read(key))
    assert queries.agreements_to_review(desk.esra, clock.today()) == []


def test_a_review_is_not_planned_after_the_end(desk: Desk) -> None:
    key = desk.hold()
    with pytest.raises(BadInput):
        actions.review_agreement(desk.esra, key, next_on=TODAY + 400 * DAY, read=desk.read(key))


def test_the_most_urgent_comes_first(desk: Desk) -> None:
    later = desk.hold(title="A", review_on=TODAY + 60 * DAY)
    sooner = desk.hold(title="B", review_on=TODAY + 30 * DAY)
    desk.hold(title="C")
    assert [view.id for view in queries.agreements_to_review(desk.esra, clock.today())] == [sooner, later]


def test_a_list_can_be_of_one_region(desk: Desk) -> None:
    key = desk.draft()
    assert [view.id for view in queries.agreements(desk.esra, desk.office.region)] == [key]
    assert queries.agreements(desk.esra, uuid4()) == []


@pytest.mark.django_db(transaction=True)
def test_every_step_stands_in_the_log(desk: Desk, owner_connection: psycopg.Connection) -> None:
    key = desk.draft()
    actions.change_agreement(desk.esra, key, WHOLE, desk.parties, read=desk.read(key))
    STEPS["judge"](desk, desk.esra, key, desk.read(key))
    desk.sign(key)
    actions.put_in_force(desk.lucas, key, read=desk.read(key))
    STEPS["review"](desk, desk.esra, key, desk.read(key))
    STEPS["end"](desk, desk.esra, key, desk.read(key))
    lines = owner_connection.execute("SELECT event FROM kernel_auditline WHERE subject_id = %s", [key]).fetchall()
    found = {event for (event,) in lines}
    wanted = {"drafted", "changed", "judged", "signed", "put_in_force", "reviewed", "ended"}
    assert {f"agreement.{one}" for one in wanted} <= found


@pytest.mark.django_db(transaction=True)
def test_a_change_without_a_record_does_not_commit(desk: Desk) -> None:
    key = desk.draft()
    with pytest.raises(DatabaseError), Work(desk.esra, "test"):
        Agreement.objects.filter(pk=key).update(title="Stil veranderd")


@pytest.mark.parametrize("function", list(Function))
def test_the_scope_alone_shows_agreements_to_whoever_keeps_or_administers_them(desk: Desk, function: Function) -> None:
    key = desk.draft()
    reads = function in (Function.GOVERNANCE, Function.MAINTENANCE)
    someone = replace(desk.esra, function=function)
    seen = Agreement.objects.filter(of_own_regions(someone)).values_list("pk", flat=True)
    assert list(seen) == ([key] if reads else [])
    for elsewhere in (replace(someone, organisation=None), replace(someone, organisation=uuid4())):
        assert not Agreement.objects.filter(of_own_regions(elsewhere)).exists()


def test_an_agreement_of_a_region_in_which_nobody_works_is_nobodys(desk: Desk) -> None:
    key = desk.draft()
    empty = Region.objects.create(code="VR99", name="Nergens")
    Agreement.objects.filter(pk=key).update(region_id=empty.pk)
    assert not Agreement.objects.filter(of_own_regions(replace(desk.esra, organisation=None))).exists()
