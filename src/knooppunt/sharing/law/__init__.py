"""Reads the law that is shipped as files; each version once, frozen."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from knooppunt.kernel.errors import Refused
from knooppunt.sharing.rules import Participant, Regime


@lru_cache(maxsize=1)
def versions() -> tuple[Regime, ...]:
    """Every shipped version of every regime, oldest first."""
    folder = files(__package__).joinpath("regimes")
    read = [_regime(entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return tuple(sorted(read, key=lambda regime: (regime.code, regime.valid_from)))


def in_force(code: str, on: date) -> Regime:
    """The version of a regime on a day; `Refused` when there is none."""
    for regime in versions():
        if regime.code == code and regime.in_force(on):
            return regime
    raise Refused([f"Op {on:%d-%m-%Y} geldt het kader {code} niet."])


def by_reference(reference: str) -> Regime:
    """The version that a case or grant names."""
    for regime in versions():
        if regime.reference == reference:
            return regime
    raise Refused([f"De versie {reference} van het juridisch kader is niet bekend in deze installatie."])


def _regime(content: bytes) -> Regime:
    said: Mapping[str, Any] = yaml.safe_load(content)
    secrecy = said.get("secrecy", {})
    return Regime(
        code=said["regime"],
        title=said["title"],
        version=str(said["version"]),
        valid_from=said["valid_from"],
        valid_to=said["valid_to"],
        status=said["status"],
        purpose=said["purpose"]["text"],
        purpose_article=said["purpose"]["article"],
        retention_years=said["retention"]["years"],
        categories={code: entry["label"] for code, entry in said["categories"].items()},
        participants={kind: _participant(entry) for kind, entry in said["participants"].items()},
        secrecy_always=frozenset(secrecy.get("kinds_always", ())),
        secrecy_unknown=frozenset(secrecy.get("kinds_unknown", ())),
        secrecy_article=secrecy.get("article", said["purpose"]["article"]),
        secrecy_ways=dict(secrecy.get("gate_texts", {})),
        instead={kind: entry["instead"] for kind, entry in said["not_participants"]["kinds"].items()},
        digest=hashlib.sha256(content).hexdigest(),
    )


def _participant(entry: Mapping[str, Any]) -> Participant:
    return Participant(
        classes=frozenset(entry["class"].split("|")) | {entry.get("when_public", entry)["class"].split("|")[0]},
        article=entry["article"],
        receives=frozenset(entry["receives"]),
        supplies=frozenset(entry["supplies"]),
    )
