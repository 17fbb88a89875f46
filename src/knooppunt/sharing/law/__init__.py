"""Reads the law that is shipped as files; each version once, frozen, and nothing that is wrong.

What was approved in this installation stands beside it (`known`): where a database is at hand, it says what that is.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.sharing.law import choosing
from knooppunt.sharing.law.following import NOTHING, Approved
from knooppunt.sharing.law.reading import Path, Text, check_article, check_form, read, read_entries
from knooppunt.sharing.rules import (
    Decision,
    FactText,
    Need,
    Participant,
    Question,
    Regime,
    Rule,
    RuleBook,
    Says,
    decide,
)
from knooppunt.sharing.rules.question import FACTS, KINDS

HERE = files(__package__)


@lru_cache(maxsize=1)
def versions() -> tuple[Regime, ...]:
    """Every shipped version of every regime, oldest first."""
    codes = sorted({name.partition("@")[0] for name in _names("regimes")})
    return tuple(version for code in codes for version in versions_of(code))


@lru_cache
def versions_of(code: str) -> tuple[Regime, ...]:
    """The shipped versions of one regime, oldest first; none when the code is not known.

    Reading takes a moment per file, so that whoever asks after one regime does not wait for all.
    """
    files_of = (name for name in _names("regimes") if name.partition("@")[0] == code)
    read_in = [regime_of_text(read(name, _content("regimes", name))) for name in files_of]
    found = tuple(sorted(read_in, key=lambda regime: (regime.code, regime.valid_from)))
    check_overlap(found)
    return found


@lru_cache(maxsize=1)
def former() -> tuple[Regime, ...]:
    """Texts that were shipped once under a number that got a better text since: what names them stays explained."""
    return tuple(regime_as_kept(name, _content("former", name)) for name in _names("former"))


def _names(folder: str) -> list[str]:
    return sorted(entry.name for entry in HERE.joinpath(folder).iterdir() if entry.name.endswith(".yaml"))


def _content(folder: str, name: str) -> bytes:
    return HERE.joinpath(folder, name).read_bytes()


_approved: list[Callable[[], Approved]] = [lambda: NOTHING]
"""Who says what was approved here; without a database nobody, and the files are all there is."""


def ask_for_approved(ask: Callable[[], Approved]) -> None:
    """From now on `ask` says which versions were approved here. It is asked often, so it keeps what it knows."""
    _approved[:] = [ask]


def known_of(code: str) -> tuple[Regime, ...]:
    """The versions of one regime, shipped or approved here, oldest first and each closed by the next."""
    return _approved[0]().known_of(code, versions_of(code))


def known() -> tuple[Regime, ...]:
    """Every version of every regime, shipped or approved here."""
    codes = dict.fromkeys(version.code for version in versions())
    return tuple(version for code in codes for version in known_of(code))


def answer_to(question: Question) -> Decision:
    """The answer under the known versions; `BadInput` for a regime of which this installation has no file."""
    return _answer(question, known_of(question.regime))


def answer_by_files(question: Question) -> Decision:
    """The answer under the shipped versions alone, for where no database is; `BadInput` as `answer_to`."""
    return _answer(question, versions_of(question.regime))


def _answer(question: Question, found: tuple[Regime, ...]) -> Decision:
    if not found:
        raise BadInput("regime", "Van dit kader heeft deze installatie geen regels.")
    return decide(question, found)


def in_force(code: str, on: date) -> Regime:
    """The version of a regime on a day; `Refused` when there is none."""
    for regime in known_of(code):
        if regime.in_force(on):
            return regime
    raise Refused([f"Op {on:%d-%m-%Y} geldt het kader {code} niet."])


def by_reference(reference: str) -> Regime:
    """The version that a case or grant names."""
    code = reference.partition("@")[0]
    for regime in (*known_of(code), *former()):
        if regime.reference == reference:
            return regime
    raise Refused([f"De versie {reference} van het juridisch kader is niet bekend in deze installatie."])


@lru_cache(maxsize=1)
def laws() -> frozenset[str]:
    """The short names of the laws whose text was read."""
    return frozenset(entry["law"] for entry in read_list("sources.yaml"))


def read_list(name: str) -> list[dict[str, Any]]:
    """A shipped file that is a list of entries."""
    return list(read_entries(name, HERE.joinpath(name).read_bytes()).said["entries"])


@lru_cache(maxsize=1)
def facts() -> Mapping[str, FactText]:
    """Every fact in plain Dutch."""
    text = read("facts.yaml", HERE.joinpath("facts.yaml").read_bytes())
    if missing := FACTS - text.said.keys():
        raise text.wrong((), f"Hier ontbreken feiten: {', '.join(sorted(missing))}.")
    return {name: _fact(said) for name, said in text.said.items()}


def _fact(said: Mapping[str, Any]) -> FactText:
    instead = tuple(said["instead"])
    weigh = tuple(said.get("weigh", instead))
    return FactText(said["ask"], said["condition"], said["closed"], said.get("record", ""), instead, weigh)


def check_overlap(regimes: Iterable[Regime]) -> None:
    """Of one regime no two versions hold on the same day; `BadInput` names the later one."""
    last: dict[str, Regime] = {}
    for regime in sorted(regimes, key=lambda one: (one.code, one.valid_from)):
        before = last.get(regime.code)
        if before is not None and (before.valid_to is None or before.valid_to >= regime.valid_from):
            mend = f"Deze versie geldt al voordat {before.version} eindigt. Zet daar valid_to op een eerdere dag."
            raise BadInput(f"{regime.code}@{regime.version}", mend)
        last[regime.code] = regime


def shipped_text(regime: Regime) -> str:
    """The file of a shipped version as it stands; `Refused` for a version of which only the explanation was kept."""
    for folder, name in [(one, name) for one in ("regimes", "former") for name in _names(one)]:
        content = _content(folder, name)
        if name.startswith(f"{regime.code}@") and hashlib.sha256(content).hexdigest() == regime.digest:
            return content.decode()
    raise Refused([f"De tekst van {regime.reference} is niet bekend in deze installatie."])


def regime_as_kept(name: str, content: bytes) -> Regime:
    """A version whose text was found right before, and holds as it stands: also when a list got longer since."""
    return _regime(read(name, content))


def regime_of_text(text: Text) -> Regime:
    """A version as its text says it; `BadInput` names file, line and mend."""
    check_form(text)
    _check_kinds(text)
    for path, article in _articles(text.said, ()):
        check_article(text, path, article, laws())
    regime = _regime(text)
    if regime.valid_to is not None and regime.valid_to < regime.valid_from:
        raise text.wrong(("valid_to",), "De laatste dag ligt voor de eerste.")
    return regime


def _articles(said: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every article that a file names, whichever part it stands in."""
    if isinstance(said, Mapping):
        for key, part in said.items():
            if key in {"article", "in_force_by", "supplied_under", "own_article"}:
                for place, one in enumerate(part if isinstance(part, list) else [part]):
                    yield (*path, key, place), str(one)
            else:
                yield from _articles(part, (*path, key))
    elif isinstance(said, list):
        for place, part in enumerate(said):
            yield from _articles(part, (*path, place))


def _check_kinds(text: Text) -> None:
    """Every kind of organisation takes part or does not: none is forgotten and none stands in both."""
    part, not_part = text.said["participants"], text.said["not_participants"]["kinds"]
    for where, named in (("participants", part), ("not_participants", not_part)):
        if unknown := [kind for kind in named if kind not in KINDS]:
            raise text.wrong((where,), f"Deze soort organisatie is niet bekend: {', '.join(unknown)}.")
    if missing := [kind for kind in KINDS if kind not in part and kind not in not_part]:
        raise text.wrong(("not_participants", "kinds"), f"Hier ontbreken soorten: {', '.join(missing)}.")
    if both := [kind for kind in part if kind in not_part]:
        raise text.wrong(("participants", both[0]), "Deze soort staat ook onder not_participants. Haal er een weg.")


def _regime(text: Text) -> Regime:
    said: Mapping[str, Any] = text.said
    secrecy, default = said.get("secrecy", {}), said.get("default", {})
    return Regime(
        code=said["regime"],
        title=said["title"],
        version=str(said["version"]),
        valid_from=_day(text, "valid_from"),
        valid_to=_day(text, "valid_to") if said["valid_to"] else None,
        status=said["status"],
        purpose=" ".join(said["purpose"]["text"].split()),
        purpose_article=said["purpose"]["article"],
        retention_years=said["retention"]["years"],
        categories={code: entry["label"] for code, entry in said["categories"].items()},
        participants={kind: _participant(entry) for kind, entry in said["participants"].items()},
        secrecy_always=frozenset(secrecy.get("kinds_always", ())),
        secrecy_unknown=frozenset(secrecy.get("kinds_unknown", ())),
        secrecy_article=secrecy.get("article", said["purpose"]["article"]),
        secrecy_ways=dict(secrecy.get("gate_texts", {})),
        instead={kind: entry["instead"] for kind, entry in said["not_participants"]["kinds"].items()},
        digest=text.digest,
        in_force_by=said.get("in_force_by", ""),
        default_text=default.get("text", ""),
        instead_of_all=tuple(default.get("instead", ())),
        facts=facts(),
        book=RuleBook(tuple(_rules(text))),
    )


def _day(text: Text, key: str) -> date:
    try:
        return date.fromisoformat(text.said[key])
    except ValueError as error:
        raise text.wrong((key,), "Deze dag bestaat niet. Schrijf jjjj-mm-dd.") from error


def _participant(entry: Mapping[str, Any]) -> Participant:
    return Participant(
        classes=frozenset(entry["class"].split("|")) | {entry.get("when_public", entry)["class"].split("|")[0]},
        article=entry["article"],
        receives=frozenset(entry["receives"]),
        supplies=frozenset(entry["supplies"]),
    )


def _rules(text: Text) -> Iterator[Rule]:
    if "rules" not in text.said:
        return
    parties, groups = choosing.parties(text.said), choosing.groups(text)
    named = {key: parties if key in ("supplier", "recipient") else groups for key in choosing.FIELDS}
    for name, said in text.said["rules"].items():
        yield _rule(text, ("rules", name), named, said)


def _rule(text: Text, path: Path, named: Mapping[str, choosing.Named], said: Mapping[str, Any]) -> Rule:
    of_whom: dict[str, Any] = {
        dimension: choosing.chosen(text, (*path, key), dimension, named[dimension], said.get(key))
        for dimension, key in choosing.FIELDS.items()
    }
    article, instead = said["article"], said.get("instead", [])
    known: dict[str, Any] = {
        key: tuple(said.get(key, ())) for key in ("when", "when_false", "unless", "over", "record")
    }
    for key in ("when", "when_false", "unless"):
        _check_facts(text, (*path, key), known[key])
    return Rule(
        name=str(path[-1]),
        says=Says(said["says"]),
        **of_whom,
        **known,
        articles=tuple(article) if isinstance(article, list) else (article,),
        text=said["text"],
        needs=tuple(_need(text, (*path, "needs", place), need) for place, need in enumerate(said.get("needs", ()))),
        secrecy=bool(said.get("secrecy")),
        must=bool(said.get("must")),
        instead=() if instead == "by_kind" else tuple(instead),
        instead_by_kind=instead == "by_kind",
        status=said.get("status", "concept"),
        note=said.get("note", ""),
    )


def _need(text: Text, path: Path, said: str | Mapping[str, Any]) -> Need:
    ways = (said,) if isinstance(said, str) else tuple(said["any"])
    _check_facts(text, path, ways)
    return Need(ways, facts()[ways[0]].condition if isinstance(said, str) else said["text"])


def _check_facts(text: Text, path: Path, names: Iterable[str]) -> None:
    for name in names:
        if name not in FACTS:
            raise text.wrong(path, f"Het feit '{name}' is niet bekend. Kies uit facts.yaml.")
