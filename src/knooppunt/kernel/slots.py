"""Named places on a page that a higher room fills with an address, loaded as a fragment."""

from collections.abc import Callable
from uuid import UUID

Fill = Callable[[UUID], str]

_slots: dict[str, list[Fill]] = {}


def fill(slot: str, address_for: Fill) -> None:
    """Called by `site` at start-up: what shows in the slot for a subject."""
    _slots.setdefault(slot, []).append(address_for)


def addresses(slot: str, subject: UUID) -> list[str]:
    """The addresses a page loads for this slot; none while no higher room is there."""
    return [address_for(subject) for address_for in _slots.get(slot, [])]
