"""Questions and answers as JSON, for the command and the interface: read strictly, written in full (contracts.md)."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing.rules.deciding import Condition, Decision
from knooppunt.sharing.rules.question import WHOLE, Question, read_question

Decide = Callable[[Question], Decision]


class WrongQuestion(BadInput):
    """A question that cannot be answered; `place` is its index where a list of them was given."""

    def __init__(self, error: BadInput, place: int | None) -> None:
        parts = [] if error.field == WHOLE else [error.field]
        if error.field.startswith("facts."):
            # What stands behind the dot is one name, whatever is in it.
            parts = error.field.split(".", 1)
        self.parts = parts if place is None else [str(place), *parts]
        field = error.field if place is None else ".".join([f"[{place}]", *parts])
        super().__init__(field, error.mend)

    @property
    def pointer(self) -> str:
        """Where it stands, as a JSON pointer (RFC 6901)."""
        return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in self.parts)


def read_json(content: bytes) -> object:
    """What a text says; `BadInput` for what is no UTF-8, no JSON, or names one key twice."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadInput(WHOLE, "Dit is geen UTF-8.") from error
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BadInput(WHOLE, f"Dit is geen JSON: kijk regel {line} na.") from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(
            twice.encode("unicode_escape").decode()[:60], "Deze sleutel staat er twee keer. Haal er een weg."
        )
    return said


def _no_number(said: str) -> NoReturn:
    raise ValueError(f"{said} is no JSON")


def answer(said: object, decide: Decide) -> dict[str, Any] | list[dict[str, Any]]:
    """The answer to one question, or the list of answers to a list; `WrongQuestion` names the first that is wrong."""
    if isinstance(said, list):
        return [_answer(one, decide, place) for place, one in enumerate(said)]
    return _answer(said, decide, None)


def _answer(said: object, decide: Decide, place: int | None) -> dict[str, Any]:
    try:
        return as_data(decide(read_question(said)))
    except BadInput as error:
        raise WrongQuestion(error, place) from error


def as_data(decision: Decision) -> dict[str, Any]:
    """A decision with every key, as JSON gives it."""
    return {
        "outcome": decision.outcome.value,
        "sentence": decision.sentence,
        "reasons": list(decision.reasons),
        "articles": list(decision.articles),
        "conditions": [_condition(one) for one in decision.conditions],
        "record": list(decision.record),
        "possible_instead": list(decision.possible_instead),
        "regime_version": decision.regime_version,
    }


def question_as_data(question: Question) -> dict[str, Any]:
    """A question as JSON, without whom it is asked for: one question may be asked for several recipients."""
    kind, its_class = question.supplier
    return {
        "regime": str(question.regime),
        "step": str(question.step),
        "supplier": str(kind),
        "supplier_class": its_class,
        "recipient_role": str(question.role),
        "category": str(question.category),
        "subject": str(question.about),
        "facts": {str(name): known for name, known in sorted(question.facts.items())},
        "on": question.on.isoformat(),
    }


def whole_question_as_data(question: Question) -> dict[str, Any]:
    """A question as JSON with its recipient, so that `read_question` gives the same question again."""
    kind, its_class = question.recipient
    return {**question_as_data(question), "recipient": str(kind), "recipient_class": its_class}


def _condition(condition: Condition) -> Mapping[str, Any]:
    return {"facts": list(condition.facts), "any": condition.any, "text": condition.text}
