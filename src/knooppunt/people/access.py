"""Who may find and join persons. What one finds is bounded by what one may see of their reports and cases."""

from enum import StrEnum

from django.db.models import OuterRef, Q

from knooppunt.kernel.access import acts_in, declare, declare_scope
from knooppunt.kernel.actor import Actor, Function
from knooppunt.people.models import Person, PersonLink
from knooppunt.sharing.access import ExistsByItself, reached


class Permission(StrEnum):
    """What one may do in this room."""

    SEARCH = "people.search"
    SEARCH_TEXTS = "people.search_texts"
    JOIN = "people.join"


declare(
    "people",
    {
        Permission.SEARCH: (acts_in(Function.EXECUTION, Function.OVERSIGHT),),
        # Oversight opens a closed case by itself and says its purpose first; a search through all of them has none.
        Permission.SEARCH_TEXTS: (acts_in(Function.EXECUTION),),
        Permission.JOIN: (acts_in(Function.EXECUTION),),
    },
)


def links(actor: Actor) -> Q:
    """Links to subjects of which the actor may see this: whom it is about, or who is around them."""
    return reached(actor, "subject_id", "category")


def persons(actor: Actor) -> Q:
    """Persons with at least one link that the actor may see."""
    seen = PersonLink.objects.filter(links(actor), person_id=OuterRef("pk"))
    return Q(ExistsByItself(seen))


declare_scope(PersonLink, links)
declare_scope(Person, persons)
