"""The parts of a case that one reads: overview, information, network, consultations, timeline, accountability."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from knooppunt.cases import queries
from knooppunt.cases.actions import ItemDraft, add_to_circle, share_item
from knooppunt.cases.forms.circle import CircleForm
from knooppunt.cases.forms.information import ShareForm, WithholdForm
from knooppunt.cases.queries.parts import InformationPage
from knooppunt.cases.web.looks import told
from knooppunt.cases.web.network import picture_of
from knooppunt.cases.web.parts import Sheet, bound, done, form_page, part_page, sent
from knooppunt.cases.web.purpose import asks_purpose, purpose_for
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door, takes_a_file
from knooppunt.kernel.errors import Refused
from knooppunt.kernel.uploads import Sent
from knooppunt.sharing.rules.supplying import QuestionsFirst
from knooppunt.sharing.web.asking import ask_address

SHARE = Sheet(_("Informatie inbrengen"), _("Informatie delen"), "information")
WITHHOLD = Sheet(
    _("Vastleggen dat ik iets niet deel"),
    _("Vastleggen"),
    "information",
    _("Niet delen is een gewone keuze. Partners die deze categorie zien, lezen wel dát u iets niet deelt en waarom."),
)
CIRCLE = Sheet(
    _("Iemand uit de directe kring toevoegen"),
    _("Toevoegen"),
    "network",
    _("Alleen een gezinslid of iemand met wie de inwoner direct contact heeft, en alleen als het nodig is (Bgs 2.19)."),
)

readers = door(Function.EXECUTION, Function.OVERSIGHT)


@readers
@require_safe
@asks_purpose
def overview(request: Request, case_id: UUID) -> HttpResponse:
    """Where the case stands."""
    page = queries.overview_page(request.actor, case_id, purpose_for(request, case_id))
    return part_page(request, page.head, "overview", {"page": page, "withheld": page.withheld})


@readers
@require_safe
@asks_purpose
def information(request: Request, case_id: UUID) -> HttpResponse:
    """Items by category, and what was not shared."""
    page = queries.information_page(request.actor, case_id, purpose_for(request, case_id))
    may_i_share = ask_address(page.head.organisation_kind, page.head.regime_reference.partition("@")[0])
    return part_page(request, page.head, "information", {"page": page, "may_i_share": may_i_share})


@door(Function.EXECUTION)
@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: Request, case_id: UUID) -> HttpResponse:
    """Brings one piece of information in."""
    page = _contributable(request, case_id)
    form = ShareForm(
        supplies=page.supplies,
        ways=page.secrecy_ways,
        asked=page.secrecy_asked,
        consents=page.consents_that_hold,
        **bound(request),
    )
    tried = sent(request, lambda: attempt(form, lambda: _bring_in(request, case_id, form)))
    if tried:
        return done(request, _("Uw informatie staat in de casus."), "cases:information", case_id)
    form.ask_for_file_again()
    return form_page(request, page.head, form, SHARE, status=tried.status)


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def withhold(request: Request, case_id: UUID) -> HttpResponse:
    """Records that something is not shared, and why."""
    page = _contributable(request, case_id)
    form = WithholdForm(supplies=page.supplies, **bound(request))
    tried = sent(request, lambda: attempt(form, lambda: _bring_in(request, case_id, form)))
    if tried:
        return done(request, _("Vastgelegd dat u dit niet deelt."), "cases:information", case_id)
    return form_page(request, page.head, form, WITHHOLD, status=tried.status)


def _contributable(request: Request, case_id: UUID) -> InformationPage:
    page = queries.information_page(request.actor, case_id)
    if not page.head.may.contribute:
        raise Refused(["U kunt in deze casus nu geen informatie inbrengen."])
    return page


def _bring_in(request: Request, case_id: UUID, form: ShareForm | WithholdForm) -> UUID:
    try:
        return share_item(request.actor, case_id, _item(form), once=form.once)
    except QuestionsFirst as found:
        # The page comes back with exactly these questions; what was typed stays.
        if isinstance(form, ShareForm):
            form.ask(found.conditions)
        raise


def _item(form: ShareForm | WithholdForm) -> ItemDraft:
    said = form.cleaned_data
    return ItemDraft(
        category=said["category"],
        subject=said["subject"],
        text=said["text"],
        secrecy_way=said.get("secrecy_way", ""),
        secrecy_note=said.get("secrecy_note", ""),
        conditions=said.get("conditions", ""),
        withheld=isinstance(form, WithholdForm),
        file=_sent_along(said.get("file")),
        facts=form.facts if isinstance(form, ShareForm) else {},
        motivation=said.get("motivation", ""),
        consent=UUID(said["consent"]) if said.get("consent") else None,
    )


def _sent_along(file: "UploadedFile[bytes] | None") -> Sent | None:
    return Sent(file.name or "", file.read()) if file else None


@readers
@require_safe
@asks_purpose
def network(request: Request, case_id: UUID) -> HttpResponse:
    """Persons and organisations around them, as a picture and as a list."""
    page = queries.network_page(request.actor, case_id, purpose_for(request, case_id))
    return part_page(request, page.head, "network", {"picture": picture_of(page.head)})


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def circle(request: Request, case_id: UUID) -> HttpResponse:
    """Adds someone of the direct circle."""
    head = queries.network_page(request.actor, case_id).head
    if not head.may.direct_case:
        raise Refused([str(_("Dit doet de casusregisseur of de procesregisseur. Vraag het aan die collega."))])
    form = CircleForm(**bound(request))
    tried = sent(request, lambda: attempt(form, lambda: _add_to_circle(request, case_id, form)))
    if tried:
        return done(request, _("Toegevoegd aan de directe kring."), "cases:network", case_id)
    return form_page(request, head, form, CIRCLE, status=tried.status)


def _add_to_circle(request: Request, case_id: UUID, form: CircleForm) -> UUID:
    return add_to_circle(request.actor, case_id, form.identity, form.cleaned_data["relation"], once=form.once)


@readers
@require_safe
@asks_purpose
def consultations(request: Request, case_id: UUID) -> HttpResponse:
    """The sittings on this case."""
    page = queries.consultations_page(request.actor, case_id, purpose_for(request, case_id))
    return part_page(request, page.head, "consultations", {"sittings": page.consultations})


@readers
@require_safe
@asks_purpose
def timeline(request: Request, case_id: UUID) -> HttpResponse:
    """What happened, newest first."""
    page = queries.timeline_page(request.actor, case_id, purpose_for(request, case_id))
    return part_page(request, page.head, "timeline", {"moments": page.moments})


@readers
@require_safe
@asks_purpose
def accountability(request: Request, case_id: UUID) -> HttpResponse:
    """What was supplied, on which basis, until when; for oversight also who looked."""
    page = queries.accountability_page(request.actor, case_id, purpose_for(request, case_id))
    return part_page(request, page.head, "accountability", {"page": page, "looks": told(page.looks)})
