"""The cast in both regions, and ways to be one of them."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.queries import acting_as
from knooppunt.site.demo.cast import persona
from knooppunt.site.demo.load import load_cast

Enter = Callable[[str], Client]


@pytest.fixture
def region(db: None) -> UUID:
    """Both regions with their cast; the id of VR11."""
    return load_cast()


@pytest.fixture
def enter(region: UUID) -> Enter:
    """A browser in which one of the cast is at work."""

    def entered(name: str) -> Client:
        client = Client()
        answer = client.post(f"/demo/enter/{name}")
        assert (answer.status_code, answer.url) == (303, "/")
        return client

    return entered


@pytest.fixture
def actor_of(region: UUID) -> Callable[[str], Actor]:
    """One of the cast as an actor, for what no page does."""
    from django.contrib.auth import get_user_model

    def actor(name: str) -> Actor:
        known = persona(name)
        assert known is not None
        viewer = acting_as(get_user_model().objects.get(email=known.email).pk, None)
        assert viewer is not None
        return Actor(viewer.professional, viewer.organisation, Function(viewer.function))

    return actor
