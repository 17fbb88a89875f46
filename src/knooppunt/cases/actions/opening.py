"""Making a case out of an intake that is taken up, with its regime, its persons and its process director."""

from uuid import UUID, uuid4

from django.db import connection

from knooppunt.cases.actions.steps import text_of
from knooppunt.cases.models import Case, CasePerson, Intake, Participant, Plan, StateChange
from knooppunt.cases.rules import CaseState, Informed, IntakeStatus, involvement_category
from knooppunt.kernel import clock
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.people.actions import link_person_in
from knooppunt.people.queries import Occurrence, persons_of_in
from knooppunt.people.rules import Identity
from knooppunt.sharing import law
from knooppunt.sharing.access import opened_now
from knooppunt.sharing.actions import designate_in, grant_in, granted_under
from knooppunt.sharing.queries import regime_code_of
from knooppunt.sharing.rules import (
    ASK_GOVERNANCE,
    Regime,
    SubjectKind,
    objections_to_joining,
    objections_without_agreement,
)

FIRST_PHASE = {"triage_team": "3"}


def open_case_in(work: Work, intake: Intake, phase: str) -> UUID:
    """The new case. Whoever records the decision starts as its process director."""
    table = working_table(partners.table(intake.table_id))
    regime = law.in_force(regime_code_of(table.id), clock.today())
    case = _case(work, intake, table, regime, phase)
    let_in(work, case, regime, partners.organisation(_organisation(work)))
    designate_in(work, _designee(work), _organisation(work), (SubjectKind.CASE, case.pk))
    case.save(force_insert=True)
    StateChange(case=case, was="", became=case.state, at=clock.now()).save(force_insert=True)
    Plan(case=case, category="guidance_care_help").save(force_insert=True)
    join(case, regime, partners.organisation(_organisation(work)))
    for occurrence in persons_of_in(work, [intake.pk]).get(intake.pk, []):
        _register(work, case, intake, occurrence)
    intake.status = IntakeStatus.TAKEN_UP.value
    intake.version += 1
    intake.save(force_update=True)
    work.record("case.opened", case, regime=regime.reference, intake=intake.pk)
    return case.pk


def working_table(table: partners.TableView) -> partners.TableView:
    """Where a case is worked on: a triage team hands over to the case consultation under the same regime."""
    if table.kind != "triage_team":
        return table
    regime = regime_code_of(table.id)
    for other in partners.tables(region=table.region, kind="case_consultation"):
        if regime_code_of(other.id) == regime:
            return other
    raise Refused(["Deze regio heeft geen casusoverleg onder dit kader. Vraag de beheerder er een te maken."])


def _case(work: Work, intake: Intake, table: partners.TableView, regime: Regime, phase: str) -> Case:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_next_case_number(%s, %s)", [intake.region_id, clock.today().year])
        (serial,) = cursor.fetchone()
    return Case(
        pk=uuid4(),
        region_id=intake.region_id,
        table_id=table.id,
        intake_id=intake.pk,
        municipality_id=intake.municipality_id,
        number=f"{clock.today().year}-{serial:04d}",
        regime=regime.code,
        regime_version=regime.reference,
        state=CaseState.TAKEN_UP.value,
        phase=phase or FIRST_PHASE.get(intake.table.kind, "2"),
        domain=intake.domain,
        opened_on=clock.today(),
        process_director_id=work.actor.designee,
    )


def let_in(work: Work, case: Case, regime: Regime, organisation: partners.OrganisationView) -> None:
    """Gives an organisation the grant that its kind gets under this regime."""
    found = objections_to_joining(regime, organisation.kind, organisation.participant_class)
    if found:
        raise Refused(found)
    check_agreed(regime, case.region_id, organisation)
    receives = regime.participants[organisation.kind].receives
    grant = granted_under(regime, case.region_id, organisation.id, categories=receives)
    grant_in(work, (SubjectKind.CASE, case.pk), grant)


def check_agreed(regime: Regime, region: UUID, organisation: partners.OrganisationView) -> None:
    """`Refused` where the regime asks for an agreement and none holds today for this organisation."""
    if regime.needs_agreement:
        opened = opened_now(organisation.id, region, regime.code)
        if found := objections_without_agreement(regime, organisation.name, opened):
            raise Refused(found, ASK_GOVERNANCE)


def join(case: Case, regime: Regime, organisation: partners.OrganisationView) -> Participant:
    """The row that says an organisation takes part; its involvement has a category."""
    row = Participant(
        case=case,
        organisation_id=organisation.id,
        participant_class=organisation.participant_class,
        category=involvement_category(organisation.kind),
        receives=sorted(regime.participants[organisation.kind].receives),
        since=clock.today(),
    )
    row.save(force_insert=True)
    return row


def _register(work: Work, case: Case, intake: Intake, occurrence: Occurrence) -> None:
    identity = Identity(surname=occurrence.name, born=occurrence.born)
    link_person_in(work, occurrence.person, (SubjectKind.CASE, case.pk), identity, as_in=intake.pk)
    row = CasePerson(
        case=case,
        person_id=occurrence.person,
        registered=True,
        category="identity_contact",
        informed=(Informed.INFORMED if intake.informed else Informed.TO_DO).value,
        informed_on=clock.today() if intake.informed else None,
        informed_note=text_of("informed_note", intake.informed_note, required=False),
    )
    row.save(force_insert=True)
    work.record("case.person_registered", case, person=occurrence.person)


def _organisation(work: Work) -> UUID:
    if work.actor.organisation is None:
        raise BadInput("organisation", "Meld u aan voor een organisatie.")
    return work.actor.organisation


def _designee(work: Work) -> UUID:
    if work.actor.designee is None:
        raise BadInput("professional", "Meld u aan als professional.")
    return work.actor.designee
