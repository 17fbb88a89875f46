"""Mutants that change nothing anybody could notice, each with the reason. The nightly run says which fit no more."""

from collections.abc import Iterable, Mapping

WITHOUT_ORGANISATION = "no professional is without an organisation and no organisation without a key: none is found"
WHERE_TO_LOOK = "it only says where to look first: every list that uses it asks its scope as well"
EQUIVALENT: Mapping[str, str] = {
    "partners.access.own_staff · without part 2: actor.function is not Function.MAINTENANCE or actor.organisa": (
        WITHOUT_ORGANISATION
    ),
    "partners.access.own_staff · never: actor.organisation is None": WITHOUT_ORGANISATION,
    "partners.access.own_organisation · without part 2: actor.function is not Function.MAINTENANCE or actor.organisa": (
        WITHOUT_ORGANISATION
    ),
    "partners.access.own_organisation · never: actor.organisation is None": WITHOUT_ORGANISATION,
    "sharing.access.Near.narrows · says yes to everything: narrows": WHERE_TO_LOOK,
    "sharing.access.Near.narrows · always: self.keys is None": WHERE_TO_LOOK,
    "sharing.access.Near.narrows · everything: Q(Among(F(column), self.keys))": WHERE_TO_LOOK,
    "sharing.access.near · always: len(found) > FEW": WHERE_TO_LOOK,
    "function kn_clear_quarantine · without status = 'stopped'": (
        "a constraint keeps a last day from whatever was not stopped, and without a last day nothing is cleared"
    ),
    "function kn_end_grants · a boundary wider at valid_until > kn_now": (
        "what ends at this very moment is made to end at this very moment"
    ),
    "function kn_texts · a boundary wider at wanted > 0": "one round more, which asks for no text at all",
    "function kn_clear_intake · without here.subject_id = wanted": (
        "who occurs nowhere else than in this intake is the same person, whichever link is looked at first"
    ),
}

EVERYWHERE: Mapping[str, str] = {
    "without (kn_d.organisation_id = kn_g.organisation_id)": (
        "a designation of another organisation is not shown to this session: sharing_designation has a wall of its own"
    ),
    "without (kn_g.organisation_id = (( SELECT kn_setting('organisation'::text) AS kn_setting": (
        "a grant of another organisation is not shown to this session: sharing_grant has a wall of its own"
    ),
}
"""The same, for what every policy says: by the part that is left out."""

WHOLE: Mapping[str, str] = {
    "function kn_subjects_near · ": "it only says where to look first: kn_reaches is asked about every row found there",
    "sharing.access.newest.": "it only says where to look: the wall judges what is counted, the scope what is shown",
}
"""And for what lets nobody in, whatever it says: by how the name begins."""


def reason_of(name: str) -> str | None:
    """Why nobody could notice this mutant, when that is so."""
    everywhere = EVERYWHERE.items() if name.startswith("policy ") else ()
    alike = (why for what, why in everywhere if name.endswith(what))
    return (
        EQUIVALENT.get(name) or next(alike, None) or next((WHOLE[one] for one in WHOLE if name.startswith(one)), None)
    )


def fit_no_more(names: Iterable[str]) -> set[str]:
    """What stands here, but is no mutant any more."""
    known = set(names)
    alike = {**EVERYWHERE, **WHOLE}
    said = {reason_of(name) for name in known}
    return (EQUIVALENT.keys() - known) | {what for what, why in alike.items() if why not in said}
