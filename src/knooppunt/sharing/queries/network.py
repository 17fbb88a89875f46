"""Questions to the knowledge network as asker and governance read them, and what everyone reads of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, NotFoundForYou
from knooppunt.kernel.work import look
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import Permission, asked_in_own_regions, asked_oneself
from knooppunt.sharing.models import FrequentQuestion, NetworkQuestion
from knooppunt.sharing.rules import Question
from knooppunt.sharing.rules.network import NEWS, FrequentStatus, QuestionStatus, topic_of
from knooppunt.sharing.rules.question import read_question


@dataclass(frozen=True)
class NetworkQuestionView:
    """A question with its answer. `question` is missing when a code of it is not known any more."""

    id: UUID
    version: int
    region_name: str
    status: str
    question: Question | None
    text: str
    asker: str
    organisation: str
    asked_on: date
    answer: str
    articles: tuple[str, ...]
    answerer: str
    answered_on: date | None

    @property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return self.status == QuestionStatus.ANSWERED


@dataclass(frozen=True)
class FrequentView:
    """A frequent question with its answer, without whoever asked or wrote it."""

    id: UUID
    region_name: str
    question: Question | None
    regime: str
    title: str
    body: str
    answer: str
    articles: tuple[str, ...]
    reviewed_on: date | None


@dataclass(frozen=True)
class KeptFrequentView:
    """The same for governance: where it stands, and who wrote and published it."""

    shown: FrequentView
    version: int
    status: str
    written_by: UUID
    writer: str
    written_on: date
    publisher: str
    published_on: date | None
    withdrawn_on: date | None


@dataclass(frozen=True)
class NetworkNews:
    """What the network has for somebody: how many new answers, and how many questions that wait for one."""

    answered: int
    waiting: int


# --- For everyone ---------------------------------------------------------------------------------


def frequent_questions() -> list[FrequentView]:
    """What was published, by framework and title; nobody stands in it, so nobody has to say who reads."""
    rows = FrequentQuestion.objects.filter(status=FrequentStatus.PUBLISHED.value)
    return sorted(_frequent(list(rows)), key=lambda view: (view.regime, view.title.casefold()))


def frequent_question(key: UUID) -> FrequentView:
    """One that was published; `NotFoundForYou` for any other."""
    rows = list(FrequentQuestion.objects.filter(status=FrequentStatus.PUBLISHED.value, pk=key))
    if not rows:
        raise NotFoundForYou("frequent question")
    return _frequent(rows)[0]


def written_about(question: Question, among: list[FrequentView]) -> list[FrequentView]:
    """What was published about the same: framework, both kinds, category, whom it is about, and step."""
    return [view for view in among if view.question is not None and topic_of(view.question) == topic_of(question)]


# --- For whoever asks -----------------------------------------------------------------------------


def network_regions(actor: Actor) -> list[partners.RegionView]:
    """The regions whose privacy officers this actor can ask."""
    allow(actor, Permission.ASK_NETWORK)
    return partners.regions_of(actor.for_whom)


def own_questions(actor: Actor) -> list[NetworkQuestionView]:
    """What this actor asked, newest first."""
    allow(actor, Permission.ASK_NETWORK)
    with look(actor, "own_questions") as work:
        found = _questions(list(NetworkQuestion.objects.filter(asked_oneself(actor)).order_by("-asked_on", "id")))
        work.listed("network_question", [view.id for view in found])
        return found


def network_news(actor: Actor) -> NetworkNews:
    """For the home page: answers of the last days, and for governance what waits. Numbers only."""
    since = clock.today() - NEWS
    mine = NetworkQuestion.objects.filter(asked_oneself(actor), answered_on__gte=since)
    waiting = 0
    if actor.function is Function.GOVERNANCE:
        open_ones = NetworkQuestion.objects.filter(asked_in_own_regions(actor), status=QuestionStatus.OPEN.value)
        waiting = open_ones.count()
    return NetworkNews(mine.count(), waiting)


# --- For governance -------------------------------------------------------------------------------


def network_questions(actor: Actor) -> list[NetworkQuestionView]:
    """The questions of the own regions: what waits first, the oldest on top; then the newest answers."""
    allow(actor, Permission.ANSWER_NETWORK)
    with look(actor, "network_questions") as work:
        found = _questions(list(NetworkQuestion.objects.filter(asked_in_own_regions(actor)).order_by("asked_on", "id")))
        work.listed("network_question", [view.id for view in found])
        answered = sorted((one for one in found if one.answered), key=lambda one: one.answered_on or date.min)
        return [*(one for one in found if not one.answered), *reversed(answered)]


def network_question(actor: Actor, key: UUID) -> NetworkQuestionView:
    """One question of the own regions."""
    allow(actor, Permission.ANSWER_NETWORK)
    with look(actor, "network_question") as work:
        row = NetworkQuestion.objects.filter(asked_in_own_regions(actor), pk=key).first()
        if row is None:
            raise NotFoundForYou("network question")
        work.looked_at(row)
        return _questions([row])[0]


def kept_frequent(actor: Actor, *, source: UUID | None = None) -> list[KeptFrequentView]:
    """The frequent questions of the own regions, or what was made of one question, by title."""
    allow(actor, Permission.ANSWER_NETWORK)
    with look(actor, "kept_frequent") as work:
        rows = FrequentQuestion.objects.filter(asked_in_own_regions(actor)).order_by("title", "id")
        found = _kept(list(rows if source is None else rows.filter(source_id=source)))
        work.listed("frequent_question", [view.shown.id for view in found])
        return found


def kept_frequent_one(actor: Actor, key: UUID) -> KeptFrequentView:
    """One frequent question of the own regions, published or not."""
    allow(actor, Permission.ANSWER_NETWORK)
    with look(actor, "kept_frequent") as work:
        row = FrequentQuestion.objects.filter(asked_in_own_regions(actor), pk=key).first()
        if row is None:
            raise NotFoundForYou("frequent question")
        work.looked_at(row)
        return _kept([row])[0]


def _question_of(asked: object) -> Question | None:
    try:
        return read_question(asked)
    except BadInput:
        return None


def _region_names(rows: list[NetworkQuestion] | list[FrequentQuestion]) -> dict[UUID, str]:
    return {key: partners.region(key).name for key in {row.region_id for row in rows}}


def _questions(rows: list[NetworkQuestion]) -> list[NetworkQuestionView]:
    people = partners.professionals({who for row in rows for who in (row.asked_by, row.answered_by) if who})
    organisations = partners.organisations({row.asked_for for row in rows})
    regions = _region_names(rows)
    return [
        NetworkQuestionView(
            id=row.pk,
            version=row.version,
            region_name=regions[row.region_id],
            status=row.status,
            question=_question_of(row.asked),
            text=row.text,
            asker=people[row.asked_by].name if row.asked_by in people else "",
            organisation=organisations[row.asked_for].name if row.asked_for in organisations else "",
            asked_on=row.asked_on,
            answer=row.answer,
            articles=tuple(row.articles),
            answerer=people[row.answered_by].name if row.answered_by in people else "",
            answered_on=row.answered_on,
        )
        for row in rows
    ]


def _frequent(rows: list[FrequentQuestion]) -> list[FrequentView]:
    regions = _region_names(rows)
    return [
        FrequentView(
            id=row.pk,
            region_name=regions[row.region_id],
            question=_question_of(row.asked),
            regime=str(row.asked.get("regime", "")),
            title=row.title,
            body=row.body,
            answer=row.answer,
            articles=tuple(row.articles),
            reviewed_on=row.reviewed_on,
        )
        for row in rows
    ]


def _kept(rows: list[FrequentQuestion]) -> list[KeptFrequentView]:
    people = partners.professionals({who for row in rows for who in (row.written_by, row.published_by) if who})
    return [
        KeptFrequentView(
            shown=shown,
            version=row.version,
            status=row.status,
            written_by=row.written_by,
            writer=people[row.written_by].name if row.written_by in people else "",
            written_on=row.written_on,
            publisher=people[row.published_by].name if row.published_by in people else "",
            published_on=row.published_on,
            withdrawn_on=row.withdrawn_on,
        )
        for row, shown in zip(rows, _frequent(rows), strict=True)
    ]
