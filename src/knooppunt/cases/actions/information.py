"""Bringing information in, or recording that it is not shared and why [LAW-3, LAW-4]."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from django.conf import settings

from knooppunt.cases.access import Permission
from knooppunt.cases.actions.documents import attach_in, quarantine_in
from knooppunt.cases.actions.steps import category_of, regime_of, text_of
from knooppunt.cases.models import Case, Item
from knooppunt.cases.rules import retain_until
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, Refused
from knooppunt.kernel.uploads import SAID, Examined, Sent, examine
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.rules import Regime, objections_to_supplying

SUBJECTS = ("resident", "direct_circle", "professional")


@dataclass(frozen=True)
class ItemDraft:
    """One piece of information as its supplier brings it in.

    `withheld` turns it into "we do not share this, because …": a normal and recordable answer.
    """

    category: str
    subject: str
    text: str
    secrecy_way: str = ""
    secrecy_note: str = ""
    conditions: str = ""
    withheld: bool = False
    file: Sent | None = None


def share_item(actor: Actor, case_id: UUID, draft: ItemDraft, *, once: UUID | None = None) -> UUID:
    """Adds an item on behalf of the own organisation, when its kind may supply it under this regime.

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
        item = Item(
            case=case,
            category=category_of("category", regime, draft.category),
            subject=draft.subject,
            text=text_of("text", draft.text),
            supplier_id=actor.for_whom,
            supplied_by=actor.who,
            withheld=draft.withheld,
            basis=regime.supply_basis(kind),
            secrecy_way="" if draft.withheld else draft.secrecy_way,
            secrecy_note=text_of("secrecy_note", draft.secrecy_note, required=_needs_note(draft)),
            conditions=text_of("conditions", draft.conditions, required=False),
            first_processed_on=clock.today(),
            retain_until=retain_until(clock.today(), regime.retention_years),
            made_at=clock.now(),
        )
        item.save(force_insert=True)
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


def _refuse_file(actor: Actor, case_id: UUID, draft: ItemDraft, examined: Examined) -> NoReturn:
    """Says why, to whoever might have brought it in; what is dangerous goes into quarantine."""
    with Work(actor, "stop_file") as work:
        case = work.take(Case, case_id, Permission.CONTRIBUTE)
        regime = regime_of(case)
        _check(regime, partners.organisation(_own(actor)).kind, draft)
        category = category_of("category", regime, draft.category)
        if examined.dangerous and draft.file:
            quarantine_in(work, case, category, draft.file, examined)
    said = [SAID[reason] for reason in examined.objections]
    if examined.dangerous:
        said.append(f"Wij houden het bestand {settings.QUARANTINE_DAYS} dagen apart; niemand kan het openen.")
    raise BadInput("file", " ".join(said))


def _own(actor: Actor) -> UUID:
    if actor.organisation is None:
        raise Refused(["Meld u aan voor een organisatie."])
    return actor.organisation


def _needs_note(draft: ItemDraft) -> bool:
    return bool(draft.secrecy_way) and not draft.withheld


def _check(regime: Regime, kind: str, draft: ItemDraft) -> None:
    if draft.subject not in SUBJECTS:
        raise BadInput("subject", "Kies over wie het gaat.")
    if draft.secrecy_way and draft.secrecy_way not in regime.secrecy_ways:
        raise BadInput("secrecy_way", "Kies een van de genoemde gronden.")
    if draft.withheld:
        return
    found = objections_to_supplying(regime, kind, draft.category, draft.secrecy_way or None)
    if found:
        raise Refused(found, ["U kunt wel vastleggen dát u iets niet deelt, en waarom."])
