"""What the tests of Meldingen stand on."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from knooppunt.kernel.actor import system_actor
from knooppunt.signals.actions import ReportDraft, make_token
from knooppunt.signals.rules import Described
from tests.signals.sample import BSN
from tests.world import World
from tests.world import world as world


@pytest.fixture
def draft(world: World) -> Callable[..., ReportDraft]:
    """A report by form about Tobias van der Testman in Zaanstad, with changes."""

    def make(**changes: Any) -> ReportDraft:
        described = Described("Testman", "van der", "Tobias", None, BSN)
        said: dict[str, Any] = {
            "kind": "E33",
            "region": world.regions["VR11"],
            "municipality": world.municipalities["GM0479"],
            "happened": "Hij liep roepend over straat.",
            "described": described,
        }
        return ReportDraft(**{**said, **changes})

    return make


class System:
    """A system that sends reports with a token."""

    def __init__(self, world: World, **limits: Any) -> None:
        said = {"organisation": "politie", "name": "meldkamer", "regions": ["VR11"], **limits}
        said["organisation"] = world.organisations[said["organisation"]]
        self.token = make_token(system_actor("tests"), **said)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"})

    def send(self, said: Any, method: str = "post", path: str = "") -> Any:
        """Posts (or puts) a body, as an object or as bytes."""
        sent = said if isinstance(said, bytes) else json.dumps(said).encode()
        return getattr(self.client, method)(f"/api/v1/meldingen{path}", sent, content_type="application/json")

    def get(self, path: str = "") -> Any:
        """Reads back."""
        return self.client.get(f"/api/v1/meldingen{path}")


@pytest.fixture
def system(world: World) -> Callable[..., System]:
    """Makes a system with a token of its own."""
    return lambda **limits: System(world, **limits)
