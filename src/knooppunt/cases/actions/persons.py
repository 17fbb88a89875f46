"""Who belongs to a case beside those it was opened for: the direct circle (Wgs 2.30 lid 1 onder b)."""

from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.steps import text_of
from knooppunt.cases.models import Case, CasePerson
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work
from knooppunt.people.actions import know_person_in, link_person_in
from knooppunt.people.rules import Identity
from knooppunt.sharing.access import reach
from knooppunt.sharing.rules import Category, SubjectKind


def add_to_circle(actor: Actor, case_id: UUID, identity: Identity, relation: str, *, once: UUID | None = None) -> UUID:
    """Adds a family member or other direct contact of a registered person (Bgs 2.19); never as a registered person."""
    with Work(actor, "add_to_circle", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.DIRECT_CASE)
        if not reach(actor, case.pk).shows(Category.RELATIONS):
            raise BadInput("relation", "U kunt alleen toevoegen wat u zelf mag zien: gezin en relaties.")
        said = text_of("relation", relation)[:60]
        person = know_person_in(work, identity)
        if CasePerson.objects.filter(case=case, person_id=person).exists():
            raise BadInput("surname", "Deze persoon hoort al bij de casus.")
        link_person_in(work, person, (SubjectKind.CASE, case.pk), identity, Category.RELATIONS)
        row = CasePerson(
            case=case, person_id=person, registered=False, relation=said, category=Category.RELATIONS.value
        )
        row.save(force_insert=True)
        work.record("case.circle_added", row, person=person)
        return work.finish(row.pk)
