"""Worked questions per regime: what a professional would ask, and the answer that the rules must give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing.law import HERE, laws, versions
from knooppunt.sharing.law.reading import Path, Text, check_article, read_entries
from knooppunt.sharing.rules import Outcome, Question, read_question

KEYS = frozenset({"situation", "ask", "outcome", "articles", "rules"})


@dataclass(frozen=True)
class Scenario:
    """One situation in a sentence, its question, and the expected outcome with its articles.

    `rules` are the names of the rules that it is about, none where it is about the default. `number` is its place in
    the file of its regime.
    """

    regime: str
    number: int
    situation: str
    question: Question
    outcome: Outcome
    articles: tuple[str, ...]
    rules: tuple[str, ...]


@lru_cache(maxsize=1)
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario of every regime that is shipped, in the order of the files."""
    folder = HERE.joinpath("scenarios")
    if not folder.is_dir():
        return ()
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(one for name in names for one in scenarios_of_text(name, folder.joinpath(name).read_bytes()))


def scenarios_of_text(name: str, content: bytes) -> tuple[Scenario, ...]:
    """The scenarios of one file, which is named after its regime; `BadInput` names file, line and mend."""
    text, regime = read_entries(name, content), name.removesuffix(".yaml")
    rules = {rule.name for version in versions() if version.code == regime for rule in version.book.rules}
    if not rules:
        raise text.wrong((), f"Er is geen juridisch kader {regime} met regels. Noem het bestand naar zijn kader.")
    found = tuple(_scenarios(text, regime, rules))
    told: dict[str, int] = {}
    for one in found:
        if one.situation in told:
            mend = f"Deze situatie staat al op nummer {told[one.situation]}. Vertel wat hier anders is."
            raise text.wrong(("entries", one.number - 1, "situation"), mend)
        told[one.situation] = one.number
    return found


def _scenarios(text: Text, regime: str, rules: set[str]) -> Iterator[Scenario]:
    for place, said in enumerate(text.said["entries"]):
        path: Path = ("entries", place)
        _check_keys(text, path, said)
        yield Scenario(
            regime=regime,
            number=place + 1,
            situation=_line(text, (*path, "situation"), said["situation"]),
            question=_question(text, (*path, "ask"), regime, said["ask"]),
            outcome=_outcome(text, (*path, "outcome"), said["outcome"]),
            articles=tuple(_articles(text, (*path, "articles"), said["articles"])),
            rules=tuple(_named(text, (*path, "rules"), said["rules"], rules)),
        )


def _check_keys(text: Text, path: Path, said: object) -> None:
    if not isinstance(said, dict):
        raise text.wrong(path, f"Hier horen de sleutels {', '.join(sorted(KEYS))}.")
    for key in said:
        if key not in KEYS:
            raise text.wrong((*path, key), f"Deze sleutel is niet bekend. Bekend zijn: {', '.join(sorted(KEYS))}.")
    if missing := KEYS - said.keys():
        raise text.wrong(path, f"Hier ontbreekt: {', '.join(sorted(missing))}.")


def _line(text: Text, path: Path, said: object) -> str:
    if not isinstance(said, str) or len(said) < len("Wie wil wat?") or "\n" in said:
        raise text.wrong(path, "Vertel de situatie in één zin.")
    return said


def _question(text: Text, path: Path, regime: str, said: Any) -> Question:
    """The question, which does not repeat the regime of its file."""
    if isinstance(said, Mapping) and "regime" in said:
        raise text.wrong((*path, "regime"), "Laat het kader weg: het volgt uit de naam van het bestand.")
    try:
        return read_question({"regime": regime, **said} if isinstance(said, Mapping) else said)
    except BadInput as error:
        raise text.wrong((*path, *error.field.split(".")), error.mend) from error


def _outcome(text: Text, path: Path, said: object) -> Outcome:
    if said not in tuple(Outcome):
        raise text.wrong(path, f"Deze uitkomst is niet bekend. Kies uit: {', '.join(Outcome)}.")
    return Outcome(str(said))


def _articles(text: Text, path: Path, said: object) -> Iterator[str]:
    for place, article in _listed(text, path, said):
        check_article(text, (*path, place), article, laws())
        yield article


def _named(text: Text, path: Path, said: object, rules: set[str]) -> Iterator[str]:
    for place, name in _listed(text, path, said) if said != [] else ():
        if name not in rules:
            raise text.wrong((*path, place), f"Dit kader heeft geen regel '{name}'. Kies een naam onder rules.")
        yield name


def _listed(text: Text, path: Path, said: object) -> Iterator[tuple[int, str]]:
    if not isinstance(said, list) or not said or not all(isinstance(one, str) for one in said):
        raise text.wrong(path, "Hier hoort een lijst met minstens één naam.")
    yield from enumerate(said)
