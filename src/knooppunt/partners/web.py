"""The pages of Beheer: colleagues, organisations and areas. Nothing here shows or changes a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knooppunt.kernel import clock, slots
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import OnceForm, Request, door
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, Refused
from knooppunt.partners import queries
from knooppunt.partners.actions import people
from knooppunt.partners.forms import (
    CLASSES,
    FUNCTIONS,
    KINDS,
    AddForm,
    AreaChoices,
    AreaSearch,
    ChangeForm,
    EndForm,
    FunctionsForm,
    NameForm,
    OrganisationChoices,
    ResumeForm,
    StaffChoices,
)
from knooppunt.partners.queries import StaffView
from knooppunt.partners.rules import CONTENT_FUNCTIONS

SOON = timedelta(days=30)
PER_PAGE = 50

# Inside the class below, `date` is its own field.
Day = date


@dataclass(frozen=True)
class Due:
    """How a date stands, for a chip."""

    text: str
    kind: str
    date: Day | None = None


@dataclass(frozen=True)
class Change:
    """One way to change a colleague: its form, what stands in it at first, and what it does."""

    title: str | Promise
    done: str | Promise
    button: str | Promise
    form: type[forms.Form]
    first: Callable[[StaffView], dict[str, Any]]
    act: Callable[[Request, UUID, Any], object]
    danger: bool = False


@dataclass(frozen=True)
class Clash:
    """What someone else wrote in a field since the form was read."""

    label: str
    now: str


def chosen(form: forms.Form, name: str) -> str:
    """A choice from the address; a choice that does not exist counts as none."""
    form.is_valid()
    return str(form.cleaned_data.get(name) or "")


def in_order(rows: list[Any], sort: str, keys: Mapping[str, Callable[[Any], Any]]) -> list[Any]:
    """Rows sorted by the choice in the address (`-` before it: descending); by the first key otherwise."""
    key = keys.get(sort.removeprefix("-")) or next(iter(keys.values()))
    return sorted(rows, key=key, reverse=sort.startswith("-") and sort[1:] in keys)


def refused(form: forms.Form, error: BadInput | Refused) -> None:
    """Puts what an action said with the field it is about, or on top; what was typed stays."""
    if isinstance(error, BadInput):
        form.add_error(error.field if error.field in form.fields else None, error.mend)
    else:
        form.add_error(None, [*error.objections, *error.possible])


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def home(request: Request) -> HttpResponse:
    """To the first page that this function may see."""
    if request.actor.function is Function.MAINTENANCE:
        return redirect("partners:staff")
    return redirect("partners:organisations")


# --- Colleagues ---------------------------------------------------------------------------------


@door(Function.MAINTENANCE)
@require_safe
def staff(request: Request) -> HttpResponse:
    """The professionals of the own organisation."""
    choices = StaffChoices(request.GET)
    shown, function = chosen(choices, "toon"), chosen(choices, "hoedanigheid")
    today = clock.today()
    found = queries.staff(request.actor)
    kept = [view for view in found if _fits(view, shown, today) and (not function or function in view.functions)]
    sort = request.GET.get("sorteer", "")
    rows = in_order([_row(view, today) for view in kept], sort, STAFF_ORDER)
    number = ngettext("%(n)d medewerker", "%(n)d medewerkers", len(rows)) % {"n": len(rows)}
    late = sum(1 for view in found if view.works(today) and view.lacks(today))
    context = {"tab": "staff", "rows": rows, "choices": choices, "sort": sort, "number": number, "late": late}
    return render(request, "partners/staff.html", context)


def _fits(view: StaffView, shown: str, today: date) -> bool:
    if shown == "aandacht":
        return view.works(today) and bool(view.lacks(today))
    if shown == "uit":
        return not view.works(today)
    return shown == "alle" or view.works(today)


STAFF_ORDER: dict[str, Callable[[Any], Any]] = {
    "naam": lambda row: row["view"].name.casefold(),
    "screening": lambda row: (row["view"].screened_on or date.min, row["view"].name.casefold()),
    "training": lambda row: (row["view"].trained_until or date.min, row["view"].name.casefold()),
}


def _row(view: StaffView, today: date) -> dict[str, Any]:
    return {
        "view": view,
        "functions": ", ".join(str(FUNCTIONS.get(code, code)) for code in view.functions),
        "screening": screening(view),
        "training": training(view, today),
        "employment": employment(view, today),
    }


def screening(view: StaffView) -> Due:
    """When the screening was seen, or that it is missing where it is needed."""
    if view.screened_on is not None:
        return Due(f"{view.screened_on:%d-%m-%Y}", "plain", view.screened_on)
    return Due(_("ontbreekt"), "late") if _needs_both(view) else Due(_("niet nodig"), "plain")


def training(view: StaffView, today: date) -> Due:
    """Until when the training counts: late, soon or fine, where it is needed."""
    until = view.trained_until
    if until is None:
        return Due(_("ontbreekt"), "late") if _needs_both(view) else Due(_("niet nodig"), "plain")
    text = f"{until:%d-%m-%Y}"
    if until < today:
        return Due(_("verlopen na %(day)s") % {"day": text}, "late" if _needs_both(view) else "plain", until)
    return Due(_("tot en met %(day)s") % {"day": text}, "soon" if until - today <= SOON else "ok", until)


def employment(view: StaffView, today: date) -> Due:
    """Whether somebody works here now, and until when."""
    if today < view.active_from:
        return Due(_("vanaf %(day)s") % {"day": f"{view.active_from:%d-%m-%Y}"}, "soon", view.active_from)
    if view.active_until is None:
        return Due(_("in dienst"), "ok")
    text = f"{view.active_until:%d-%m-%Y}"
    if view.active_until < today:
        return Due(_("geëindigd na %(day)s") % {"day": text}, "late", view.active_until)
    return Due(_("in dienst tot en met %(day)s") % {"day": text}, "soon", view.active_until)


def _needs_both(view: StaffView) -> bool:
    return bool(CONTENT_FUNCTIONS & set(view.functions))


@door(Function.MAINTENANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """A new colleague; afterwards the address for a first password, shown once."""
    form = AddForm(request.POST) if request.method == "POST" else AddForm(initial={"active_from": clock.today()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            key = people.add_professional(
                request.actor,
                form.person(),
                email=said["email"],
                functions=said["functions"],
                active_from=said["active_from"],
                once=form.once,
            )
        except (BadInput, Refused) as error:
            refused(form, error)
        else:
            messages.success(request, _("De medewerker is toegevoegd. Maak nu het adres voor een wachtwoord."))
            return redirect("partners:member", key)
    context = {"tab": "staff", "form": form, "title": _("Medewerker toevoegen"), "button": _("Toevoegen")}
    context["back"] = reverse("partners:staff")
    return render(request, "partners/form.html", context, status=422 if form.errors else 200)


@door(Function.MAINTENANCE)
@require_safe
def member(request: Request, key: UUID) -> HttpResponse:
    """One colleague."""
    return _member(request, queries.staff_member(request.actor, key))


def _member(request: Request, view: StaffView, **more: Any) -> HttpResponse:
    context = {
        "tab": "staff",
        **_row(view, clock.today()),
        "lacks": view.lacks(clock.today()) if view.works(clock.today()) else (),
        "oneself": view.id == request.actor.designee,
        "resume": ResumeForm(initial={"version": view.version}),
        "invite": OnceForm(),
        "parts": slots.addresses("professional", view.id),
        **more,
    }
    return render(request, "partners/member.html", context)


@door(Function.MAINTENANCE)
@require_POST
def invite(request: Request, key: UUID) -> HttpResponse:
    """The address for a first password: on this page only, never stored, mailed or shown again."""
    form = OnceForm(request.POST)
    made = people.invite_professional(request.actor, key, once=form.once) if form.is_valid() else None
    if made is None:
        messages.warning(request, _("Dit adres is al één keer getoond. Maak zo nodig een nieuw adres."))
        return redirect("partners:member", key)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": made.account, "key": made.key})
    view = queries.staff_member(request.actor, key)
    return _member(request, view, address=request.build_absolute_uri(path))


@door(Function.MAINTENANCE)
@require_POST
def resume(request: Request, key: UUID) -> HttpResponse:
    """Takes back the end of an employment."""
    form = ResumeForm(request.POST)
    if not form.is_valid():
        raise BadInput("version", _("Open de pagina opnieuw en probeer het nog eens."))
    people.resume_employment(request.actor, key, read=form.read())
    messages.success(request, _("De aanstelling loopt weer."))
    return redirect("partners:member", key)


@door(Function.MAINTENANCE)
@require_POST
def end_sessions(request: Request, key: UUID) -> HttpResponse:
    """Logs a colleague out everywhere, at once."""
    form = OnceForm(request.POST)
    if not form.is_valid():
        raise BadInput("form_id", _("Open de pagina opnieuw en probeer het nog eens."))
    people.end_sessions(request.actor, key, once=form.once)
    messages.success(request, _("Deze medewerker is overal uitgelogd."))
    return redirect("partners:member", key)


CHANGES: Mapping[str, Change] = {
    "wijzigen": Change(
        title=gettext_lazy("Gegevens wijzigen"),
        done=gettext_lazy("De gegevens zijn gewijzigd."),
        button=gettext_lazy("Opslaan"),
        form=ChangeForm,
        first=lambda view: {
            "name": view.name,
            "job_title": view.job_title,
            "screened_on": view.screened_on,
            "trained_until": view.trained_until,
        },
        act=lambda request, key, form: people.change_professional(request.actor, key, form.person(), read=form.read()),
    ),
    "hoedanigheden": Change(
        title=gettext_lazy("Hoedanigheden geven en nemen"),
        done=gettext_lazy("De hoedanigheden zijn gewijzigd. Dat geldt meteen."),
        button=gettext_lazy("Opslaan"),
        form=FunctionsForm,
        first=lambda view: {"functions": list(view.functions)},
        act=lambda request, key, form: people.set_functions(
            request.actor, key, form.cleaned_data["functions"], read=form.read()
        ),
    ),
    "einde": Change(
        title=gettext_lazy("Aanstelling beëindigen"),
        done=gettext_lazy("Het einde van de aanstelling is vastgelegd."),
        button=gettext_lazy("Beëindigen"),
        form=EndForm,
        first=lambda view: {"when": "later" if view.active_until else "", "last_day": view.active_until},
        act=lambda request, key, form: people.end_employment(
            request.actor, key, last_day=form.cleaned_data["last_day"], read=form.read()
        ),
        danger=True,
    ),
}


@door(Function.MAINTENANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, key: UUID, what: str) -> HttpResponse:
    """Changes one side of a colleague; who comes second sees what changed and keeps what was typed."""
    way = CHANGES[what]
    view = queries.staff_member(request.actor, key)
    form = way.form(request.POST or None, initial={**way.first(view), "version": view.version})
    clashes: list[Clash] = []
    if form.is_bound and form.is_valid():
        try:
            way.act(request, key, form)
        except (BadInput, Refused) as error:
            refused(form, error)
        except ChangedMeanwhile as error:
            form = _again(way.form, request, error.version)
            clashes = _clashes(form, way.first(queries.staff_member(request.actor, key)))
        else:
            messages.success(request, str(way.done))
            return redirect("partners:member", key)
    context = {"tab": "staff", "form": form, "title": way.title, "button": way.button, "danger": way.danger}
    context |= {"subject": view.name, "back": reverse("partners:member", args=[key]), "clashes": clashes}
    return render(request, "partners/form.html", context, status=409 if clashes else 422 if form.errors else 200)


def _again(form: type[forms.Form], request: Request, version: int) -> forms.Form:
    """The same form with all that was typed, now on top of what stands there."""
    typed = request.POST.copy()
    typed["version"], typed["form_id"] = str(version), str(uuid4())
    return form(typed)


def _clashes(form: forms.Form, now: Mapping[str, Any]) -> list[Clash]:
    form.is_valid()
    differ = [name for name, value in now.items() if _plain(form.cleaned_data.get(name)) != _plain(value)]
    found = [Clash(str(form.fields[name].label), _words(now[name])) for name in differ]
    return found or [Clash(_("Iets anders op deze pagina"), _("uw eigen velden zijn gelijk gebleven"))]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple) else value or ""


def _words(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, list | tuple):
        return ", ".join(str(FUNCTIONS.get(code, code)) for code in value)
    return str(value or _("leeg"))


# --- Organisations and areas --------------------------------------------------------------------


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def organisations(request: Request) -> HttpResponse:
    """The organisations of the region, with kind and participant class."""
    choices = OrganisationChoices(request.GET)
    kind, klass = chosen(choices, "soort"), chosen(choices, "klasse")
    found = queries.organisations_near(request.actor.for_whom).values()
    rows = [
        {"view": view, "kind": str(KINDS[view.kind]), "class": str(CLASSES[view.participant_class])}
        for view in found
        if kind in ("", view.kind) and klass in ("", view.participant_class)
    ]
    sort = request.GET.get("sorteer", "")
    context = {
        "tab": "organisations",
        "rows": in_order(rows, sort, ORGANISATION_ORDER),
        "choices": choices,
        "sort": sort,
        "number": ngettext("%(n)d organisatie", "%(n)d organisaties", len(rows)) % {"n": len(rows)},
        "own": request.actor.organisation if request.actor.function is Function.MAINTENANCE else None,
    }
    return render(request, "partners/organisations.html", context)


ORGANISATION_ORDER: dict[str, Callable[[Any], Any]] = {
    "naam": lambda row: row["view"].name.casefold(),
    "soort": lambda row: (row["kind"].casefold(), row["view"].name.casefold()),
    "klasse": lambda row: (row["class"].casefold(), row["view"].name.casefold()),
}


@door(Function.MAINTENANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def name_organisation(request: Request) -> HttpResponse:
    """The name of the own organisation."""
    name = queries.organisation(request.actor.for_whom).name
    form = NameForm(request.POST or None, initial={"name": name, "was": name})
    clashes: list[Clash] = []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            people.name_organisation(request.actor, said["name"], was=said["was"], once=form.once)
        except (BadInput, Refused) as error:
            refused(form, error)
        except ChangedMeanwhile as error:
            typed = request.POST.copy()
            typed["was"], typed["form_id"] = error.now["name"], str(uuid4())
            form, clashes = NameForm(typed), [Clash(str(form.fields["name"].label), error.now["name"])]
        else:
            messages.success(request, _("De naam is gewijzigd."))
            return redirect("partners:organisations")
    context = {"tab": "organisations", "form": form, "title": _("Naam wijzigen"), "button": _("Opslaan")}
    context |= {"back": reverse("partners:organisations"), "clashes": clashes}
    return render(request, "partners/form.html", context, status=409 if clashes else 422 if form.errors else 200)


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: Request) -> HttpResponse:
    """The municipalities, with validity and successor; choices stand in the address, typed text is posted."""
    regions = [(area.code, area.name) for area in queries.areas("safety_region")]
    choices = AreaChoices(request.GET, regions=regions)
    search = AreaSearch(request.POST or None)
    sought = chosen(search, "q") if search.is_bound else ""
    found = queries.areas("municipality", safety_region=chosen(choices, "regio"), sought=sought)
    sort = request.GET.get("sorteer", "")
    rows = in_order(found, sort, AREA_ORDER)
    # A search is posted and cannot be paged through by links: it shows all it found.
    page = Paginator(rows, len(rows) or 1 if sought else PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "tab": "areas",
        "page": page,
        "choices": choices,
        "search": search,
        "sought": sought,
        "sort": sort,
        "number": ngettext("%(n)d gemeente", "%(n)d gemeenten", len(rows)) % {"n": len(rows)},
    }
    return render(request, "partners/areas.html", context)


AREA_ORDER: dict[str, Callable[[Any], Any]] = {
    "naam": lambda area: (area.name.casefold(), area.valid_from),
    "code": lambda area: (area.code, area.valid_from),
    "regio": lambda area: (area.safety_region.casefold(), area.name.casefold()),
    "eenheid": lambda area: (area.police_unit.casefold(), area.name.casefold()),
    "tot": lambda area: (area.valid_to or date.max, area.name.casefold()),
}
