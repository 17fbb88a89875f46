"""The files of an agreement: adding one, sending one out, and removing one from a draft."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door, takes_a_file
from knooppunt.kernel.errors import NotFoundForYou
from knooppunt.kernel.sending import as_a_file
from knooppunt.partners.web import Due as Chip
from knooppunt.sharing import actions, queries
from knooppunt.sharing.forms.agreement_files import AddFileForm, RemoveFileForm
from knooppunt.sharing.queries import AgreementFileLine, AgreementView
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import FileStatus


@door(Function.GOVERNANCE)
@takes_a_file
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, agreement: UUID) -> HttpResponse:
    """Adds a file; a file that may not come in is refused with the reason."""
    view = queries.agreement(request.actor, agreement)
    form = AddFileForm(request.POST or None, request.FILES or None)
    status, objections = 200, []
    if form.is_bound:
        said = attempt(form, lambda: actions.add_agreement_file(request.actor, agreement, form.sent(), once=form.once))
        if said:
            messages.success(request, _("Het bestand hoort nu bij deze afspraak."))
            return redirect("sharing:agreement", agreement)
        status = said.status
    else:
        number = len(queries.agreement_files(request.actor, agreement))
        objections = rules.objections_to_adding_file(view.status, number)
    return _page(request, view, {"form": form, "objections": objections, "adds": True}, status)


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def file(request: Request, agreement: UUID, agreement_file: UUID) -> HttpResponse:
    """One file, as a download."""
    found = queries.agreement_file(request.actor, agreement, agreement_file)
    return as_a_file(found.content, found.media_type, found.name)


@door(Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, agreement: UUID, agreement_file: UUID) -> HttpResponse:
    """Asks whether the file must go, and removes it."""
    view = queries.agreement(request.actor, agreement)
    form = RemoveFileForm(request.POST or None, initial={"version": view.version})
    status = 200
    if form.is_bound:
        said = attempt(
            form,
            lambda: actions.remove_agreement_file(request.actor, agreement, agreement_file, read=form.read()),
        )
        if said:
            messages.success(request, _("Het bestand is weg."))
            return redirect("sharing:agreement", agreement)
        status = said.status
    lines = queries.agreement_files(request.actor, agreement)
    line = next((one for one in lines if one.id == agreement_file), None)
    if line is None:
        raise NotFoundForYou("agreement_file")
    objections = [] if form.is_bound else rules.objections_to_removing_file(view.status, line.status)
    return _page(request, view, {"form": form, "objections": objections, "line": line}, status)


def _page(request: Request, view: AgreementView, more: dict[str, object], status: int) -> HttpResponse:
    context = {"tab": "agreements", "view": view, "back": reverse("sharing:agreement", args=[view.id]), **more}
    return render(request, "sharing/agreement_file.html", context, status=status)


def rows_of(view: AgreementView, lines: list[AgreementFileLine], *, keeps: bool) -> list[dict[str, object]]:
    """The files of an agreement as its page shows them: whether one opens, and whether one may go."""
    return [
        {
            "line": line,
            "opens": line.status == FileStatus.CLEAN,
            "stand": _stand(line),
            "url": reverse("sharing:agreement_file", args=[view.id, line.id]),
            "remove": reverse("sharing:remove_agreement_file", args=[view.id, line.id])
            if keeps and not rules.objections_to_removing_file(view.status, line.status)
            else "",
        }
        for line in lines
    ]


def _stand(line: AgreementFileLine) -> Chip | None:
    if line.status == FileStatus.CHECKING:
        return Chip(_("wordt gecontroleerd"), "soon")
    return Chip(_("tegengehouden"), "late") if line.status == FileStatus.STOPPED else None
