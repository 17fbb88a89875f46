"""Second factors: whether somebody has one, and what follows when one changes."""

import time
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from knooppunt.kernel import sessions
from knooppunt.kernel.actor import Actor, Function
from knooppunt.partners.actions.entry import Change, note_change

OWN = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
BY_SERVICE = "sso"
FRESH = 15 * 60
"""Seconds within which somebody without a password of ours must have logged in to change how the account is entered."""


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for our own second factor, unless the organisation's log-in service vouched for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return super()._should_handle(request) and not service_did(request, self.login.user)


def record_service(request: HttpRequest, user: Any, provider: str, *, second_factor: bool) -> None:
    """Remembers in the session that the log-in service vouched for this user, and for a second factor or not."""
    record_authentication(request, user, BY_SERVICE, provider=provider, second_factor=second_factor)


def service_did(request: HttpRequest, user: Any) -> bool:
    """Whether the log-in service vouched for a second factor in this session."""
    return any(
        record.get("method") == BY_SERVICE and record.get("second_factor") is True
        for record in get_authentication_records(request, user)
    )


def has_one(request: HttpRequest) -> bool:
    """Whether whoever is logged in has a second factor: an own one, or that of the log-in service."""
    return service_did(request, request.user) or is_mfa_enabled(request.user, OWN)


def is_fresh(request: HttpRequest) -> bool:
    """Whether we can ask this person to say again who it is, or the log-in service said so just now."""
    if get_reauthentication_flows(request.user):
        return True
    latest = [r["at"] for r in get_authentication_records(request, request.user) if r.get("method") == BY_SERVICE]
    return bool(latest) and time.time() - max(latest) < FRESH


def _account(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))


def after_change(request: HttpRequest, change: Change) -> None:
    """Other sessions of this account end, and the log says what changed."""
    sessions.end_sessions(_account(request), but=request.session.session_key)
    note(request, change)


def note(request: HttpRequest, change: Change, **detail: Any) -> None:
    """The log says what changed, also when something hinders this person's work; an account without one has no line."""
    viewer = getattr(request, "viewer", None)
    if viewer is not None:
        origin = request.actor.origin  # type: ignore[attr-defined]
        actor = Actor(viewer.professional, viewer.organisation, Function(viewer.function), origin=origin)
        note_change(actor, change, **detail)
