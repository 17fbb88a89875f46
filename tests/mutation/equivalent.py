"""Mutants that change nothing anybody could notice, each with the reason. The nightly run says which fit no more."""

from collections.abc import Mapping

WITHOUT_ORGANISATION = "no professional is without an organisation and no organisation without a key: none is found"
EQUIVALENT: Mapping[str, str] = {
    "partners.access.own_staff · without part 2: actor.function is not Function.MAINTENANCE or actor.organisa": (
        WITHOUT_ORGANISATION
    ),
    "partners.access.own_staff · never: actor.organisation is None": WITHOUT_ORGANISATION,
    "partners.access.own_organisation · without part 2: actor.function is not Function.MAINTENANCE or actor.organisa": (
        WITHOUT_ORGANISATION
    ),
    "partners.access.own_organisation · never: actor.organisation is None": WITHOUT_ORGANISATION,
    "function kn_clear_intake · without here.subject_id = wanted": (
        "who occurs nowhere else than in this intake is the same person, whichever link is looked at first"
    ),
}
