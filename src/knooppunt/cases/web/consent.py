"""Consent: recording it, and recording that it was withdrawn."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from knooppunt.cases import actions, queries
from knooppunt.cases.forms.consent import ConsentForm, WithdrawConsentForm
from knooppunt.cases.queries.parts import InformationPage
from knooppunt.cases.rules import ConsentHow
from knooppunt.cases.web.parts import Sheet, bound, done, form_page, sent
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door
from knooppunt.kernel.errors import NotFoundForYou, Refused

RECORD = Sheet(
    _("Toestemming vastleggen"),
    _("Vastleggen"),
    "information",
    _("Wie instemt, mag dat altijd weer intrekken. Nee zeggen mag ook, en heeft geen gevolgen voor hulp."),
)
WITHDRAW = Sheet(
    _("Toestemming intrekken"),
    _("Intrekken"),
    "information",
    _(
        "Wat op deze toestemming rust, gaat meteen dicht voor wie het zonder toestemming niet mag zien. Wat al is"
        " gezien, blijft in het logboek staan."
    ),
    danger=True,
)

works = require_http_methods(["GET", "HEAD", "POST"])


@door(Function.EXECUTION)
@works
def consent(request: Request, case_id: UUID) -> HttpResponse:
    """Records consent."""
    page = _contributable(request, case_id, consenting=True)
    head = page.head
    form = ConsentForm(
        persons=[(str(one.id), one.name) for one in head.persons],
        categories=page.all_categories,
        organisations=page.parties,
        **bound(request),
    )
    tried = sent(
        request,
        lambda: attempt(form, lambda: actions.record_consent(request.actor, case_id, form.draft, once=form.once)),
    )
    if tried:
        return done(request, _("De toestemming is vastgelegd."), "cases:information", case_id, anchor="#consents")
    return form_page(request, head, form, RECORD, status=tried.status)


@door(Function.EXECUTION)
@works
def withdraw_consent(request: Request, case_id: UUID, consent_id: UUID) -> HttpResponse:
    """Records that consent was withdrawn."""
    page = _contributable(request, case_id)
    line = next((one for one in page.consents if one.id == consent_id), None)
    if line is None:
        raise NotFoundForYou("Consent")
    form = WithdrawConsentForm(**bound(request))

    def act() -> int:
        how = ConsentHow(form.cleaned_data["how"])
        return actions.withdraw_consent(request.actor, case_id, consent_id, how, once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _withdrawn(tried.result or 0), "cases:information", case_id, anchor="#consents")
    return form_page(request, page.head, form, WITHDRAW, status=tried.status, context={"consent": line})


def _withdrawn(closed: int) -> str:
    said = str(_("De toestemming is ingetrokken."))
    if not closed:
        return said
    more = ngettext(
        "%(number)d gegeven ging dicht voor wie het zonder toestemming niet mag zien.",
        "%(number)d gegevens gingen dicht voor wie ze zonder toestemming niet mag zien.",
        closed,
    )
    return f"{said} {more % {'number': closed}}"


def _contributable(request: Request, case_id: UUID, *, consenting: bool = False) -> InformationPage:
    page = queries.information_page(request.actor, case_id, consenting=consenting)
    if not page.head.may.contribute:
        raise Refused([str(_("U kunt in deze casus nu geen toestemming vastleggen."))])
    return page
