"""Questions to the knowledge network, and the frequent questions that come of them: what may be said and done."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from knooppunt.kernel.identifiers import find_identifiers
from knooppunt.sharing.rules.question import Question

KEPT = timedelta(days=365)
"""How long a question stays after it was answered, or asked when nobody answered; what was published stands apart."""

NEWS = timedelta(days=14)
"""How long an answer counts as new for whoever asked."""

LONGEST = 4_000


class QuestionStatus(StrEnum):
    """Where a question to the network stands."""

    OPEN = "open"
    ANSWERED = "answered"


class FrequentStatus(StrEnum):
    """Where a frequent question stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Reply:
    """What the network answers: its text, and the articles it names."""

    answer: str
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrequentText:
    """A frequent question as everyone may read it: nothing in it points at anybody."""

    title: str
    body: str
    reply: Reply


def topic_of(question: Question) -> str:
    """What a question is about, for finding what was written about the same: not on which day, or what is known."""
    parts = (question.regime, question.supplier[0], question.recipient[0], question.category, question.about)
    return "|".join(map(str, (*parts, question.step)))


ARTICLE = re.compile(r"(?P<law>\S.*?) (?P<place>\d\S*( lid \d+\w*)?( onder \S+)?)")


def articles_in(typed: str) -> tuple[str, ...]:
    """The articles that somebody typed, one on a line."""
    return tuple(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def wrong_in_reply(reply: Reply, laws: Collection[str]) -> list[tuple[str, str]]:
    """What cannot be taken in, as field and mend."""
    found = _wrong_in_text("answer", reply.answer, "Schrijf het antwoord op.")
    for article in reply.articles:
        said = ARTICLE.fullmatch(article)
        if said is None or said["law"] not in laws:
            found.append(("articles", f"Schrijf “{article[:60]}” als WET ARTIKEL, bijvoorbeeld Wgs 2.29 lid 2."))
    return found


def wrong_in_frequent(text: FrequentText, laws: Collection[str]) -> list[tuple[str, str]]:
    """What cannot be taken in, as field and mend."""
    found = _wrong_in_text("title", text.title, "Geef de vraag een korte titel.", most=200)
    found += _wrong_in_text("body", text.body, "Schrijf de vraag op, zonder iets wat iemand aanwijst.")
    return found + wrong_in_reply(text.reply, laws)


def wrong_in_question(text: str) -> list[tuple[str, str]]:
    """What cannot be taken in, as field and mend."""
    return _wrong_in_text("text", text, "Schrijf uw vraag op.")


def _wrong_in_text(field: str, text: str, mend: str, *, most: int = LONGEST) -> list[tuple[str, str]]:
    if not text.strip():
        return [(field, mend)]
    return [(field, f"Houd het korter dan {most} tekens.")] if len(text) > most else []


def points_at_somebody(texts: Iterable[str]) -> bool:
    """Whether anything in these texts could identify somebody."""
    return any(find_identifiers(text) for text in texts)


UNSURE = "Hierin staat iets wat iemand kan aanwijzen. Haal het weg, of bevestig dat het niemand aanwijst."


def objections_to_rewriting(status: str) -> list[str]:
    """Why the text of a frequent question cannot be changed."""
    if status == FrequentStatus.PUBLISHED:
        return ["Deze vraag is gepubliceerd. Trek haar eerst in; daarna kunt u de tekst wijzigen."]
    return []


def objections_to_publishing(status: str, *, own_text: bool) -> list[str]:
    """Why it cannot be published (yet). `own_text`: whoever asks wrote it."""
    if status == FrequentStatus.PUBLISHED:
        return ["Deze vraag is al gepubliceerd."]
    if own_text:
        return ["U schreef deze tekst zelf. Vraag een collega met de hoedanigheid sturing om hem te publiceren."]
    return []


def objections_to_being_published(status: str) -> list[str]:
    """Why what is done with a published question cannot be done with this one."""
    return [] if status == FrequentStatus.PUBLISHED else ["Deze vraag is niet gepubliceerd."]
