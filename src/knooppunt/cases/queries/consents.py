"""Consent as it is shown: what it says, as far as its reader may know whom it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knooppunt.cases.models import Consent
from knooppunt.cases.queries.head import Opened
from knooppunt.cases.rules import LABELS
from knooppunt.kernel.access import scope
from knooppunt.partners import queries as partners


@dataclass(frozen=True)
class ConsentLine:
    """One consent. `others` says that it names organisations of which this reader may not know that they take part."""

    id: UUID
    person: str
    given_on: date
    given_how: str
    given_by: str
    categories: tuple[str, ...]
    organisations: tuple[str, ...]
    others: bool
    purpose: str
    note: str
    withdrawn_at: datetime | None
    withdrawn_how: str

    @property
    def title(self) -> str:
        """In one line, to choose it by."""
        return _("%(day)s, %(how)s: %(what)s voor %(whom)s") % {
            "day": date_format(self.given_on, "j F Y"),
            "how": self.given_how,
            "what": ", ".join(self.categories),
            "whom": ", ".join(self.organisations),
        }


def parties_in(at: Opened) -> tuple[tuple[str, str], ...]:
    """Which organisations a consent may name: those of the table, but the own one. Who takes part it does not tell."""
    members = partners.organisations(set(partners.table(at.case.table_id).members) - {at.head.own_organisation})
    return tuple((str(one.id), one.name) for one in sorted(members.values(), key=lambda one: one.name))


def consents_in(at: Opened) -> tuple[ConsentLine, ...]:
    """The consents of a case that this actor may see: those that hold first, then the newest."""
    rows = Consent.objects.filter(scope(at.work.actor, Consent), case=at.case).select_related("recorded_for")
    found = list(rows.order_by("-recorded_at", "id"))
    named = {one.organisation: one.name for one in at.head.partners}
    own = [row for row in found if row.recorded_for_id == at.work.actor.organisation]
    # Whom the own organisation named it may read by name, also where it may not know that they take part.
    others = {key for row in own for key in row.organisations} - named.keys()
    of_own = named | {key: one.name for key, one in (partners.organisations(others) if others else {}).items()}
    lines = [_line(at, row, of_own if row in own else named) for row in found]
    return tuple(sorted(lines, key=lambda line: line.withdrawn_at is not None))


def _line(at: Opened, row: Consent, named: Mapping[UUID, str]) -> ConsentLine:
    persons = {one.id: one.name for one in at.head.persons}
    return ConsentLine(
        id=row.pk,
        person=persons.get(row.person_id, ""),
        given_on=row.given_on,
        given_how=LABELS[row.given_how],
        given_by=LABELS[row.given_by],
        categories=tuple(at.regime.categories.get(code, code) for code in row.categories),
        organisations=tuple(named[key] for key in row.organisations if key in named),
        others=any(key not in named for key in row.organisations),
        purpose=row.purpose,
        note=row.note,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=LABELS.get(row.withdrawn_how, ""),
    )
