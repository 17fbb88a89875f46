"""Who takes part, who directs, in which phase, and the end: partners, directors, phases, closing."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.joining import weigh_newcomer_in
from knooppunt.cases.actions.opening import join, let_in
from knooppunt.cases.actions.steps import category_of, move_if_in, move_in, not_in_past, regime_of, store, text_of
from knooppunt.cases.models import Case, CasePerson, Participant, PhaseChange, open_actions
from knooppunt.cases.rules import (
    PLAIN_MOVES,
    CaseState,
    CloseReason,
    Informed,
    objections_to_closing,
    objections_to_phase,
)
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import phases
from knooppunt.sharing.actions import designate_in, end_grants_in, grant_in, granted_under
from knooppunt.sharing.queries import pool
from knooppunt.sharing.rules import SubjectKind


@dataclass(frozen=True)
class PhaseDraft:
    """To which phase, why, in which category that reason falls, and when to look again."""

    phase: str
    reason: str
    category: str
    review_on: date


@dataclass(frozen=True)
class InformedDraft:
    """Who was told or not yet, how or why not, and when a delay is judged again."""

    person: UUID
    how: Informed
    note: str
    review_on: date | None


@dataclass(frozen=True)
class CloseDraft:
    """Why the case is closed."""

    reason: CloseReason


def choose_partner(actor: Actor, case_id: UUID, professional: UUID, *, version: int, once: UUID | None = None) -> int:
    """Lets an organisation take part, with the professional it designated for this table (Wgs 2.31 lid 4).

    Of what is there already it sees what the law permits; answers how many kinds of information stayed closed.
    """
    closed = 0
    with Work(actor, "choose_partner", once=once) as work:
        if work.before:
            return closed
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        organisation = _from_pool(work, case, professional)
        regime = regime_of(case)
        if not Participant.objects.filter(case=case, organisation_id=organisation.id).exists():
            let_in(work, case, regime, organisation)
            join(case, regime, organisation)
            closed = weigh_newcomer_in(work, case, regime, organisation)
        designate_in(work, professional, organisation.id, (SubjectKind.CASE, case.pk))
        move_if_in(work, case, CaseState.TAKEN_UP, CaseState.PARTNERS_CHOSEN)
        store(case)
        work.record("case.partner_chosen", case, organisation=organisation.id, professional=professional)
        work.finish(case.pk)
    return closed


def _from_pool(work: Work, case: Case, professional: UUID) -> partners.OrganisationView:
    for organisation, designee in pool(work, case.table_id, Function.EXECUTION):
        if designee == professional:
            found = partners.may_act(professional, Function.EXECUTION.value, clock.today())
            if found:
                raise Refused(["Deze professional kan nu niet meedoen: " + " ".join(found)])
            return partners.organisation(organisation)
    raise BadInput("professional", "Kies iemand die de eigen organisatie voor dit overleg heeft aangewezen.")


def name_case_director(
    actor: Actor, case_id: UUID, professional: UUID, *, version: int, once: UUID | None = None
) -> None:
    """Names who keeps the plan going: one per case, from those who take part."""
    with Work(actor, "name_case_director", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        if professional not in {designee for _, designee in pool(work, case.pk, Function.EXECUTION)}:
            raise BadInput("professional", "Kies iemand die aan deze casus meedoet.")
        case.case_director_id = professional
        store(case)
        work.record("case.director_named", case, professional=professional)


def change_phase(actor: Actor, case_id: UUID, draft: PhaseDraft, *, version: int, once: UUID | None = None) -> None:
    """Scales up or down. Never widens what anyone sees [AVE-5]."""
    with Work(actor, "change_phase", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        phase = next((one for one in phases(case.region.configuration) if one.number == draft.phase), None)
        if phase is None or draft.phase == case.phase:
            raise BadInput("phase", "Kies een andere fase uit de lijst.")
        found = objections_to_phase(
            phase,
            has_case_director=case.case_director_id is not None,
            has_process_director=case.process_director_id is not None,
        )
        if found:
            raise Refused(found)
        PhaseChange(
            case=case,
            was=case.phase,
            became=draft.phase,
            reason=text_of("reason", draft.reason),
            category=category_of("category", regime_of(case), draft.category),
            changed_by=actor.who,
            at=clock.now(),
        ).save(force_insert=True)
        work.record("case.phase_changed", case, was=case.phase, became=draft.phase)
        case.phase, case.next_review_on = draft.phase, not_in_past("review_on", draft.review_on)
        store(case)


def set_review(actor: Actor, case_id: UUID, review_on: date, *, version: int, once: UUID | None = None) -> None:
    """Says when the plan is looked at again."""
    with Work(actor, "set_review", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_CASE, version=version)
        case.next_review_on = not_in_past("review_on", review_on)
        store(case)
        work.record("case.review_set", case, on=review_on.isoformat())


def advance_case(actor: Actor, case_id: UUID, becomes: CaseState, *, version: int, once: UUID | None = None) -> None:
    """A step that a director makes with a button."""
    with Work(actor, "advance_case", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        if (CaseState(case.state), becomes) not in PLAIN_MOVES:
            raise Refused(["Deze stap hoort bij een andere handeling, of kan nu niet."])
        move_in(work, case, becomes)
        store(case)


def record_informed(actor: Actor, case_id: UUID, draft: InformedDraft, *, once: UUID | None = None) -> None:
    """Records that a registered person was told, or why not yet and when that is judged again [LAW-8]."""
    with Work(actor, "record_informed", once=once) as work:
        if work.before:
            return
        case, told = work.take(Case, case_id, Permission.DIRECT_CASE), draft.how is Informed.INFORMED
        row = CasePerson.objects.filter(case=case, person_id=draft.person, registered=True).first()
        if row is None:
            raise NotFoundForYou("person")
        if not told and draft.review_on is None:
            raise BadInput("review_on", "Kies wanneer dit opnieuw wordt beoordeeld.")
        row.informed, row.informed_note = draft.how.value, text_of("note", draft.note)
        row.informed_on = clock.today() if told else None
        row.informed_review_on = None if told else draft.review_on
        row.save(force_update=True)
        work.record("case.person_informed", case, person=draft.person, how=draft.how.value)


def close_case(actor: Actor, case_id: UUID, draft: CloseDraft, *, version: int, once: UUID | None = None) -> None:
    """Closes and shields: every execution grant ends, oversight grants come instead (Wgs 2.31 lid 8)."""
    with Work(actor, "close_case", once=once) as work:
        if work.before:
            return
        case = work.take(Case, case_id, Permission.DIRECT_PROCESS, version=version)
        found = objections_to_closing(CaseState(case.state), open_actions(case.pk))
        if found:
            raise Refused(found)
        move_in(work, case, CaseState.CLOSED_SHIELDED)
        case.closed_on, case.close_reason = clock.today(), draft.reason.value
        store(case)
        work.record("case.closed", case, reason=draft.reason.value)
        shield_in(work, case)
        end_grants_in(work, case.pk, Function.EXECUTION)
        if case.intake_id is not None:
            end_grants_in(work, case.intake_id, Function.EXECUTION)


def shield_in(work: Work, case: Case) -> None:
    """Oversight of the region may test the closed case; nobody else reaches it any more."""
    regime = regime_of(case)
    overseers = {organisation for organisation, _ in pool(work, case.region_id, Function.OVERSIGHT)}
    said = {"categories": regime.categories, "under": case.region_id, "function": Function.OVERSIGHT}
    grants = [granted_under(regime, case.region_id, one, **said) for one in sorted(overseers, key=str)]
    if grants:
        grant_in(work, (SubjectKind.CASE, case.pk), *grants)
