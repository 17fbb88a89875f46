"""Steps that give and end grants and designations, which the database checks once more in its gate functions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners import queries as partners
from knooppunt.sharing.access import Permission, valid_now
from knooppunt.sharing.models import Designation, Grant, TableRegime
from knooppunt.sharing.rules import CORE, STANDING, Regime, SubjectKind

ADMINISTERED = STANDING
"""What an administrator designates for; reports, intakes and cases are the work of the professionals themselves."""


@dataclass(frozen=True)
class NewGrant:
    """Lets an organisation see these categories (and always the core), to work on it or in another function.

    `under` is the route, table or region whose designees see it without a designation of their own. With `agreed_in`
    (a region) and `agreed_under` (a regime) it rests on an agreement; see `granted_under`.
    """

    organisation: UUID
    categories: Iterable[str]
    basis: str
    under: UUID | None = None
    function: Function = Function.EXECUTION
    agreed_in: UUID | None = None
    agreed_under: str = ""


def granted_under(regime: Regime, region: UUID, organisation: UUID, **said: Any) -> NewGrant:
    """A grant under a regime, in a region: working on it rests on an agreement where the regime asks for one.

    Testing what was closed, and taking in what was, rests on the law alone. `said` as in `NewGrant`.
    """
    made = NewGrant(organisation, basis=regime.reference, **said)
    if regime.needs_agreement and made.function is Function.EXECUTION:
        return replace(made, agreed_in=region, agreed_under=regime.code)
    return made


def grant_in(work: Work, subject: tuple[SubjectKind, UUID], *grants: NewGrant) -> bool:
    """Gives these grants on a subject, in one statement; returns whether the actor then reaches it."""
    kind, subject_id = subject
    rows = []
    for one in grants:
        row = {"id": str(uuid4()), "organisation_id": str(one.organisation), "under_id": one.under and str(one.under)}
        row |= {"agreed_in": one.agreed_in and str(one.agreed_in), "agreed_under": one.agreed_under}
        rows.append(row | {"function": one.function, "categories": sorted({CORE, *one.categories}), "basis": one.basis})
        work.record(
            "grant.given", Grant(pk=row["id"]), organisation=one.organisation, subject=subject_id, basis=one.basis
        )
    return bool(_call("kn_grant(%s, %s, %s)", [kind.value, subject_id, json.dumps(rows)]))


def end_grants_in(work: Work, subject_id: UUID, function: Function, organisation: UUID | None = None) -> None:
    """Ends the grants of a subject in one function, of one organisation or of all. Do this last."""
    _call("kn_end_grants(%s, %s, %s)", [subject_id, function.value, organisation])
    work.record("grant.ended", Grant(pk=subject_id), organisation=organisation, function=function.value)


def designate_in(
    work: Work,
    designee: UUID,
    organisation: UUID,
    subject: tuple[SubjectKind, UUID],
    *,
    function: Function = Function.EXECUTION,
    until: datetime | None = None,
) -> UUID:
    """Assigns a professional (or mandate) to a subject on behalf of the own organisation."""
    kind, subject_id = subject
    key = uuid4()
    _call(
        "kn_designate(%s, %s, %s, %s, %s, %s, %s)",
        [key, organisation, designee, kind.value, subject_id, function.value, until],
    )
    work.record("designation.given", Designation(pk=key), subject=subject_id, designee=designee)
    return key


def designate(
    actor: Actor,
    designee: UUID,
    subject: tuple[SubjectKind, UUID],
    *,
    function: Function,
    until: datetime | None = None,
    once: UUID | None = None,
) -> UUID:
    """The administrator assigns a professional of the own organisation to a route, a table or a region."""
    with Work(actor, "designate", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.DESIGNATE)
        if actor.organisation is None:
            raise NotFoundForYou("organisation")
        _check_designee(actor, designee, subject, function)
        if until is not None and until <= clock.now():
            raise BadInput("until", "Kies een einddatum vanaf vandaag, of laat die leeg.")
        return work.finish(designate_in(work, designee, actor.organisation, subject, function=function, until=until))


def _check_designee(actor: Actor, designee: UUID, subject: tuple[SubjectKind, UUID], function: Function) -> None:
    person = partners.professionals([designee]).get(designee)
    if person is None or person.organisation != actor.organisation:
        raise NotFoundForYou("professional")
    if designee == actor.designee:
        raise Refused(["U kunt uzelf niet aanwijzen. Vraag een andere beheerder."])
    if function.value not in partners.functions_of(designee):
        raise Refused(
            ["Deze persoon heeft niet de hoedanigheid die bij deze aanwijzing hoort."],
            ["Geef eerst de hoedanigheid, of wijs iemand anders aan."],
        )
    _, subject_id = subject
    held = Designation.objects.filter(valid_now(), designee_id=designee, subject_id=subject_id, function=function.value)
    if held.exists():
        raise Refused(["Deze persoon is hier al voor aangewezen."], ["Beëindig eerst de aanwijzing die er is."])


def end_designation(actor: Actor, designation: UUID) -> None:
    """The administrator ends a designation of the own organisation; one that ended before stays as it was."""
    with Work(actor, "end_designation") as work:
        allow(actor, Permission.DESIGNATE)
        rows = Designation.objects.filter(organisation_id=actor.for_whom)
        row = rows.filter(pk=designation, subject_kind__in=ADMINISTERED).first()
        if row is None:
            raise NotFoundForYou("designation")
        if row.valid_until is None or row.valid_until > clock.now():
            _call("kn_end_designation(%s)", [designation])
            work.record("designation.ended", row)


def set_regime_in(work: Work, table: UUID, regime: str) -> None:
    """Says under which regime a table works."""
    row, _ = TableRegime.objects.update_or_create(table_id=table, defaults={"regime": regime})
    work.record("table.regime_set", row, table=table, regime=regime)


def sweep_drafts(actor: Actor) -> None:
    """Removes drafts past their term, of forms that were sent, and of whoever has no access any more."""
    with Work(actor, "sweep_drafts"), connection.cursor() as cursor:
        cursor.execute("SELECT kn_sweep_drafts(%s)", [clock.now() - settings.DRAFT_TERM])


def _call(call: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", values)
        return cursor.fetchone()[0]
