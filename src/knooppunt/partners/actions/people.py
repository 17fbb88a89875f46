"""What an administrator does for the people of the own organisation: in, changed, in which function, and out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import Error, IntegrityError
from django.utils.translation import gettext as _

from knooppunt.kernel import clock, sessions
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor, Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.partners.access import Permission
from knooppunt.partners.models import Account, Organisation, Professional
from knooppunt.partners.rules import INCOMPATIBLE, objections_to_functions

GIVEN = tuple(f.value for f in Function if f not in {Function.SYSTEM, Function.PUBLIC})
"""The functions that a person can be given, in the order of the closed list."""


@dataclass(frozen=True)
class Person:
    """What an administrator writes down of a professional."""

    name: str
    job_title: str
    screened_on: date | None
    trained_until: date | None


@dataclass(frozen=True)
class Invitation:
    """The two parts of the address at which a professional sets a password, once."""

    account: str
    key: str


@dataclass(frozen=True)
class Read:
    """Which version of a record was read, and the form (if any) that brings the change."""

    version: int
    form: UUID | None = None


def add_professional(
    actor: Actor,
    person: Person,
    *,
    email: str,
    functions: tuple[str, ...],
    active_from: date,
    once: UUID | None = None,
) -> UUID:
    """Makes an account without a password, and the professional behind it."""
    said, address = _checked(person), _address(email)
    with Work(actor, "add_professional", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.KEEP_STAFF)
        if actor.organisation is None:
            raise NotFoundForYou("organisation")
        row = Professional(
            organisation_id=actor.organisation,
            name=said.name,
            job_title=said.job_title,
            functions=_functions(functions),
            active_from=active_from,
            screened_on=said.screened_on,
            trained_until=said.trained_until,
        )
        try:
            row.account = Account.objects.create_user(address)
            row.save(force_insert=True)
        except IntegrityError as error:
            raise _explained(error) from error
        work.record("professional.added", row, organisation=actor.organisation, functions=row.functions)
        return work.finish(row.pk)


def change_professional(actor: Actor, key: UUID, person: Person, *, read: Read) -> UUID:
    """Changes name, work, screening and training. Screening and training are another's to confirm, never one's own."""
    said = _checked(person)
    with Work(actor, "change_professional", once=read.form) as work:
        if work.before:
            return work.before
        row = work.take(Professional, key, Permission.KEEP_STAFF, version=read.version)
        if (row.screened_on, row.trained_until) != (said.screened_on, said.trained_until):
            allow(actor, Permission.EMPOWER_STAFF, row)
        row.name, row.job_title = said.name, said.job_title
        row.screened_on, row.trained_until = said.screened_on, said.trained_until
        return _changed(work, row, "professional.changed", screened=said.screened_on, trained=said.trained_until)


def set_functions(actor: Actor, key: UUID, functions: tuple[str, ...], *, read: Read) -> UUID:
    """Gives and takes the functions in which somebody may act; whoever wears one that is taken loses it at once."""
    with Work(actor, "set_functions", once=read.form) as work:
        if work.before:
            return work.before
        row = work.take(Professional, key, Permission.EMPOWER_STAFF, version=read.version)
        before, row.functions = row.functions, _functions(functions)
        return _changed(work, row, "professional.functions_set", before=before, functions=row.functions)


def end_employment(actor: Actor, key: UUID, *, last_day: date | None, read: Read) -> UUID:
    """Ends the employment after `last_day`, or at once: then every session of the account ends too."""
    with Work(actor, "end_employment", once=read.form) as work:
        if work.before:
            return work.before
        row = work.take(Professional, key, Permission.EMPOWER_STAFF, version=read.version)
        if last_day is not None and last_day < row.active_from:
            raise BadInput("last_day", _("Kies een dag op of na de eerste werkdag."))
        row.active_until = last_day or clock.today() - timedelta(days=1)
        if row.active_until < clock.today():
            _close(row.account)
        return _changed(work, row, "professional.ended", until=row.active_until)


def resume_employment(actor: Actor, key: UUID, *, read: Read) -> UUID:
    """Takes back an end; whoever was closed out needs a new address to set a password."""
    with Work(actor, "resume_employment", once=read.form) as work:
        if work.before:
            return work.before
        row = work.take(Professional, key, Permission.EMPOWER_STAFF, version=read.version)
        row.active_until = None
        Account.objects.filter(pk=row.account_id).update(is_active=True)
        return _changed(work, row, "professional.resumed")


def invite_professional(actor: Actor, key: UUID, *, once: UUID | None = None) -> Invitation | None:
    """Makes the address for a first password; None when this form made it before: it is shown once.

    Whoever has a password already sets it by mail: otherwise an administrator could step into a colleague's account.
    """
    with Work(actor, "invite_professional", once=once) as work:
        if work.before:
            return None
        row = work.take(Professional, key, Permission.EMPOWER_STAFF)
        if not row.account.is_active:
            raise Refused([_("Deze aanstelling is geëindigd.")], [_("Zet de aanstelling eerst weer open.")])
        if row.account.has_usable_password():
            raise Refused(
                [_("Deze persoon heeft al een wachtwoord.")],
                [_("Wie zijn wachtwoord kwijt is, vraagt zelf een nieuw aan op de pagina Inloggen.")],
            )
        made = Invitation(user_pk_to_url_str(row.account), default_token_generator.make_token(row.account))
        work.record("professional.invited", row)
        work.finish(row.pk)
        return made


def end_sessions(actor: Actor, key: UUID, *, once: UUID | None = None) -> UUID:
    """Ends every session of a colleague: a lost phone, or somebody who may be logged in as another."""
    with Work(actor, "end_sessions", once=once) as work:
        if work.before:
            return work.before
        row = work.take(Professional, key, Permission.KEEP_STAFF)
        ended = sessions.end_sessions(row.account_id)
        work.record("professional.sessions_ended", row, organisation=row.organisation_id, sessions=ended)
        return work.finish(row.pk)


def name_organisation(actor: Actor, name: str, *, was: str, once: UUID | None = None) -> UUID:
    """Changes the name of the own organisation; `was` is the name that was read."""
    said = _line("name", name, 120)
    with Work(actor, "name_organisation", once=once) as work:
        if work.before:
            return work.before
        if actor.organisation is None:
            raise NotFoundForYou("organisation")
        row = work.take(Organisation, actor.organisation, Permission.NAME_ORGANISATION)
        if row.name != was:
            raise ChangedMeanwhile(0, {"name": row.name})
        row.name = said
        row.save(update_fields=["name"])
        work.record("organisation.named", row)
        return work.finish(row.pk)


def _changed(work: Work, row: Professional, event: str, **detail: Any) -> UUID:
    row.version += 1
    try:
        row.save()
    except IntegrityError as error:
        raise _explained(error) from error
    work.record(event, row, organisation=row.organisation_id, **detail)
    return work.finish(row.pk)


def _close(account: Account) -> None:
    """No log-in, no password to reset, and with another password hash no session that still fits."""
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    sessions.end_sessions(account.pk)


def _functions(wanted: tuple[str, ...]) -> list[str]:
    unknown = sorted(set(wanted) - set(GIVEN))
    if unknown or not wanted:
        raise BadInput("functions", _("Kies ten minste één hoedanigheid uit de lijst."))
    objections = objections_to_functions(wanted)
    if objections:
        raise Refused(objections)
    return [function for function in GIVEN if function in wanted]


def _checked(person: Person) -> Person:
    if person.screened_on is not None and person.screened_on > clock.today():
        raise BadInput("screened_on", _("De datum van de screening kan niet in de toekomst liggen."))
    return Person(
        _line("name", person.name, 80),
        _line("job_title", person.job_title, 80, empty=True),
        person.screened_on,
        person.trained_until,
    )


def _address(email: str) -> str:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise BadInput("email", _("Vul een geldig e-mailadres in, zoals naam@organisatie.nl.")) from error
    return email.strip()


def _line(field: str, text: str, longest: int, *, empty: bool = False) -> str:
    said = " ".join(text.split())
    if not said and not empty:
        raise BadInput(field, _("Vul dit in."))
    if len(said) > longest:
        raise BadInput(field, _("Gebruik ten hoogste %(longest)d tekens.") % {"longest": longest})
    if not said.isprintable():
        raise BadInput(field, _("Hier staan tekens in die niet te zien zijn. Typ de tekst opnieuw."))
    return said


def _explained(error: Error) -> Exception:
    """The same sentence, whether a rule or the database stopped it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name == "professional_not_judge_and_party":
        return Refused(objections_to_functions(INCOMPATIBLE))
    if name == "professional_has_a_function":
        return BadInput("functions", _("Kies ten minste één hoedanigheid uit de lijst."))
    if name.startswith("partners_account_email"):
        return BadInput("email", _("Met dit e-mailadres kan geen account gemaakt worden. Is er al een account?"))
    return error
