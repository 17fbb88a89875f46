"""Own information that is closed for who came to take part later: opening it after all, or saying why not."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from knooppunt.cases import actions, queries
from knooppunt.cases.actions import OpenDraft
from knooppunt.cases.forms.information import KeepClosedForm, OpenForm
from knooppunt.cases.queries.parts import InformationPage, ItemLine
from knooppunt.cases.web.parts import Sheet, bound, done, form_page, sent
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door
from knooppunt.kernel.errors import NotFoundForYou, Refused
from knooppunt.sharing.rules.supplying import QuestionsFirst

OPEN = Sheet(_("Alsnog openen"), _("Openen"), "information")
KEEP = Sheet(
    _("Vastleggen waarom dit dicht blijft"),
    _("Vastleggen"),
    "information",
    _("Niet delen is een gewone keuze. Wie het gegeven nu ziet, blijft het zien."),
)

works = require_http_methods(["GET", "HEAD", "POST"])


@door(Function.EXECUTION)
@works
def open_later(request: Request, case_id: UUID, item_id: UUID) -> HttpResponse:
    """Opens an own item for who came later, when the law lets it."""
    page, line = _own_item(request, case_id, item_id)
    form = OpenForm(consents=page.consents_that_hold, **bound(request))

    def act() -> None:
        said = form.cleaned_data
        named = UUID(said["consent"]) if said.get("consent") else None
        draft = OpenDraft(form.facts, said["motivation"], named)
        try:
            actions.open_to_later(request.actor, case_id, item_id, draft, once=form.once)
        except QuestionsFirst as found:
            form.ask(found.conditions)
            raise

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Dit staat nu open voor wie het eerst niet zag."), "cases:information", case_id)
    return form_page(request, page.head, form, OPEN, status=tried.status, context={"item": line})


@door(Function.EXECUTION)
@works
def keep_closed(request: Request, case_id: UUID, item_id: UUID) -> HttpResponse:
    """Records that an own item stays closed for who came later, and why."""
    page, line = _own_item(request, case_id, item_id)
    form = KeepClosedForm(**bound(request))

    def act() -> None:
        actions.keep_closed(request.actor, case_id, item_id, form.cleaned_data["reason"], once=form.once)

    tried = sent(request, lambda: attempt(form, act))
    if tried:
        return done(request, _("Vastgelegd waarom dit dicht blijft."), "cases:information", case_id)
    return form_page(request, page.head, form, KEEP, status=tried.status, context={"item": line})


def _own_item(request: Request, case_id: UUID, item_id: UUID) -> tuple[InformationPage, ItemLine]:
    page = queries.information_page(request.actor, case_id)
    line = next((one for _label, lines in page.by_category for one in lines if one.id == item_id), None)
    if line is None or line.supplier_id != request.actor.organisation:
        raise NotFoundForYou("Item")
    if not page.head.may.contribute:
        raise Refused([str(_("U kunt in deze casus nu geen informatie inbrengen."))])
    return page, line
