"""The home page, choosing a function, and searching."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knooppunt.cases.queries import my_work
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, attempt, door, public_door
from knooppunt.kernel.errors import BadInput
from knooppunt.partners.queries import organisations
from knooppunt.people import actions as people
from knooppunt.people.rules import LONGEST_SOUGHT
from knooppunt.sharing.queries import network_news
from knooppunt.sharing.web.agreements import agreement_warnings
from knooppunt.site.forms import JoinForm, SearchForm
from knooppunt.site.functions import HERE_FOR, LABELS
from knooppunt.site.search import TEXT_KINDS, PersonFound, Results
from knooppunt.site.search import search_results as results_of


@door()
@require_safe
def home(request: Request) -> HttpResponse:
    """Mijn werk for whoever works on cases; for others what is there for them."""
    function, news = request.actor.function, network_news(request.actor)
    if function != Function.EXECUTION:
        # Whoever keeps the agreements is told here too: a review that nobody sees is forgotten.
        keeps = function is Function.GOVERNANCE
        warnings = agreement_warnings(request.actor) if keeps else []
        context = {
            "function_label": LABELS[function],
            "here_for": HERE_FOR[function],
            "keeps_agreements": keeps,
            "warnings": warnings,
            "news": news,
        }
        return render(request, "site/here_for.html", context)
    return render(request, "site/home.html", {"work": my_work(request.actor), "news": news})


@door()
@require_POST
def choose_function(request: Request) -> HttpResponse:
    """Puts on another hat for the rest of this session."""
    wanted = request.POST.get("function", "")
    if wanted not in request.viewer.functions:  # type: ignore[attr-defined]
        raise BadInput(_("hoedanigheid"), _("Kies een hoedanigheid die u heeft."))
    request.session["function"] = wanted
    return redirect("/")


@public_door()
def search(request: Request) -> HttpResponse:
    """A GET searches partners and explanation; a person is sought by POST, and found at a random address."""
    if request.method == "POST":
        return _begin_search(request)
    sought = request.GET.get("q", "").strip()
    found = [one for one in organisations().values() if sought.casefold() in one.name.casefold()] if sought else []
    return render(request, "site/search.html", {"form": SearchForm(), "sought": sought, "partners": found})


def _begin_search(request: Request) -> HttpResponse:
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "site/search.html", {"form": form}, status=422)
    typed = form.cleaned_data["q"]
    made = people.begin_search(request.actor, typed)
    if len(typed) > LONGEST_SOUGHT:
        said = _("U typte meer dan %(most)s tekens. We zochten alleen met het begin daarvan.")
        messages.warning(request, said % {"most": LONGEST_SOUGHT})
    return _see("search_results", made)


@door(Function.EXECUTION, Function.OVERSIGHT)
@require_safe
def search_results(request: Request, search_id: UUID) -> HttpResponse:
    """Who was found and in which texts, for ten minutes."""
    found = results_of(request.actor, search_id, request.GET.get("soort", ""))
    return _results(request, search_id, found, JoinForm(choices=_choices(found.people)))


@door(Function.EXECUTION)
@require_POST
def join_persons(request: Request, search_id: UUID) -> HttpResponse:
    """Two of those who were found are one person."""
    found = results_of(request.actor, search_id)
    form = JoinForm(request.POST, choices=_choices(found.people))

    def act() -> UUID:
        kept, joined = form.cleaned_data["persons"]
        return people.join_persons(request.actor, kept, joined, form.cleaned_data["reason"], once=form.once)

    tried = attempt(form, act)
    if not tried:
        return _results(request, search_id, found, form, status=tried.status)
    messages.success(request, _("Vastgelegd: dit is dezelfde persoon. U kunt dit hieronder ongedaan maken."))
    return _see("search_results", search_id)


@door(Function.EXECUTION)
@require_POST
def split_persons(request: Request, search_id: UUID) -> HttpResponse:
    """It was not the same person after all."""
    try:
        join = UUID(request.POST.get("join", ""))
    except ValueError:
        raise BadInput(_("koppeling"), _("Kies een koppeling uit de lijst.")) from None
    people.split_persons(request.actor, join)
    messages.success(request, _("De koppeling is ongedaan gemaakt."))
    return _see("search_results", search_id)


def _choices(found: tuple[PersonFound, ...]) -> list[tuple[str, str]]:
    return [(str(person.id), person.label) for person in found]


@dataclass(frozen=True)
class KindTab:
    """One choice of which texts are shown."""

    url: str
    label: str
    current: bool


def _results(request: HttpRequest, search_id: UUID, found: Results, form: JoinForm, status: int = 200) -> HttpResponse:
    here = reverse("search_results", args=[search_id])
    tabs = [KindTab(here, _("Alles"), current=not found.kind)]
    tabs += [
        KindTab(f"{here}?soort={code}", str(label), current=found.kind == code)
        for code, (label, _icon, _kinds) in TEXT_KINDS.items()
    ]
    may_join = len(found.people) > 1
    context = {"search_id": search_id, "found": found, "form": form, "may_join": may_join, "tabs": tabs}
    return render(request, "site/search_results.html", context, status=status)


def _see(name: str, search_id: UUID) -> HttpResponse:
    answer = redirect(name, search_id=search_id)
    answer.status_code = 303
    return answer
