"""What professionals ask of the knowledge network, and what governance answers and publishes."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission, asked_in_own_regions
from knooppunt.sharing.actions.agreements import Read
from knooppunt.sharing.models import FrequentQuestion, NetworkQuestion
from knooppunt.sharing.rules import Question
from knooppunt.sharing.rules import network as rules
from knooppunt.sharing.rules.exchange import whole_question_as_data
from knooppunt.sharing.rules.network import FrequentStatus, FrequentText, QuestionStatus, Reply
from knooppunt.sharing.rules.question import read_question

Row = TypeVar("Row", NetworkQuestion, FrequentQuestion)
POSSIBLE = ("Bekijk de vraag: daar staat wat er nu wel kan.",)


def ask_network(
    actor: Actor, region: UUID, question: Question, text: str, *, nobody: bool = False, once: UUID | None = None
) -> UUID:
    """Puts a question about the rules to the privacy officers of a region. `nobody`: confirmed to point at nobody."""
    with Work(actor, "ask_network", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.ASK_NETWORK)
        if region not in {known.id for known in partners.regions_of(actor.for_whom)}:
            raise NotFoundForYou("region")
        _mend(rules.wrong_in_question(text))
        _check_nobody("text", (text,), nobody)
        row = NetworkQuestion(
            region_id=region,
            asked=whole_question_as_data(question),
            text=text.strip(),
            asked_by=actor.who,
            asked_for=actor.for_whom,
            asked_on=clock.today(),
        )
        row.save(force_insert=True)
        work.record("network_question.asked", row, region=region, regime=question.regime)
        return work.finish(row.pk)


def answer_question(actor: Actor, question: UUID, reply: Reply, *, nobody: bool = False, read: Read) -> UUID:
    """Answers a question, or answers it better; whoever asked sees the last answer."""
    with Work(actor, "answer_question", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, NetworkQuestion, question, read)
        _mend(rules.wrong_in_reply(reply, law.laws()))
        _check_nobody("answer", (reply.answer,), nobody)
        row.answer, row.articles = reply.answer.strip(), list(reply.articles)
        row.status, row.answered_by, row.answered_on = QuestionStatus.ANSWERED.value, actor.who, clock.today()
        _step(work, row, "network_question.answered")
        return work.finish(row.pk)


def draft_frequent(actor: Actor, question: UUID, text: FrequentText, *, nobody: bool = False, read: Read) -> UUID:
    """Begins a frequent question from one that was answered; its text is written anew."""
    with Work(actor, "draft_frequent", once=read.form) as work:
        if work.before:
            return work.before
        source = _take(work, NetworkQuestion, question, read)
        if source.status != QuestionStatus.ANSWERED:
            raise Refused(["Deze vraag heeft nog geen antwoord."], POSSIBLE)
        asked = read_question(source.asked)
        row = FrequentQuestion(
            region_id=source.region_id, source=source, asked=source.asked, topic=rules.topic_of(asked)
        )
        _write(row, text, actor, nobody=nobody)
        row.save(force_insert=True)
        work.record("frequent_question.drafted", row, region=row.region_id, regime=asked.regime)
        return work.finish(row.pk)


def rewrite_frequent(actor: Actor, frequent: UUID, text: FrequentText, *, nobody: bool = False, read: Read) -> UUID:
    """Changes the text of a frequent question that is not published."""
    with Work(actor, "rewrite_frequent", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, FrequentQuestion, frequent, read)
        _refuse(rules.objections_to_rewriting(row.status))
        _write(row, text, actor, nobody=nobody)
        # Who published the former text did not see this one, and a former publisher may write.
        row.published_by = row.published_on = None
        _step(work, row, "frequent_question.rewritten")
        return work.finish(row.pk)


def publish_frequent(actor: Actor, frequent: UUID, *, nobody: bool = False, read: Read) -> UUID:
    """Lets everyone read it, by somebody who did not write it; what could point at somebody is confirmed once more."""
    with Work(actor, "publish_frequent", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, FrequentQuestion, frequent, read)
        _refuse(rules.objections_to_publishing(row.status, own_text=actor.who == row.written_by))
        _check_nobody("nobody", (row.title, row.body, row.answer), nobody)
        today = clock.today()
        row.status, row.published_by = FrequentStatus.PUBLISHED.value, actor.who
        row.published_on, row.reviewed_on, row.withdrawn_on = today, today, None
        _step(work, row, "frequent_question.published")
        return work.finish(row.pk)


def withdraw_frequent(actor: Actor, frequent: UUID, *, read: Read) -> UUID:
    """Takes it off the public page."""
    with Work(actor, "withdraw_frequent", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, FrequentQuestion, frequent, read)
        _refuse(rules.objections_to_being_published(row.status))
        row.status, row.withdrawn_on = FrequentStatus.WITHDRAWN.value, clock.today()
        _step(work, row, "frequent_question.withdrawn")
        return work.finish(row.pk)


def review_frequent(actor: Actor, frequent: UUID, *, read: Read) -> UUID:
    """Writes down that question, answer and articles were looked at today and still hold."""
    with Work(actor, "review_frequent", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, FrequentQuestion, frequent, read)
        _refuse(rules.objections_to_being_published(row.status))
        row.reviewed_on = clock.today()
        _step(work, row, "frequent_question.reviewed")
        return work.finish(row.pk)


def sweep_network_questions(actor: Actor) -> None:
    """Removes questions past their term; what was published of them stays, for it says nothing of who asked."""
    with Work(actor, "sweep_network_questions") as work:
        past: date = clock.today() - rules.KEPT
        rows = NetworkQuestion.objects.filter(
            Q(answered_on__lt=past) | Q(answered_on__isnull=True, asked_on__lt=past)
        ).select_for_update()
        for row in rows:
            work.record("network_question.removed", row)
        # The database lets go of them in what was made of them, which then stands by itself.
        NetworkQuestion.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _take(work: Work, model: type[Row], key: UUID, read: Read) -> Row:
    """The row to change, locked, if nobody changed it since it was read."""
    allow(work.actor, Permission.ANSWER_NETWORK)
    rows = model._default_manager.filter(asked_in_own_regions(work.actor), pk=key)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFoundForYou(model.__name__)
    if row.version != read.version:
        raise ChangedMeanwhile(row.version, row.shown_fields())
    return row


def _write(row: FrequentQuestion, text: FrequentText, actor: Actor, *, nobody: bool) -> None:
    _mend(rules.wrong_in_frequent(text, law.laws()))
    _check_nobody("body", (text.title, text.body, text.reply.answer), nobody)
    row.title, row.body, row.answer = text.title.strip(), text.body.strip(), text.reply.answer.strip()
    row.articles = list(text.reply.articles)
    row.written_by, row.written_on = actor.who, clock.today()


def _mend(wrong: list[tuple[str, str]]) -> None:
    for field, mend in wrong:
        raise BadInput(field, mend)


def _check_nobody(field: str, texts: tuple[str, ...], nobody: bool) -> None:
    if not nobody and rules.points_at_somebody(texts):
        raise BadInput(field, rules.UNSURE)


def _refuse(objections: list[str]) -> None:
    if objections:
        raise Refused(objections, POSSIBLE)


def _step(work: Work, row: NetworkQuestion | FrequentQuestion, event: str, **detail: Any) -> None:
    row.version += 1
    row.save()
    work.record(event, row, **detail)
