"""What every page knows: whether it is a demo, who looks, and which places that function may open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from knooppunt.kernel.actor import Function
from knooppunt.site.functions import LABELS


@dataclass(frozen=True)
class Who:
    """Who looks, as the bar shows it."""

    name: str
    organisation: str
    function_label: str
    functions: tuple[tuple[str, str], ...]
    seeks_persons: bool = False
    seeks_texts: bool = False


@dataclass(frozen=True)
class Place:
    """A work place in the menu; `count` is how much waits there, where that is known."""

    url: str
    label: str
    icon: str
    current: bool = False
    count: int | None = None
    apart: bool = False


ASK = "/delen/"
"""Open to everyone; in the menu it stands apart from the places where one works."""

PLACES: Mapping[str, tuple[str, str]] = {
    "/": ("Mijn werk", "home"),
    "/meldingen/": ("Meldingen", "report"),
    "/triage/": ("Triage", "triage"),
    "/casussen/": ("Casussen", "case"),
    "/overleg/": ("Overleg", "meeting"),
    "/beheer/": ("Beheer", "settings"),
    ASK: ("Mag ik dit delen?", "share"),
}

SEEK_PERSONS = (Function.EXECUTION, Function.OVERSIGHT)
"""Who else searches, finds partners and explanation; a form for persons would only be refused."""

OPEN_TO: Mapping[Function, tuple[str, ...]] = {
    Function.EXECUTION: ("/", "/meldingen/", "/triage/", "/casussen/", "/overleg/", ASK),
    Function.OVERSIGHT: ("/", "/casussen/", ASK),
    Function.COUNTS: ("/", ASK),
    Function.GOVERNANCE: ("/", "/beheer/", ASK),
    Function.MAINTENANCE: ("/", "/beheer/", ASK),
}


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of page.html."""
    return {
        "demo": settings.DEMO,
        "demo_text": _("Voorbeeldomgeving. Alle inwoners en zaken zijn verzonnen."),
        "viewer": _who(request),
        "places": _places(request),
        "page_key": _key(request),
    }


def _key(request: HttpRequest) -> str:
    """What tells this page's title from others of its kind and names nobody. Under a case its number does that."""
    match = request.resolver_match
    if match is None:
        return ""
    numbered = {"case_id"} if match.namespace == "cases" else set()
    keys = [key for name, key in match.kwargs.items() if isinstance(key, UUID) and name not in numbered]
    return keys[-1].hex[:6] if keys else ""


def _who(request: HttpRequest) -> Who | None:
    found = getattr(request, "viewer", None)
    if found is None:
        return None
    label = str(LABELS[Function(found.function)])
    # Whoever wears one hat is known by the job; with several hats the one that is on matters most.
    shown = label if len(found.functions) > 1 else (found.job_title or label)
    functions = tuple((code, str(LABELS[Function(code)])) for code in found.functions)
    seeks, reads = found.function in SEEK_PERSONS, found.function == Function.EXECUTION
    return Who(found.name, found.organisation_name, shown, functions, seeks, reads)


def _places(request: HttpRequest) -> list[Place]:
    actor = getattr(request, "actor", None)
    urls = OPEN_TO.get(actor.function, ()) if actor else ()
    return [
        Place(url, _(PLACES[url][0]), PLACES[url][1], current=_is_here(request, url), apart=url == ASK) for url in urls
    ]


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == "/" else request.path.startswith(url)
