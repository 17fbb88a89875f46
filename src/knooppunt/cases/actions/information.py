"""Bringing information in, or recording that it is not shared and why [LAW-3, LAW-4]."""

from dataclasses import replace
from typing import NoReturn
from uuid import UUID

from django.conf import settings

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.documents import attach_in, quarantine_in
from knooppunt.cases.actions.steps import category_of, regime_of, text_of
from knooppunt.cases.actions.supplying import ItemDraft, facts_of, motivation_of, weigh_supply_in
from knooppunt.cases.models import Case, Item
from knooppunt.cases.rules import retain_until
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.uploads import SAID, Examined, examine
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.actions import SuppliedItem, keep_decision_in
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules.supplying import OUTSIDE_SECRECY, Occasion, Supply

SUBJECTS = ("resident", "direct_circle", "professional")


def share_item(actor: Actor, case_id: UUID, draft: ItemDraft, *, once: UUID | None = None) -> UUID:
    """Adds an item on behalf of the own organisation, when the law lets it go to everybody who would see it.

    `Refused` or `QuestionsFirst` otherwise (`weigh_supply_in`); why it may is kept beside it.
    A file that may not come in stops all of it: `BadInput("file", …)`; a dangerous one is kept apart.
    """
    examined = examine(draft.file, settings.LARGEST_FILE) if draft.file else None
    if examined and examined.objections:
        _refuse_file(actor, case_id, draft, examined)
    with Work(actor, "share_item", once=once) as work:
        if work.before:
            return work.before
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        regime = regime_of(case)
        kind = partners.organisation(_own(actor)).kind
        _check(regime, kind, draft)
        supply = None if draft.withheld else weigh_supply_in(work, case, regime, draft)
        why = text_of("motivation", motivation_of([supply], kind, regime, draft), required=False) if supply else ""
        item = _item(actor, case, regime, draft, supply)
        item.save(force_insert=True)
        if supply:
            _keep_why(work, item, supply, why, draft.consent if draft.claims_consent else None)
        for person in case.concerned():
            work.record(
                "item.withheld" if draft.withheld else "item.shared",
                item,
                person=person,
                case=case.pk,
                category=item.category,
                basis=item.basis,
            )
        if draft.file and examined:
            attach_in(work, item, draft.file, examined)
        return work.finish(item.pk)


def _keep_why(work: Work, item: Item, supply: Supply, why: str, consent: UUID | None) -> None:
    about = SuppliedItem(item.pk, item.case_id, item.category, item.supplier_id, consent)
    keep_decision_in(work, about, supply, why)
    if supply.outside:
        keep_decision_in(work, about, replace(supply, answers=supply.outside), "", Occasion.OUTSIDE)


def _only_for(supply: Supply | None) -> list[UUID] | None:
    """Everybody who is granted the category, unless the consent that it rests on leaves somebody out."""
    return [one.recipient.organisation for one in supply.answers] if supply and supply.outside else None


def _item(actor: Actor, case: Case, regime: Regime, draft: ItemDraft, supply: Supply | None) -> Item:
    return Item(
        case=case,
        category=draft.category,
        subject=draft.subject,
        text=text_of("text", draft.text),
        supplier_id=actor.for_whom,
        only_for=_only_for(supply),
        supplied_by=actor.who,
        withheld=draft.withheld,
        # Where nothing goes to anybody there is no supply: the purpose is what lets the house hold it.
        basis=(supply and supply.basis) or regime.purpose_article,
        secrecy_way="" if draft.withheld else draft.secrecy_way,
        secrecy_note=text_of("secrecy_note", draft.secrecy_note, required=_needs_note(draft)),
        conditions=text_of("conditions", draft.conditions, required=False),
        first_processed_on=clock.today(),
        retain_until=retain_until(clock.today(), regime.retention_years),
        made_at=clock.now(),
    )


def _refuse_file(actor: Actor, case_id: UUID, draft: ItemDraft, examined: Examined) -> NoReturn:
    """Says why, to whoever might have brought it in; what is dangerous goes into quarantine."""
    with Work(actor, "stop_file") as work:
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        regime = regime_of(case)
        _check(regime, partners.organisation(_own(actor)).kind, draft)
        if not draft.withheld:
            weigh_supply_in(work, case, regime, draft)
        if examined.dangerous and draft.file:
            quarantine_in(work, case, draft.category, draft.file, examined)
    said = [SAID[reason] for reason in examined.objections]
    if examined.dangerous:
        said.append(f"Wij houden het bestand {settings.QUARANTINE_DAYS} dagen apart; niemand kan het openen.")
    raise BadInput("file", " ".join(said))


def _own(actor: Actor) -> UUID:
    if actor.organisation is None:
        raise Refused(["Meld u aan voor een organisatie."])
    return actor.organisation


def _needs_note(draft: ItemDraft) -> bool:
    return bool(draft.secrecy_way) and draft.secrecy_way != OUTSIDE_SECRECY and not draft.withheld


def _check(regime: Regime, kind: str, draft: ItemDraft) -> None:
    """What must be right before the law is asked; only the law itself says no."""
    category_of("category", regime, draft.category)
    if draft.subject not in SUBJECTS:
        raise BadInput("subject", "Kies over wie het gaat.")
    facts_of(kind, regime, draft)
