"""The cast, each with the own organisation only: these tests are about the frame, not about what one may see."""

from collections.abc import Callable, Iterator
from datetime import date
from importlib import reload
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import clear_url_caches

from knooppunt.kernel.actor import system_actor
from knooppunt.kernel.work import Work
from knooppunt.partners.actions.region import (
    NewProfessional,
    keep_organisation_in,
    keep_region_in,
    load_professional,
)
from knooppunt.site import urls
from knooppunt.site.demo.cast import persona, read

LOADER = system_actor("test")
SINCE, TRAINED = date(2020, 1, 1), date(2099, 12, 31)
Known = Callable[[str], UUID]


@pytest.fixture
def known(db: None) -> Known:
    """Makes one of the cast known: a region without municipalities, the organisation, the account."""
    said = read("regions/VR11.yaml")
    organisations = {entry["code"]: entry for entry in said["organisations"]}

    def make(name: str) -> UUID:
        person = persona(name)
        assert person is not None
        with Work(LOADER, "know") as work:
            region = keep_region_in(work, {**said, "municipalities": []})
            keep_organisation_in(work, region, {**organisations[person.organisation], "area": None})
        new = NewProfessional(
            name=person.display_name,
            email=person.email,
            organisation=person.organisation,
            functions=(person.function,),
            job_title=person.job_title,
            active_from=SINCE,
            screened_on=SINCE,
            trained_until=TRAINED,
        )
        return load_professional(LOADER, new)

    return make


@pytest.fixture
def enter(known: Known) -> Callable[[str], Client]:
    """A browser in which one of the cast is at work."""

    def entered(name: str) -> Client:
        known(name)
        client = Client()
        answer = client.post(f"/demo/enter/{name}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        return client

    return entered


@pytest.fixture
def outside_demo(settings: Any) -> Iterator[None]:
    """As in production, but over plain http."""
    settings.DEMO = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = False
    reload(urls)
    clear_url_caches()
    yield
    settings.DEMO = True
    reload(urls)
    clear_url_caches()
