"""What every door has in common: who may knock, forms that are sent once and keep what was typed, and errors
brought back to the form."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.drafts import Desk
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, Refused
from knooppunt.kernel.work import answer_to

View = TypeVar("View", bound=Callable[..., object])
Result = TypeVar("Result")

PUBLIC_MARK = "x-public"
"""With this in `openapi_extra` a part of the interface says that it asks for no token."""

WITHOUT_ID = {"id": False}
"""A page may hold several forms: what is hidden in each needs no id, and may not share one."""


@dataclass(frozen=True)
class Access:
    """Who may knock at a door: the functions, or everyone (`public`), or whoever is logged in (`account`)."""

    functions: frozenset[Function] = frozenset()
    public: bool = False
    account: bool = False
    token: bool = False


class Request(HttpRequest):
    """A request of which we know who acts."""

    actor: Actor


def door(*functions: Function) -> Callable[[View], View]:
    """Marks a view as open to these functions; without any, to everyone who is logged in."""
    return _mark(Access(functions=frozenset(functions) or frozenset(Function) - {Function.PUBLIC, Function.SYSTEM}))


def public_door() -> Callable[[View], View]:
    """Marks a view as open to everyone, also without log-in: it shows nothing of a person."""
    return _mark(Access(public=True))


def account_door() -> Callable[[View], View]:
    """Marks a view as open to whoever is logged in, whatever may hinder their work: it is about the own account."""
    return _mark(Access(account=True))


def token_door() -> Callable[[View], View]:
    """Marks a view as open to a system with a bearer token."""
    return _mark(Access(token=True))


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.knooppunt_access = access  # type: ignore[attr-defined]
        return view

    return mark


def access_of(view: Callable[..., object]) -> Access | None:
    """What the view declares, or None: then nobody gets in."""
    found = getattr(view, "knooppunt_access", None)
    return found if isinstance(found, Access) else None


def takes_a_file(view: View) -> View:
    """Marks a view whose form may carry a file; what is sent along to other views is dropped unread."""
    view.knooppunt_takes_file = True  # type: ignore[attr-defined]
    return view


def takes_file(request: HttpRequest) -> bool:
    """Whether a file is expected here, from somebody who may knock at this door."""
    match, actor = request.resolver_match, getattr(request, "actor", None)
    if match is None or not isinstance(actor, Actor) or not getattr(match.func, "knooppunt_takes_file", False):
        return False
    access = access_of(match.func)
    return access is not None and actor.function in access.functions


def desk_at(request: Request, subject: UUID | None = None) -> Desk:
    """Where somebody types on this page: the ids in its address, the same for the page and for where it is sent.

    `subject` is the case, intake or report that the page is about: the draft is there as long as that is reached.
    """
    match = request.resolver_match
    place = "/".join(str(value) for value in match.kwargs.values()) if match else ""
    return Desk(request.actor, place, subject)


class OnceForm(forms.Form):
    """A form that is handled once, however often it is sent: each rendering carries its own id.

    `drafted` names the fields whose text is kept while somebody types. With a desk, the form begins with what was
    typed there before, and with the version that was read then: somebody may have been first since.
    """

    drafted: ClassVar[tuple[str, ...]] = ()
    form_id = forms.UUIDField(widget=forms.HiddenInput(attrs=WITHOUT_ID), initial=uuid4)

    resumed_at: datetime | None = None
    """When what stands in the form was typed, where that was before."""
    possible: tuple[str, ...] = ()
    """What can be done instead, after a refusal."""
    changed_meanwhile: tuple[tuple[str, str], ...] = ()
    """Label and value of what stands there now, when somebody else was first."""

    def __init__(self, *arguments: Any, desk: Desk | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.desk = desk if self.drafted else None
        if self.desk is not None:
            for name in self.drafted:
                self.fields[name].widget.attrs["data-draft"] = "true"
            if not self.is_bound:
                self._take_up(self.desk)

    @property
    def once(self) -> UUID:
        """The id of this rendering."""
        found = self.cleaned_data["form_id"]
        return found if isinstance(found, UUID) else uuid4()

    @property
    def drafted_as(self) -> str:
        """What this form is called among the drafts of its page."""
        return f"{type(self).__module__.split('.')[1]}.{type(self).__name__}"

    @property
    def slip(self) -> str:
        """What tells the server which form it is that somebody types in; empty where no draft is kept."""
        try:
            form_id = UUID(str(self["form_id"].value()))
            version = int(str(self["version"].value())) if "version" in self.fields else None
        except ValueError:
            return ""
        return self.desk.slip(self.drafted_as, self.drafted, form_id, version) if self.desk else ""

    def _take_up(self, desk: Desk) -> None:
        typed = desk.typed_in(self.drafted_as)
        texts = {name: text for name, text in typed.texts.items() if self._differs(name, text)} if typed else {}
        if typed and texts:
            form_id = uuid4()
            desk.begin(self.drafted_as, form_id)
            self.initial = {**self.initial, **texts, "form_id": form_id}
            if typed.version is not None:
                self.initial["version"] = typed.version
            self.resumed_at = typed.at

    def _differs(self, name: str, text: str) -> bool:
        """Whether a draft says something else than what the form begins with anyway."""
        if name not in self.drafted or name not in self.fields:
            return False
        first = self.get_initial_for_field(self.fields[name], name)
        return text.splitlines() != str("" if first is None else first).splitlines()


def was_handled(data: Mapping[str, Any]) -> bool:
    """Whether this very form was sent before and done, for a door that could not open its record any more."""
    try:
        form = UUID(str(data.get("form_id", "")))
    except ValueError:
        return False
    return answer_to(form) is not None


class VersionedForm(OnceForm):
    """A form that changes a record: it knows which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs=WITHOUT_ID), min_value=1)


@dataclass(frozen=True)
class Attempt(Generic[Result]):
    """How an action went: true when it was done. `status` is for the page that shows the form again."""

    worked: bool
    result: Result | None = None
    status: int = 200

    def __bool__(self) -> bool:
        """Whether it was done."""
        return self.worked


def attempt(form: forms.Form, act: Callable[[], Result]) -> Attempt[Result]:
    """Does `act` if the form is valid. What goes wrong comes onto the form; what was typed stays.

    A page shows it all with `<c-errors :form="form" />`.
    """
    if not form.is_valid():
        return Attempt(worked=False, status=422)
    try:
        return Attempt(worked=True, result=act())
    except BadInput as error:
        _add_mend(form, error)
    except Refused as error:
        form.add_error(None, [*error.objections])
        form.possible = error.possible  # type: ignore[attr-defined]
    except ChangedMeanwhile as error:
        _show_what_stands_there(form, error)
        return Attempt(worked=False, status=409)
    return Attempt(worked=False, status=422)


def _add_mend(form: forms.Form, error: BadInput) -> None:
    shown = error.field in form.fields and not form[error.field].is_hidden
    form.add_error(error.field if shown else None, error.mend)


def _show_what_stands_there(form: forms.Form, error: ChangedMeanwhile) -> None:
    """Sending again is then a choice: the form now carries the version that the sender is told about."""
    form.add_error(
        None,
        _("Iemand anders was u voor. Wat u typte staat er nog. Verstuurt u het opnieuw, dan geldt uw tekst."),
    )
    form.changed_meanwhile = tuple(  # type: ignore[attr-defined]
        _labelled(form, name, value) for name, value in error.now.items() if name in form.fields
    )
    if "version" in form.fields:
        data: Any = copy(form.data)
        data[form.add_prefix("version")] = str(error.version)
        form.data = data


def _labelled(form: forms.Form, name: str, value: str) -> tuple[str, str]:
    """A value as people read it: codes by the labels of their choices, a date in words, a tick as yes or no."""
    field = form.fields[name]
    shown: object = value
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        labels = dict(flatten_choices(offered))
        several = value.split(", ") if isinstance(field, forms.MultipleChoiceField) else [value]
        shown = ", ".join(str(labels.get(one, one)) for one in several)
    elif isinstance(field, forms.BooleanField):
        shown = _("ja") if value else _("nee")
    elif type(field) is forms.DateField and value:
        shown = date_format(date.fromisoformat(value), "j F Y")
    return str(field.label or name), str(shown)
