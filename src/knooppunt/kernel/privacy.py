"""How private a field is: every field of every table says so, or the build fails."""

from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Field

Anything = TypeVar("Anything", bound="Field[Any, Any]")


class Privacy(StrEnum):
    """The privacy classes of a field, from nothing to hide to what identifies a resident."""

    NONE = "none"
    PROFESSIONAL = "professional"
    RESIDENT_KEY = "resident_key"
    RESIDENT_CONTENT = "resident_content"
    RESIDENT_IDENTITY = "resident_identity"
    SECRET = "secret"  # nosec B105


def private(field: Anything, privacy: Privacy) -> Anything:
    """Marks a field with its class; a field without a mark must be a key, code, date or number."""
    field.knooppunt_privacy = privacy  # type: ignore[attr-defined]
    return field


def privacy_of(field: "Field[Any, Any]") -> Privacy:
    """The class of a field; unmarked means `none`: the completeness test allows it for keys, codes, dates, numbers."""
    found = getattr(field, "knooppunt_privacy", Privacy.NONE)
    return Privacy(found)
