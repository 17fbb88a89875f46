"""Keeping routes as a region's file says them, and the tokens of systems that send reports."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.kernel.errors import BadInput, NotFoundForYou
from knooppunt.kernel.work import Work
from knooppunt.partners.queries import organisations, regions_of
from knooppunt.sharing.actions import designate_in
from knooppunt.sharing.rules import SubjectKind
from knooppunt.signals.access import Permission
from knooppunt.signals.models import ApiToken, Route
from knooppunt.signals.rules import JZV_KINDS, Kind

UNITS = ("working_days", "calendar_days")
ALL_ROUTES = "all"
TOKEN_ROUTES = (*(kind.value.lower() for kind in JZV_KINDS), ALL_ROUTES)
LONGEST_TOKEN = 200


@dataclass(frozen=True)
class TokenView:
    """What a token lets a system do; never the token itself."""

    id: UUID
    name: str
    organisation: UUID
    regions: tuple[str, ...]
    routes: tuple[str, ...]
    outcome_url: str

    def covers(self, kind: str) -> bool:
        """Whether reports of this kind may be sent with it."""
        return ALL_ROUTES in self.routes or kind.lower() in self.routes


def keep_route_in(work: Work, region_id: UUID, definition: Mapping[str, Any]) -> UUID:
    """Keeps a route as a region's file says it; returns its id. Kept again, it changes and stays the same route."""
    allow(work.actor, Permission.KEEP_ROUTE)
    code = str(definition.get("code", ""))
    known = {row.code: row for row in organisations(region=region_id).values()}
    receivers = [str(receiver) for receiver in definition.get("receivers", ())]
    unknown = [receiver for receiver in receivers if receiver not in known]
    if unknown or not receivers:
        raise BadInput(
            f"routes.{code}.receivers", f"name organisations of this region (not {', '.join(unknown) or 'none'})"
        )
    route, _ = Route.objects.update_or_create(region_id=region_id, code=code, defaults=_said(code, definition))
    chosen: list[Any] = [known[receiver].id for receiver in receivers]
    route.receivers.set(chosen)
    work.record("route.kept", route, code=code, region=region_id)
    return route.pk


def _said(code: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [str(kind) for kind in definition.get("kinds", ())]
    term = definition.get("term", {})
    if not code or not definition.get("title"):
        raise BadInput(f"routes.{code}", "give the route a code and a title")
    if not kinds or not set(kinds) <= {kind.value for kind in Kind}:
        raise BadInput(f"routes.{code}.kinds", f"choose from {', '.join(kind.value for kind in Kind)}")
    if not isinstance(term.get("amount"), int) or term["amount"] < 1 or term.get("unit") not in UNITS:
        raise BadInput(f"routes.{code}.term", f"give an amount of 1 or more and a unit: {' or '.join(UNITS)}")
    return {
        "title": str(definition["title"]),
        "kinds": kinds,
        "term_days": term["amount"],
        "term_in_working_days": term["unit"] == "working_days",
        "article": str(term.get("article", "")),
        "by_municipality": bool(definition.get("by_municipality", False)),
        "regime": str(definition.get("regime", "")),
    }


def digest_of(token: str) -> bytes:
    """What is kept of a token: it is long and random, so a plain digest suffices."""
    return hashlib.sha256(token.encode()).digest()


def make_token(
    actor: Actor,
    *,
    organisation: UUID,
    name: str,
    regions: Iterable[str] = (),
    routes: Iterable[str] = (ALL_ROUTES,),
    outcome_url: str = "",
) -> str:
    """Makes the mandate of a system and returns its token, once. Without regions: all those of the organisation."""
    chosen, wanted = _regions(organisation, regions), _routes(routes)
    _check_url(outcome_url)
    if not name.strip():
        raise BadInput("name", "Geef het token een naam waaraan u het herkent.")
    plain = f"kn_{secrets.token_urlsafe(32)}"
    # Only the organisation itself designates: the installation acts for it here.
    with Work(replace(actor, organisation=organisation), "make_token") as work:
        allow(actor, Permission.MAKE_TOKEN)
        row = ApiToken(
            organisation_id=organisation,
            name=name.strip()[:80],
            regions=chosen,
            routes=wanted,
            digest=digest_of(plain),
            outcome_url=outcome_url,
        )
        row.save(force_insert=True)
        view = _view(row)
        for route in Route.objects.filter(region__code__in=chosen):
            if any(view.covers(kind) for kind in route.kinds if kind in JZV_KINDS):
                designate_in(work, row.pk, organisation, (SubjectKind.ROUTE, route.pk), function=Function.SYSTEM)
        work.record("token.made", row, organisation=organisation, regions=chosen, routes=wanted)
        return plain


def end_token(actor: Actor, token: UUID) -> None:
    """Ends a token at once; what it sent stays."""
    with Work(actor, "end_token") as work:
        allow(actor, Permission.MAKE_TOKEN)
        row = ApiToken.objects.select_for_update().filter(pk=token, ended_at__isnull=True).first()
        if row is None:
            raise NotFoundForYou("token")
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        work.record("token.ended", row)


def token_actor(plaintext: str) -> tuple[Actor, TokenView] | None:
    """Who acts with this token; None when nobody (any more)."""
    if not plaintext or len(plaintext) > LONGEST_TOKEN:
        return None
    row = ApiToken.objects.filter(digest=digest_of(plaintext), ended_at__isnull=True).first()
    return None if row is None else (actor_of(_view(row)), _view(row))


def tokens_with_address() -> list[TokenView]:
    """Tokens in force that want outcomes sent to them."""
    return [_view(row) for row in ApiToken.objects.filter(ended_at__isnull=True).exclude(outcome_url="").order_by("id")]


def actor_of(token: TokenView) -> Actor:
    """The system that acts under this mandate."""
    return system_actor(f"api token {token.name}"[:80], token.organisation, token.id)


def _view(row: ApiToken) -> TokenView:
    return TokenView(row.pk, row.name, row.organisation_id, tuple(row.regions), tuple(row.routes), row.outcome_url)


def _regions(organisation: UUID, wanted: Iterable[str]) -> list[str]:
    own = [region.code for region in regions_of(organisation)]
    chosen = list(wanted) or own
    if not chosen or not set(chosen) <= set(own):
        raise BadInput("region", f"choose from the organisation's regions: {', '.join(own) or 'it has none'}")
    return chosen


def _routes(wanted: Iterable[str]) -> list[str]:
    chosen = list(wanted)
    if not chosen or not set(chosen) <= set(TOKEN_ROUTES):
        raise BadInput("route", f"choose from {', '.join(TOKEN_ROUTES)}")
    return chosen


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or len(url) > 200):
        raise BadInput("outcome-url", "give an https address of at most 200 characters")
