"""Sending outcomes to the systems that asked for them: at least once, with an id that tells a repeat."""

import json
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import UUID

from django.conf import settings

from knooppunt.kernel.outbox import declare_sender
from knooppunt.signals.actions.judging import OUTCOME_NOTICE
from knooppunt.signals.actions.routes import TokenView, actor_of, tokens_with_address
from knooppunt.signals.queries import OwnReport, own_report_by_id

SECONDS = 10
LOCAL = {"localhost", "127.0.0.1", "::1"}


class OutcomeNotDelivered(Exception):
    """The receiver could not be reached or did not accept; the outbox tries again. Names no person."""


class _NoRedirect(HTTPRedirectHandler):
    """The address was agreed on: what it points at elsewhere was not."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follows nothing."""


_opener = build_opener(_NoRedirect)


def may_be_sent_to(url: str) -> bool:
    """https only; in a demo also plain http on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (settings.DEMO and parts.scheme == "http" and parts.hostname in LOCAL)


def deliver(message: UUID, report: UUID) -> None:
    """Posts the outcome of a report to its sender's address; nothing where there is no address or no code."""
    found = _reached(report)
    if found is None:
        return
    token, own = found
    if not own.outcome_code:
        return
    if not may_be_sent_to(token.outcome_url):
        raise OutcomeNotDelivered("the address of this token is not https")
    _post(token.outcome_url, message, {"registratienummer": own.number, "status": own.outcome_code})


def _reached(report: UUID) -> tuple[TokenView, OwnReport] | None:
    """The first mandate with an address that reaches this report: each looks through its own eyes."""
    for token in tokens_with_address():
        own = own_report_by_id(actor_of(token), report)
        if own is not None:
            return token, own
    return None


def _post(url: str, message: UUID, outcome: dict[str, str]) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(message)}
    request = Request(url, data=json.dumps(outcome).encode(), headers=headers, method="POST")
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            status = answer.status
    except HTTPError as error:
        error.close()
        status = error.code
    except (URLError, TimeoutError, ConnectionError):
        raise OutcomeNotDelivered("the address of this token does not answer") from None
    if not 200 <= status < 300:
        raise OutcomeNotDelivered(f"the address of this token answered {status}")


declare_sender(OUTCOME_NOTICE, deliver)
