"""Agreements in the small world, made as governance makes them: written by Esra, put in force by Lucas."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.sharing import actions
from knooppunt.sharing.actions import Read, Signature
from knooppunt.sharing.models import Agreement
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, Terms
from tests.world import World

MEMBERS = ("gemeente-zaanstad", "politie", "ggd", "ggz", "wijkteam-zaanstad", "corporatie")
"""The members of the local table in the world."""
CATEGORIES = ("identity_contact", "housing", "police", "guidance_care_help")
FRAME = "WPG20_CONVENANT"


def agree(
    world: World, parties: Sequence[str] = MEMBERS, *, by: tuple[str, str] = ("esra", "lucas"), **changes: Any
) -> UUID:
    """An agreement in force from today, between these organisations."""
    key = drafted(world, parties, by=by[0], **changes)
    for party in parties:
        signature = Signature(world.organisations[party], "N. Voorbeeld", "bestuurder", clock.today())
        actions.sign_agreement(world.actor(by[0]), key, signature, read=read(key))
    return actions.put_in_force(world.actor(by[1]), key, read=read(key))


def drafted(
    world: World, parties: Sequence[str] = MEMBERS, *, by: str = "esra", region: str = "VR11", **changes: Any
) -> UUID:
    """A draft of the same."""
    regime = changes.get("regime", FRAME)
    said: dict[str, Any] = {
        "kind": "convenant",
        "title": "Convenant lokale aanpak",
        "purpose": "Samen overlast verminderen.",
        "regime": FRAME,
        "categories": CATEGORIES,
        "starts_on": clock.today(),
        "review_on": changes.get("ends_on") or changes.get("starts_on") or clock.today(),
    }
    if regime == FRAME:
        said |= {"decision": dict.fromkeys(DECISION_FIELDS, "Zo is het."), "competent_authority": "de burgemeester"}
    terms = Terms(**{**said, **changes})
    return actions.draft_agreement(
        world.actor(by), world.regions[region], terms, [world.organisations[one] for one in parties]
    )


def end(world: World, key: UUID, last_day: date) -> None:
    """Governance ends it."""
    actions.end_agreement(world.actor("esra"), key, last_day=last_day, read=read(key))


def read(key: UUID) -> Read:
    """The version that stands there now."""
    return Read(Agreement.objects.get(pk=key).version)
