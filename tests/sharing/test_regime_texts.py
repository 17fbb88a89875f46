"""Versions of a regime that are written here: who may, what stands in the way, and what they change from which day."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knooppunt.kernel import clock, moments
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.sharing import actions, law, queries
from knooppunt.sharing.actions import Read, Written
from knooppunt.sharing.law.following import Approved, follow
from knooppunt.sharing.law.reading import read as read_text
from knooppunt.sharing.models import RegimeText
from knooppunt.sharing.rules import Outcome, Regime, read_question
from knooppunt.sharing.rules import regimetext as rules
from knooppunt.sharing.rules.regimetext import Standing
from knooppunt.sharing.web.regimetexts import begun
from tests.partners.office import employ, open_office

pytestmark = pytest.mark.usefixtures("frozen")

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
CODE = "LOCAL_CONSENT"
SHIPPED = law.versions_of(CODE)[-1]
WHY = "De inwoner moet het zelf willen, en het moet nodig zijn."


def text_from(day: date, *changes: tuple[str, str], to: date | None = None) -> str:
    """The shipped text, beginning on another day, with something else in it."""
    content = begun(law.shipped_text(SHIPPED), day)
    if to is not None:
        content = content.replace("valid_to: null", f"valid_to: {to}")
    for old, new in changes:
        assert old in content, old
        content = content.replace(old, new, 1)
    return content


def version_from(day: date, *changes: tuple[str, str], to: date | None = None) -> Regime:
    """The same, read."""
    return law.regime_of_text(read_text("tekst", text_from(day, *changes, to=to).encode()))


NO_REASON = ("title: Lokaal overleg met toestemming", "title: Lokaal overleg, nieuwe versie")
"""A change that changes no answer."""


# --- How versions follow each other ---------------------------------------------------------------


def ends(versions: tuple[Regime, ...]) -> list[tuple[str, date | None]]:
    return [(one.version, one.valid_to) for one in versions]


def test_a_later_version_closes_the_former_and_leaves_its_reference_alone() -> None:
    later = version_from(TODAY + DAY)
    found = follow((SHIPPED,), [later])
    assert ends(found) == [(SHIPPED.version, TODAY), (later.version, None)]
    assert found[0].reference == SHIPPED.reference
    assert [one.in_force(TODAY) for one in found] == [True, False]
    assert [one.in_force(TODAY + DAY) for one in found] == [False, True]


def test_what_ended_before_stays_ended_and_the_order_of_approval_says_nothing() -> None:
    first, second = version_from(TODAY, to=TODAY + 5 * DAY), version_from(TODAY + 9 * DAY)
    for approved in ([first, second], [second, first]):
        found = follow((SHIPPED,), approved)
        assert ends(found) == [(SHIPPED.version, TODAY - DAY), (first.version, first.valid_to), (second.version, None)]
        assert not any(one.in_force(TODAY + 7 * DAY) for one in found), "what ends does not bring back what was"


def test_a_version_approved_here_goes_before_a_shipped_one_of_the_same_day() -> None:
    own = version_from(SHIPPED.valid_from, NO_REASON)
    found = follow((SHIPPED,), [own])
    assert [one.reference for one in found if one.in_force(TODAY)] == [own.reference]
    assert SHIPPED.reference in {one.reference for one in found}


def test_without_anything_approved_the_shipped_versions_are_the_same() -> None:
    assert Approved().known_of(CODE, (SHIPPED,)) == (SHIPPED,)


# --- What stands in the way -----------------------------------------------------------------------


def hinder(text: Regime, *known: Regime, status: str = "draft", own: bool = False) -> list[str]:
    return rules.objections_to_approving(text, Standing(status, own, TODAY, (SHIPPED, *known)))


def test_a_text_of_somebody_else_may_hold_from_today_on() -> None:
    assert hinder(version_from(TODAY)) == []
    assert hinder(version_from(TODAY + 400 * DAY)) == []


@pytest.mark.parametrize(
    ("objections", "words"),
    [
        (lambda: hinder(version_from(TODAY), own=True), "U schreef zelf"),
        (lambda: hinder(version_from(TODAY - DAY)), "is voorbij"),
        (lambda: hinder(version_from(TODAY), status="in_force"), "geen concept meer"),
        (lambda: hinder(version_from(TODAY), status="dropped"), "geen concept meer"),
        (lambda: hinder(version_from(TODAY), version_from(TODAY, NO_REASON)), "begint al een andere"),
        (lambda: hinder(version_from(TODAY), version_from(TODAY)), "Precies deze tekst"),
        (lambda: hinder(version_from(TODAY), version_from(TODAY + DAY)), "Zet valid_to op 2026-11-22"),
        (lambda: hinder(version_from(TODAY, to=TODAY + DAY), version_from(TODAY + DAY)), "Zet valid_to op"),
    ],
)
def test_what_stands_in_the_way_is_named(objections: Callable[[], list[str]], words: str) -> None:
    assert words in " ".join(objections())


def test_a_text_that_ends_just_before_the_next_may_hold() -> None:
    assert hinder(version_from(TODAY, to=TODAY), version_from(TODAY + DAY)) == []


def test_everything_that_stands_in_the_way_is_said_at_once() -> None:
    assert len(hinder(version_from(TODAY - DAY), version_from(TODAY), own=True)) == 3


# --- Actions --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """Two people of governance."""

    esra: Actor
    lucas: Actor
    karin: Actor

    def draft(self, content: str = "") -> UUID:
        """A draft by esra, from tomorrow on."""
        written = Written(content or text_from(TODAY + DAY, NO_REASON), WHY)
        return actions.draft_regime_text(self.esra, SHIPPED.reference, written)

    def hold(self, content: str = "") -> UUID:
        """A text in force."""
        key = self.draft(content)
        return actions.approve_regime_text(self.lucas, key, read=self.read(key))

    def read(self, key: UUID) -> Read:
        """The version that stands there now."""
        return Read(RegimeText.objects.get(pk=key).version)


def make_desk() -> Desk:
    office = open_office()
    esra, lucas = (employ(name, "gemeente-zaanstad", Function.GOVERNANCE) for name in ("esra", "lucas"))
    return Desk(esra, lucas, office.karin)


@pytest.fixture
def desk(frozen: object, db: None) -> Desk:
    return make_desk()


def asked(on: date) -> Any:
    """A question of which the answer turns on consent."""
    said = {
        "regime": CODE,
        "step": "consultation",
        "supplier": "municipality",
        "recipient": "police",
        "recipient_role": "participant",
        "category": "housing",
        "subject": "resident",
        "facts": {"necessary": True, "explicit_consent": True},
        "on": on.isoformat(),
    }
    return read_question(said)


def test_from_the_first_day_on_every_place_uses_the_new_version(desk: Desk, frozen: Any) -> None:
    before = law.answer_to(asked(TODAY))
    key = desk.hold()
    row = RegimeText.objects.get(pk=key)
    assert law.in_force(CODE, TODAY).reference == SHIPPED.reference == before.regime_version
    assert law.answer_to(asked(TODAY)) == before
    tomorrow = law.in_force(CODE, TODAY + DAY)
    assert tomorrow.digest == row.digest
    assert law.answer_to(asked(TODAY + DAY)).regime_version == tomorrow.reference
    assert [one.reference for one in queries.regimes(TODAY + DAY) if one.code == CODE] == [tomorrow.reference]
    frozen.move(days=1)
    assert law.in_force(CODE, clock.today()).title == "Lokaal overleg, nieuwe versie"


def test_what_names_the_former_version_stays_explained_by_it(desk: Desk) -> None:
    desk.hold(text_from(TODAY, NO_REASON))
    old = law.by_reference(SHIPPED.reference)
    assert (old.title, old.digest) == (SHIPPED.title, SHIPPED.digest)
    assert queries.regime_version(CODE, SHIPPED.version, SHIPPED.short_digest).reference == SHIPPED.reference
    assert law.in_force(CODE, TODAY).reference != SHIPPED.reference
    assert law.in_force(CODE, TODAY - DAY).reference == SHIPPED.reference
    assert law.answer_to(asked(TODAY - DAY)).regime_version == SHIPPED.reference


def test_a_rule_that_changes_changes_the_answer_from_that_day(desk: Desk) -> None:
    assert law.answer_to(asked(TODAY)).outcome is not Outcome.REFUSED
    step = "role: participant\n    step: before_closing\n    category: ordinary"
    desk.hold(text_from(TODAY + DAY, (step, step.replace("before_closing", "evaluation"))))
    assert law.answer_to(asked(TODAY)).outcome is not Outcome.REFUSED
    assert law.answer_to(asked(TODAY + DAY)).outcome is Outcome.REFUSED


def test_a_draft_and_a_dropped_text_hold_nothing(desk: Desk) -> None:
    key = desk.draft(text_from(TODAY, NO_REASON))
    assert law.in_force(CODE, TODAY).reference == SHIPPED.reference
    actions.drop_regime_text(desk.esra, key, read=desk.read(key))
    assert law.in_force(CODE, TODAY).reference == SHIPPED.reference
    with pytest.raises(Refused):
        actions.approve_regime_text(desk.lucas, key, read=desk.read(key))


def test_whoever_wrote_any_of_it_cannot_let_it_hold(desk: Desk) -> None:
    key = desk.draft()
    changed = Written(text_from(TODAY + 2 * DAY, NO_REASON), WHY)
    actions.change_regime_text(desk.lucas, key, changed, read=desk.read(key))
    for writer in (desk.esra, desk.lucas):
        with pytest.raises(Refused, match="U schreef zelf"):
            actions.approve_regime_text(writer, key, read=desk.read(key))
    third = employ("mira", "gemeente-zaanstad", Function.GOVERNANCE)
    actions.approve_regime_text(third, key, read=desk.read(key))
    assert RegimeText.objects.get(pk=key).approved_by == third.designee


def test_maintenance_reads_and_does_not_write(desk: Desk) -> None:
    key = desk.draft()
    assert queries.regime_text(desk.karin, key).motivation == WHY
    assert [one.id for one in queries.regime_texts(desk.karin)] == [key]
    read, written = desk.read(key), Written(text_from(TODAY, NO_REASON), WHY)
    tries: list[Callable[[], object]] = [
        lambda: actions.draft_regime_text(desk.karin, SHIPPED.reference, written),
        lambda: actions.change_regime_text(desk.karin, key, written, read=read),
        lambda: actions.approve_regime_text(desk.karin, key, read=read),
        lambda: actions.drop_regime_text(desk.karin, key, read=read),
    ]
    for one in tries:
        with pytest.raises(Refused):
            one()
    with pytest.raises(NotFoundForYou):
        queries.regime_text(desk.karin, uuid4())


def test_a_text_that_holds_is_neither_changed_nor_dropped(desk: Desk) -> None:
    key = desk.hold()
    with pytest.raises(Refused, match="staat vast"):
        actions.change_regime_text(desk.esra, key, Written(text_from(TODAY), WHY), read=desk.read(key))
    with pytest.raises(Refused, match="staat vast"):
        actions.drop_regime_text(desk.esra, key, read=desk.read(key))


def test_the_one_who_approves_approves_what_was_read(desk: Desk) -> None:
    key = desk.draft()
    read = desk.read(key)
    actions.change_regime_text(desk.esra, key, Written(text_from(TODAY + 3 * DAY), WHY), read=read)
    with pytest.raises(ChangedMeanwhile):
        actions.approve_regime_text(desk.lucas, key, read=read)


def test_a_form_that_is_sent_twice_makes_one_draft(desk: Desk) -> None:
    once, written = uuid4(), Written(text_from(TODAY + DAY), WHY)
    first = actions.draft_regime_text(desk.esra, SHIPPED.reference, written, once=once)
    assert actions.draft_regime_text(desk.esra, SHIPPED.reference, written, once=once) == first
    assert RegimeText.objects.count() == 1


def test_one_text_has_one_digest_however_a_browser_sends_its_lines(desk: Desk) -> None:
    content = text_from(TODAY + DAY)
    rows = [RegimeText.objects.get(pk=desk.draft(one)) for one in (content, content.replace("\n", "\r\n") + "\r\n\r\n")]
    assert rows[0].digest == rows[1].digest


# --- What is wrong in a text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("title:", "title: Dubbel\ntitle:"), "staat er twee keer"),
        (("article: AVG 6 lid 1 onder a", "article: Wetboek 6 lid 1"), "staat niet in sources.yaml"),
        (("regime: LOCAL_CONSENT", "regime: SAFE_HOME"), "Laat die code staan"),
        (("valid_to: null", "valid_to: 2020-01-01"), "ligt voor de eerste"),
        (('version: "2026-11-23"', 'version: "2026-11-24"'), "heet naar haar eerste dag"),
        (("purpose:", "purpose: ["), "geen geldige YAML"),
        (("status: concept", "status: concept\nweg: ermee"), "niet bekend"),
    ],
)
def test_a_wrong_text_is_not_kept_and_says_on_which_line_and_what_to_do(
    desk: Desk, change: tuple[str, str], words: str
) -> None:
    content = text_from(TODAY + DAY, change)
    with pytest.raises(BadInput) as wrong:
        desk.draft(content)
    assert wrong.value.field == "content"
    assert words in wrong.value.mend
    assert wrong.value.mend.startswith("regel "), wrong.value.mend
    assert RegimeText.objects.count() == 0


@pytest.mark.parametrize("content", ["", "  \n", "- a\n- b\n", "x" * 200_000])
def test_what_is_no_regime_at_all_is_refused(desk: Desk, content: str) -> None:
    with pytest.raises(BadInput):
        actions.draft_regime_text(desk.esra, SHIPPED.reference, Written(content, WHY))


def test_why_is_asked(desk: Desk) -> None:
    with pytest.raises(BadInput, match="Schrijf op waarom"):
        actions.draft_regime_text(desk.esra, SHIPPED.reference, Written(text_from(TODAY), " "))


# --- What it costs, and what other processes see --------------------------------------------------


def test_a_moment_asks_once_however_many_questions_there_are(desk: Desk) -> None:
    desk.hold()
    law.known()
    moments.begin()
    with CaptureQueriesContext(connection) as seen:
        for _ in range(20):
            law.answer_to(asked(TODAY + DAY))
            law.in_force(CODE, TODAY)
    assert len(seen.captured_queries) == 1


@pytest.mark.django_db(transaction=True)
def test_what_one_process_approves_counts_elsewhere_from_the_next_request_on() -> None:
    """A thread has a moment, a connection and a transaction of its own, as another process has."""
    desk, told = make_desk(), []
    steps = [threading.Event() for _ in range(2)]

    def elsewhere() -> None:
        try:
            moments.begin()
            told.append(law.in_force(CODE, TODAY).reference)
            steps[0].set()
            steps[1].wait(20)
            told.append(law.in_force(CODE, TODAY).reference)
            moments.begin()
            told.append(law.in_force(CODE, TODAY).reference)
        finally:
            connection.close()

    other = threading.Thread(target=elsewhere)
    other.start()
    assert steps[0].wait(20)
    key = desk.hold(text_from(TODAY, NO_REASON))
    steps[1].set()
    other.join(20)
    new = f"{CODE}@{TODAY}#{RegimeText.objects.get(pk=key).digest[:12]}"
    assert told == [SHIPPED.reference, SHIPPED.reference, new], "one request sees one law, the next one the new"


def test_what_is_rolled_back_was_never_there(desk: Desk) -> None:
    key = desk.draft(text_from(TODAY - DAY))
    with pytest.raises(Refused):
        actions.approve_regime_text(desk.lucas, key, read=desk.read(key))
    assert law.known_of(CODE) == law.versions_of(CODE)


def test_the_version_it_comes_after_is_the_last_that_begins_before_it() -> None:
    later = version_from(TODAY)
    assert rules.follows(version_from(TODAY + DAY, NO_REASON), (SHIPPED, later)) is later
    assert rules.follows(later, (SHIPPED, later)) is SHIPPED
    early = replace(SHIPPED, valid_from=date(2000, 1, 1), digest="0" * 64)
    assert rules.follows(early, (SHIPPED,)) is SHIPPED
