"""What every door has in common: who may knock, said on the view itself, and the forms that are sent once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest

from knooppunt.kernel.actor import Actor, Function

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Access:
    """Who may knock at a door: the functions, or everyone (`public`), or whoever logs in (`account`)."""

    functions: frozenset[Function] = frozenset()
    public: bool = False
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


class OnceForm(forms.Form):
    """A form that is handled once, however often it is sent: each rendering carries its own id."""

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    @property
    def once(self) -> UUID:
        """The id of this rendering."""
        found = self.cleaned_data["form_id"]
        return found if isinstance(found, UUID) else uuid4()


class VersionedForm(OnceForm):
    """A form that changes a record: it knows which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
