"""The pages of Meldingen: the inbox, registering, one report and what may be done with it."""

import csv
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, desk_at, door
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.partners import queries as partners
from knooppunt.people.actions import join_persons
from knooppunt.signals import queries
from knooppunt.signals.actions import judge_report, register_report, withdraw_report
from knooppunt.signals.forms import (
    FORM_OF_KIND,
    FORMS,
    FilterForm,
    JoinForm,
    JudgeForm,
    ReportForm,
    WithdrawForm,
)
from knooppunt.signals.queries import BOXES, PER_PAGE, SORTS, TERMS, InboxFilter, ReportPage
from knooppunt.signals.rules import Kind

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def _chosen(query: QueryDict) -> InboxFilter:
    """Choices from the address; one that does not exist counts as none."""
    page = query.get("pagina", "1")
    return InboxFilter(
        box=_one_of(query.get("lijst", ""), BOXES) or BOXES[0],
        route=query.get("route", "").replace("\x00", "")[:40],
        kind=_one_of(query.get("soort", ""), [kind.value for kind in Kind]),
        term=_one_of(query.get("termijn", ""), TERMS),
        sort=_one_of(query.get("sorteer", ""), list(SORTS)),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def _one_of(value: str, choices: list[str] | tuple[str, ...]) -> str:
    return value if value in choices else ""


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def inbox(request: Request) -> HttpResponse:
    """The reports to judge, those handled, and those that the own organisation sent."""
    chosen = _chosen(request.GET)
    view = queries.inbox(request.actor, chosen)
    labels = {"open": _("Te beoordelen"), "afgehandeld": _("Afgehandeld"), "gemeld": _("Door ons gemeld")}
    context = {
        "view": view,
        "chosen": chosen,
        "sort": chosen.order,
        "form": FilterForm(chosen, view.routes, view.kinds),
        "filtered": bool(chosen.route or chosen.kind or chosen.term),
        "page": Paginator(range(view.count), PER_PAGE).get_page(chosen.page),
        "tabs": [{"url": f"?lijst={box}", "label": labels[box], "current": box == chosen.box} for box in BOXES],
        "may_register": request.actor.function is Function.EXECUTION,
    }
    return render(request, "signals/inbox.html", context)


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def export(request: Request) -> HttpResponse:
    """The same list as a file, without whom it is about."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="meldingen.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    for row in queries.export(request.actor, _chosen(request.GET)):
        # A spreadsheet must not take what a sender typed for a formula.
        writer.writerow([f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in row])
    return answer


@door(Function.EXECUTION)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """The form of police, reporting desk or neighbourhood team; nothing typed is lost when something is wrong."""
    sender = partners.organisation(request.viewer.organisation)  # type: ignore[attr-defined]
    which = _one_of(request.GET.get("formulier", ""), list(FORMS)) or FORM_OF_KIND.get(sender.kind, "meldpunt")
    places, kinds = _places_and_kinds(sender.id)
    chosen = [kind for kind in FORMS[which][1] if kind in kinds]
    form = ReportForm(request.POST or None, kinds=chosen, places=places, desk=desk_at(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = register_report(request.actor, form.draft, once=form.once)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.mend)
        else:
            messages.success(request, _("De melding is verstuurd."))
            return redirect("signals:report", made)
    tabs = [{"url": f"?formulier={key}", "label": FORMS[key][0], "current": key == which} for key in FORMS]
    context = {"form": form, "which": which, "tabs": tabs}
    return render(request, "signals/register.html", context, status=422 if form.errors else 200)


def _places_and_kinds(organisation: UUID) -> tuple[list[tuple[str, list[tuple[str, str]]]], set[str]]:
    """Municipalities by region ("region/municipality"), and the kinds that have a route in one of them."""
    places, kinds = [], set()
    for region in partners.regions_of(organisation):
        known = partners.municipalities(region.id, clock.today())
        choices = [(f"{region.id}/{key}", name) for key, name in known.items()]
        places.append((region.name, [*choices, (f"{region.id}/", _("gemeente niet bekend"))]))
        kinds |= {kind for route in queries.routes_in(region.id) for kind in route.kinds}
    return places, kinds


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def report(request: Request, report: UUID) -> HttpResponse:
    """One report, with its term, whom it is about, and what may be done."""
    page = queries.report_page(request.actor, report)
    return _report(request, page)


def _report(
    request: Request, page: ReportPage, *, judging: JudgeForm | None = None, joining: JoinForm | None = None
) -> HttpResponse:
    wrong = (judging is not None and judging.errors) or (joining is not None and joining.errors)
    context = {
        "page": page,
        "judging": judging or JudgeForm(initial={"version": page.version}, desk=desk_at(request, page.id)),
        "withdrawing": WithdrawForm(initial={"version": page.version}, auto_id="withdraw_%s"),
        "joining": joining,
        "join_form": JoinForm(),
        "triage_url": f"/triage/nieuw/?melding={page.id}",
    }
    return render(request, "signals/report.html", context, status=422 if wrong else 200)


@door(Function.EXECUTION)
@require_POST
def judge(request: Request, report: UUID) -> HttpResponse:
    """Records what comes of a report; what was typed stays when something is wrong or someone was first."""
    form = JudgeForm(request.POST, desk=desk_at(request, report))
    if form.is_valid():
        said = form.cleaned_data
        try:
            judge_report(
                request.actor,
                report,
                outcome=said["outcome"],
                text=said["outcome_text"],
                version=said["version"],
                once=form.once,
            )
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.mend)
        except Refused as error:
            form.add_error(None, " ".join(error.objections))
        except ChangedMeanwhile as error:
            form = _newer(form, error)
        except NotFoundForYou:
            return _gone(request, said["outcome_text"])
        else:
            messages.success(request, _("De uitkomst is vastgelegd."))
            return redirect("signals:report", report)
    return _report(request, queries.report_page(request.actor, report), judging=form)


def _newer(form: JudgeForm, error: ChangedMeanwhile) -> JudgeForm:
    """The same text over the version that stands there now, so that sending it again is a choice."""
    data = {**{name: form.data.get(name) for name in form.data}, "version": str(error.version)}
    again = JudgeForm(data, desk=form.desk)
    again.add_error(None, _("Iemand anders heeft deze melding net gewijzigd. Lees hieronder wat er nu staat."))
    return again


def _gone(request: Request, typed: str) -> HttpResponse:
    """The sender withdrew or replaced the report while this was typed: the text is given back."""
    return render(request, "signals/gone.html", {"typed": typed}, status=404)


@door(Function.EXECUTION)
@require_POST
def withdraw(request: Request, report: UUID) -> HttpResponse:
    """The sender takes a report back."""
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return redirect("signals:report", report)
    withdraw_report(request.actor, report, version=form.cleaned_data["version"], once=form.once)
    messages.success(request, _("De melding is ingetrokken. Niemand ziet haar nog."))
    return redirect(f"{reverse('signals:inbox')}?lijst=gemeld")


@door(Function.EXECUTION)
@require_POST
def join(request: Request, report: UUID) -> HttpResponse:
    """Someone decides that two descriptions are one person."""
    form = JoinForm(request.POST)
    page = queries.report_page(request.actor, report)
    if form.is_valid():
        said = form.cleaned_data
        if said["kept"] not in {person.person for person in page.persons}:
            raise NotFoundForYou("person")
        # Every candidate on the page has the same form id: the pair makes it one form each.
        once = uuid5(form.once, f"{said['kept']} {said['joined']}")
        try:
            join_persons(request.actor, said["kept"], said["joined"], said["reason"], once=once)
        except BadInput as error:
            form.add_error("reason", error.mend)
        except Refused as error:
            form.add_error(None, " ".join(error.objections))
        else:
            messages.success(request, _("De personen zijn samengevoegd. Dit is terug te draaien."))
            return redirect("signals:report", report)
    return _report(request, page, joining=form)
