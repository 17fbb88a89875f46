"""What a recorded consent lets somebody see: the law is told of consent only where there is one that says so."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from knooppunt.cases.models import Case, CasePerson, Consent
from knooppunt.kernel.access import scope
from knooppunt.kernel.errors import BadInput
from knooppunt.kernel.work import Work
from knooppunt.sharing.rules.question import Fact
from knooppunt.sharing.rules.supplying import Recipient

CHOOSE_CONSENT = "Kies de toestemming waarop dit rust. Staat zij er niet bij? Leg haar eerst vast bij Informatie."


def covered_by_in(work: Work, case: Case, consent: UUID | None, category: str, about: str) -> frozenset[UUID]:
    """Which organisations a recorded consent lets see something of this category; `BadInput` when it does not count."""
    rows = Consent.objects.filter(scope(work.actor, Consent), case=case, withdrawn_at__isnull=True)
    found = rows.filter(pk=consent).first() if consent else None
    if found is None:
        raise BadInput("consent", CHOOSE_CONSENT)
    if category not in found.categories:
        raise BadInput("consent", "Deze toestemming gaat niet over deze categorie. Kies een andere, of deel dit niet.")
    registered = CasePerson.objects.filter(case=case, person_id=found.person_id, registered=about == "resident")
    if not registered.exists():
        raise BadInput("consent", "Deze toestemming is van iemand anders dan over wie dit gaat.")
    return frozenset(found.organisations)


def told_of_consent(recipients: Iterable[Recipient], covered: Collection[UUID]) -> tuple[Recipient, ...]:
    """The recipients, each with whether the consent names it."""
    name = Fact.EXPLICIT_CONSENT.value
    return tuple(replace(one, facts={**one.facts, name: one.organisation in covered}) for one in recipients)
