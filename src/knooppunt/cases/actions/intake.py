"""From a request to a judgement to a decision: taken up as a case, or not (Wgs 2.31 lid 1 to 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

from django.db import connection

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.opening import check_agreed, open_case_in
from knooppunt.cases.actions.steps import category_of, text_of
from knooppunt.cases.actions.supplying import judging_of, motivation_of, weigh_request_in
from knooppunt.cases.models import Case, Intake, IntakeDecision, Judgement
from knooppunt.cases.rules import (
    Criterion,
    IntakeStatus,
    Judged,
    Outcome,
    criteria_met,
    objections_to_admission,
    objections_to_deciding,
)
from knooppunt.kernel import clock
from knooppunt.kernel.access import allow, scope
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.outbox import tell
from knooppunt.kernel.terms import working_days_after
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.partners.rules import knowledge_domains, phases
from knooppunt.people.actions import know_person_in, link_person_in
from knooppunt.people.rules import Identity
from knooppunt.sharing import law
from knooppunt.sharing.actions import SuppliedItem, designate_in, grant_in, granted_under, keep_decision_in
from knooppunt.sharing.queries import regime_code_of
from knooppunt.sharing.rules import Regime, SubjectKind
from knooppunt.signals.actions.judging import OUTCOME_NOTICE, take_up_report_in
from knooppunt.signals.queries import for_intake

TERM = 5
"""Working days within which a triage table decides, unless it agreed otherwise."""

ASKED = frozenset({"triage_team", "local_mdo"})
"""The kinds of table that one can ask to take something up."""


@dataclass(frozen=True)
class IntakeDraft:
    """What the request form asks [ZVH-2]. Either a report, or an identity typed in.

    `categories` are the kinds of information in the texts, beside who it is about; `secrecy_way` to `motivation` is
    what the requester says of the supply, as with an item.
    """

    table: UUID
    report: UUID | None
    identities: tuple[Identity, ...]
    municipality: UUID | None
    domain: str
    urgent: bool
    criteria: Mapping[Criterion, str]
    goal: str
    tried: str
    informed: bool
    informed_note: str
    accuracy_checked: bool
    partners: tuple[UUID, ...] = ()
    categories: tuple[str, ...] = ()
    secrecy_way: str = ""
    secrecy_note: str = ""
    conditions: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)
    motivation: str = ""


@dataclass(frozen=True)
class JudgementDraft:
    """One participant's judgement per criterion."""

    met: Mapping[Criterion, bool]
    motivation: str


def request_intake(actor: Actor, draft: IntakeDraft, *, once: UUID | None = None) -> UUID:
    """Asks a triage table to take something up; everyone at that table who is designated can see it.

    `Refused` or `QuestionsFirst` when the law does not let it go to one of them; why it may is kept beside it.
    """
    with Work(actor, "request_intake", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.REQUEST_INTAKE)
        table = _offered_table(actor, draft)
        regime = law.in_force(regime_code_of(table.id), clock.today())
        check_agreed(regime, table.region, partners.organisation(actor.for_whom))
        intake = _intake(actor, draft, table.region)
        for category in draft.categories:
            category_of("categories", regime, category)
        supplies = weigh_request_in(work, regime, table, draft.categories, draft)
        why = motivation_of(supplies, partners.organisation(actor.for_whom).kind, regime, draft)
        _let_table_see(work, intake, table, regime)
        intake.save(force_insert=True)
        for supply in supplies:
            about = SuppliedItem(intake.pk, intake.pk, supply.question.category, actor.for_whom)
            keep_decision_in(work, about, supply, text_of("motivation", why, required=False))
        for person, identity in _persons(work, draft):
            link_person_in(work, person, (SubjectKind.INTAKE, intake.pk), identity)
            work.record("intake.requested", intake, person=person, table=table.id)
        if draft.report is not None:
            take_up_report_in(work, draft.report)
        return work.finish(intake.pk)


def _offered_table(actor: Actor, draft: IntakeDraft) -> partners.TableView:
    """The table that was chosen, when it takes requests in a region of the requester; the rest must fit that region."""
    table = partners.table(draft.table)
    region = next((one for one in partners.regions_of(actor.for_whom) if one.id == table.region), None)
    if region is None or table.kind not in ASKED:
        raise BadInput("table", "Kies een overleg uit de lijst.")
    if draft.municipality and draft.municipality not in partners.municipalities(region.id, clock.today()):
        raise BadInput("municipality", "Kies een gemeente in de regio van het overleg.")
    if draft.domain and draft.domain not in knowledge_domains(region.configuration):
        raise BadInput("domain", "Kies een kennisdomein van de regio van het overleg.")
    return table


def _intake(actor: Actor, draft: IntakeDraft, region: UUID) -> Intake:
    if not draft.accuracy_checked:
        raise BadInput(
            "accuracy_checked", "Controleer eerst of de gegevens kloppen en van goede kwaliteit zijn (Bgs 1.6)."
        )
    texts = {c.value: text_of(c.value, draft.criteria.get(c, "")) for c in Criterion}
    return Intake(
        region_id=region,
        table_id=draft.table,
        report_id=draft.report,
        municipality_id=draft.municipality,
        requested_by=actor.who,
        requested_for_id=actor.for_whom,
        made_at=clock.now(),
        due_on=working_days_after(clock.today(), TERM),
        urgent=draft.urgent,
        domain=draft.domain,
        goal=text_of("goal", draft.goal),
        tried=text_of("tried", draft.tried),
        informed=draft.informed,
        informed_note=text_of("informed_note", draft.informed_note, required=not draft.informed),
        accuracy_checked=draft.accuracy_checked,
        partners=list(draft.partners),
        status=IntakeStatus.IN_TRIAGE.value,
        **texts,
    )


def _let_table_see(work: Work, intake: Intake, table: partners.TableView, regime: Regime) -> None:
    """The requester follows the own request; the members of the table that may take part judge it."""
    subject = (SubjectKind.INTAKE, intake.pk)
    own = intake.requested_for_id
    judging = [member.id for member in judging_of(table, regime) if member.id != own]
    everything = partial(granted_under, regime, table.region, categories=regime.categories)
    grants = [everything(one, under=table.id) for one in judging]
    grant_in(work, subject, everything(own, under=table.id if own in table.members else None), *grants)
    designate_in(work, intake.requested_by, own, subject)


def _persons(work: Work, draft: IntakeDraft) -> list[tuple[UUID, Identity]]:
    described = for_intake(work, draft.report).persons if draft.report is not None else ()
    if described:
        return list(described)
    if not draft.identities:
        raise BadInput("surname", "Vul in over wie het gaat, of begin bij een melding.")
    return [(know_person_in(work, identity), identity) for identity in draft.identities]


def judge_intake(actor: Actor, intake_id: UUID, draft: JudgementDraft, *, once: UUID | None = None) -> UUID:
    """Records the own organisation's judgement; until the decision it may be judged anew (Bgs 2.20 lid 3)."""
    with Work(actor, "judge_intake", once=once) as work:
        if work.before:
            return work.before
        intake = work.take(Intake, intake_id, Permission.JUDGE_INTAKE)
        _still_open(intake)
        motivation = text_of("motivation", draft.motivation)
        met = {c.value: draft.met[c] for c in Criterion if c in draft.met}
        if len(met) < len(Criterion):
            raise BadInput(next(c.value for c in Criterion if c not in draft.met), "Kies ja of nee.")
        return work.finish(_judge(work, intake, actor.for_whom, {"absent": False, "motivation": motivation, **met}))


def record_absent(actor: Actor, intake_id: UUID, organisation: UUID) -> UUID:
    """Records that a member of the table was absent and gave no judgement."""
    with Work(actor, "record_absent") as work:
        intake = work.take(Intake, intake_id, Permission.DECIDE_INTAKE)
        _still_open(intake)
        if organisation not in partners.table(intake.table_id).members:
            raise BadInput("organisation", "Kies een lid van dit overleg.")
        if Judgement.objects.filter(intake=intake, organisation_id=organisation, absent=False).exists():
            raise Refused(["Deze organisatie heeft al geoordeeld."])
        nothing = dict.fromkeys((c.value for c in Criterion), None)
        return _judge(work, intake, organisation, {"absent": True, "motivation": "", **nothing})


def _judge(work: Work, intake: Intake, organisation: UUID, values: Mapping[str, object]) -> UUID:
    row = Judgement.objects.filter(intake=intake, organisation_id=organisation).first()
    if row is None:
        row = Judgement(intake=intake, organisation_id=organisation)
    for name, value in values.items():
        setattr(row, name, value)
    row.judged_by, row.at = work.actor.who, clock.now()
    row.save()
    work.record("intake.judged", row, intake=intake.pk, organisation=organisation, absent=row.absent)
    return row.pk


def _still_open(intake: Intake) -> None:
    if intake.status != IntakeStatus.IN_TRIAGE:
        raise Refused(["Over deze aanmelding is al besloten."])


def decide_intake(
    actor: Actor, intake_id: UUID, outcome: Outcome, phase: str = "", *, once: UUID | None = None
) -> UUID | None:
    """Records the table's decision: the id of the new case, or None when it is not taken up.

    Not taken up: everything collected for the intake goes in the same transaction (Bgs 1.16 lid 1 onder b);
    what stays is a decision without a person. The report stays with its own route.
    """
    with Work(actor, "decide_intake", once=once) as work:
        if work.before:
            return work.before if Case.objects.filter(scope(actor, Case), pk=work.before).exists() else None
        intake = work.take(Intake, intake_id, Permission.DECIDE_INTAKE)
        _still_open(intake)
        if phase and phase not in {one.number for one in phases(intake.region.configuration)}:
            raise BadInput("phase", "Kies een fase uit de lijst.")
        made = intake.judged()
        found = objections_to_deciding(intake.judging_members(), made, intake.table.quorum)
        if outcome is Outcome.TAKE_UP:
            found += objections_to_admission(made)
        if found:
            raise Refused([_named(text) for text in found])
        decision = _keep_decision(work, intake, outcome, made)
        _tell_reporter(work, intake, outcome)
        if outcome is Outcome.TAKE_UP:
            return work.finish(open_case_in(work, intake, phase))
        _clear(work, intake)
        work.finish(decision)
        return None


def _named(text: str) -> str:
    for one in partners.organisations().values():
        text = text.replace(str(one.id), one.name)
    return text


def _keep_decision(work: Work, intake: Intake, outcome: Outcome, made: list[Judged]) -> UUID:
    codes = partners.organisations(UUID(one.organisation) for one in made)
    row = IntakeDecision(
        pk=uuid4(),
        region_id=intake.region_id,
        table_id=intake.table_id,
        decided_on=clock.today(),
        outcome=outcome.value,
        met={criterion.value: met for criterion, met in criteria_met(made).items()},
        judged=sorted(codes[UUID(one.organisation)].code for one in made if not one.absent),
        quorum_met=sum(not one.absent for one in made) >= intake.table.quorum,
    )
    row.save(force_insert=True)
    work.record("intake.decided", row, outcome=outcome.value)
    return row.pk


def _tell_reporter(work: Work, intake: Intake, outcome: Outcome) -> None:
    if intake.report_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_tell_reporter(%s, %s)", [intake.pk, outcome.value])
    tell(work, OUTCOME_NOTICE, intake.report_id)
    work.record("report.decided", intake, outcome=outcome.value)


def _clear(work: Work, intake: Intake) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kn_clear_intake(%s)", [intake.pk])
    work.record("intake.cleared", intake)
