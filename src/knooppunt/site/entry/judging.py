"""Whether somebody who comes from a log-in service may enter. Plain rules: the token says who knocks, nothing more.

Organisation, functions and designations come from Beheer. A token that contradicts them is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from knooppunt.site.entry.providers import Provider


class Reason(StrEnum):
    """Why somebody is not let in. The texts for people stand in `texts.py`."""

    UNKNOWN = "unknown"
    OTHER_ORGANISATION = "other_organisation"
    OTHER_DOMAIN = "other_domain"
    ADDRESS_NOT_VERIFIED = "address_not_verified"
    NOT_EMPLOYED = "not_employed"
    BIND_FIRST = "bind_first"
    BOUND_TO_ANOTHER = "bound_to_another"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Knock:
    """What a verified token says of whoever knocks."""

    subject: str
    email: str
    email_verified: bool | None
    acr: str
    amr: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What Beheer says of an account."""

    organisation: str
    works: bool
    untouched: bool
    """No password, second factor or binding: nobody ever came in with this account."""


def knock_of(claims: Mapping[str, Any]) -> Knock:
    """The few claims that count; whatever else the token holds is not read."""
    verified, amr = claims.get("email_verified"), claims.get("amr")
    return Knock(
        subject=str(claims["sub"]),
        email=str(claims.get("email") or "").strip().lower(),
        # Some services send the word instead of the value.
        email_verified=None if verified is None else verified in (True, "true"),
        acr=str(claims.get("acr") or ""),
        amr=tuple(str(one) for one in amr) if isinstance(amr, list) else (),
    )


def contradiction(provider: Provider, knock: Knock) -> Reason | None:
    """What in the token itself does not fit this service."""
    if knock.email and knock.email.rpartition("@")[2] not in provider.domains:
        return Reason.OTHER_DOMAIN
    if knock.email_verified is False:
        return Reason.ADDRESS_NOT_VERIFIED
    return None


def objection_to_entering(provider: Provider, known: Known) -> Reason | None:
    """Why this account may not enter by way of this service."""
    if known.organisation != provider.organisation:
        return Reason.OTHER_ORGANISATION
    return None if known.works else Reason.NOT_EMPLOYED


def objection_to_binding_by_address(provider: Provider, knock: Knock, known: Known) -> Reason | None:
    """Why an address alone does not bind this account: only one that nobody ever used can be bound that way."""
    if not (knock.email_verified or provider.trusts_email):
        return Reason.ADDRESS_NOT_VERIFIED
    return None if known.untouched else Reason.BIND_FIRST


def did_second_factor(provider: Provider, knock: Knock) -> bool:
    """Whether the token says that a second factor was used, in the words that this service was configured with."""
    return (bool(knock.acr) and knock.acr in provider.acr) or bool(set(knock.amr) & set(provider.amr))
