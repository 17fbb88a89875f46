"""`knooppunt selftest`: does this installation have the safeguards that SECURITY.md promises?

Changes nothing that lasts. It looks as the roles that the processes use; what it tries to write is rolled back.
"""

from collections.abc import Callable, Iterator, Mapping

from django.conf import settings

from knooppunt.kernel.work import answer_to
from knooppunt.site import environment
from knooppunt.site.demo.cast import LOADED
from knooppunt.site.embedded import place
from knooppunt.site.selftest import entry, keeping, roles, running, walls
from knooppunt.site.selftest.finding import Finding, Installation, Outcome

__all__ = ["Finding", "Installation", "Outcome", "findings", "installation_at"]

PARTS: tuple[Callable[[Installation], Iterator[Finding]], ...] = (
    roles.findings,
    walls.findings,
    keeping.findings,
    entry.findings,
    running.findings,
)


def findings(installation: Installation) -> Iterator[Finding]:
    """One for each safeguard."""
    for part in PARTS:
        yield from part(installation)


def installation_at(variables: Mapping[str, str], url: str = "") -> Installation:
    """What these variables point at. A demo is one only on the embedded server of its own folder."""
    named = any(variables.get(f"KNOOPPUNT_DATABASE_URL_{role.upper()}") for role in roles.LOGINS)
    own = not named and place.place_of(environment.data_folder(variables)).files.exists()
    return Installation(variables, example=own and (settings.DEMO or answer_to(LOADED) is not None), url=url)
