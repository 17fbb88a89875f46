"""What an administrator does for the people of the own organisation, and what nobody may do."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from allauth.account.forms import default_token_generator
from django.db import IntegrityError, connection, transaction

from knooppunt.kernel.actor import Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.partners import queries
from knooppunt.partners.actions import people
from knooppunt.partners.actions.people import Person, Read
from knooppunt.partners.models import Professional
from tests.partners.office import Office, employ, open_office, row, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TODAY = date(2026, 11, 22)
SAM = Person("Sam de Wit", "consulent", date(2026, 1, 5), date(2027, 6, 1))


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


def add(office: Office, once: UUID | None = None, email: str = "sam@voorbeeld.invalid") -> UUID:
    return people.add_professional(
        office.karin, SAM, email=email, functions=("execution",), active_from=TODAY, once=once
    )


def test_an_administrator_adds_a_colleague_who_has_no_password_yet(office: Office) -> None:
    made = row(add(office))
    assert (made.name, made.organisation_id, made.functions) == ("Sam de Wit", office.karin.organisation, ["execution"])
    assert not made.account.has_usable_password()
    assert queries.may_act(made.pk, "execution", TODAY) == []


def test_a_form_that_is_sent_twice_adds_one_colleague(office: Office) -> None:
    form = uuid4()
    assert add(office, form) == add(office, form)


def test_an_address_that_has_an_account_is_refused_by_field(office: Office) -> None:
    with pytest.raises(BadInput) as told:
        add(office, email="NADIA@voorbeeld.invalid")
    assert told.value.field == "email"


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, "Sam\x07de Wit", "\u202eSam"])
def test_a_name_that_cannot_be_read_is_refused_by_field(office: Office, name: str) -> None:
    with pytest.raises(BadInput) as told:
        people.add_professional(
            office.karin,
            replace(SAM, name=name),
            email="sam@voorbeeld.invalid",
            functions=("execution",),
            active_from=TODAY,
        )
    assert told.value.field == "name"


def test_a_screening_of_tomorrow_is_refused(office: Office) -> None:
    with pytest.raises(BadInput):
        people.change_professional(
            office.karin, office.nadia.who, replace(SAM, screened_on=date(2026, 11, 23)), read=Read(1)
        )


@pytest.mark.parametrize("functions", [("execution", "maintenance"), ("maintenance", "counts", "execution")])
def test_the_actions_refuse_administrator_and_case_worker_at_once(office: Office, functions: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="Niemand is tegelijk beheerder en uitvoerder"):
        people.set_functions(office.karin, office.nadia.who, functions, read=Read(1))
    with pytest.raises(Refused, match="Niemand is tegelijk beheerder en uitvoerder"):
        people.add_professional(
            office.karin, SAM, email="sam@voorbeeld.invalid", functions=functions, active_from=TODAY
        )


def test_the_database_refuses_administrator_and_case_worker_at_once(office: Office) -> None:
    both = "UPDATE partners_professional SET functions = '{execution,maintenance}' WHERE id = %s"
    refused = pytest.raises(IntegrityError, match="professional_not_judge_and_party")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(both, [office.nadia.who])


def test_the_constraint_says_the_same_sentence_as_the_rule(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(wanted: tuple[str, ...]) -> list[str]:
        return list(wanted)

    monkeypatch.setattr(people, "_functions", forgetful)
    with pytest.raises(Refused, match="Niemand is tegelijk beheerder en uitvoerder"):
        people.set_functions(office.karin, office.nadia.who, ("execution", "maintenance"), read=Read(1))


@pytest.mark.parametrize("functions", [(), ("system",), ("public", "execution"), ("boss",)])
def test_only_functions_of_the_list_are_given(office: Office, functions: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        people.set_functions(office.karin, office.nadia.who, functions, read=Read(1))


def test_nobody_gives_themselves_a_function_a_screening_or_an_end(office: Office) -> None:
    karin = office.karin
    with pytest.raises(Refused, match="een andere beheerder"):
        people.set_functions(karin, karin.who, ("maintenance", "oversight"), read=Read(1))
    with pytest.raises(Refused, match="een andere beheerder"):
        people.change_professional(karin, karin.who, SAM, read=Read(1))
    with pytest.raises(Refused, match="een andere beheerder"):
        people.end_employment(karin, karin.who, last_day=None, read=Read(1))
    own = row(karin.designee)
    people.change_professional(
        karin, karin.who, Person("Karin Smit", "beheerder", own.screened_on, own.trained_until), read=Read(1)
    )
    assert row(karin.designee).name == "Karin Smit"


@pytest.mark.parametrize("function", [f for f in Function if f is not Function.MAINTENANCE])
def test_only_maintenance_keeps_people(office: Office, function: Function) -> None:
    actor = replace(office.karin, function=function)
    with pytest.raises((Refused, NotFoundForYou)):
        people.add_professional(actor, SAM, email="sam@voorbeeld.invalid", functions=("execution",), active_from=TODAY)
    with pytest.raises((Refused, NotFoundForYou)):
        people.set_functions(actor, office.nadia.who, ("counts",), read=Read(1))
    with pytest.raises((Refused, NotFoundForYou)):
        people.end_employment(actor, office.nadia.who, last_day=None, read=Read(1))
    with pytest.raises((Refused, NotFoundForYou)):
        people.invite_professional(actor, office.nadia.who)
    with pytest.raises((Refused, NotFoundForYou)):
        people.name_organisation(actor, "Anders", was="Gemeente Zaanstad")
    with pytest.raises((Refused, NotFoundForYou)):
        queries.staff(actor)
    with pytest.raises((Refused, NotFoundForYou)):
        queries.staff_member(actor, office.nadia.who)


def test_another_organisations_people_do_not_exist_for_an_administrator(office: Office) -> None:
    assert office.dirk.who not in {view.id for view in queries.staff(office.karin)}
    for attempt in (
        lambda: queries.staff_member(office.karin, office.dirk.who),
        lambda: people.set_functions(office.karin, office.dirk.who, ("counts",), read=Read(1)),
        lambda: people.end_employment(office.karin, office.dirk.who, last_day=None, read=Read(1)),
        lambda: people.invite_professional(office.karin, office.dirk.who),
    ):
        with pytest.raises(NotFoundForYou):
            attempt()


def test_the_second_of_two_is_told_what_stands_there(office: Office) -> None:
    people.change_professional(office.karin, office.nadia.who, SAM, read=Read(1))
    with pytest.raises(ChangedMeanwhile) as told:
        people.change_professional(office.karin, office.nadia.who, replace(SAM, name="Sam"), read=Read(1))
    assert (told.value.version, told.value.now["name"]) == (2, "Sam de Wit")


def test_an_ended_professional_cannot_act_or_log_in_any_more(office: Office) -> None:
    people.end_employment(office.karin, office.nadia.who, last_day=None, read=Read(1))
    ended = row(office.nadia.designee)
    assert "niet (meer) geldig" in " ".join(queries.may_act(ended.pk, "execution", TODAY))
    assert not ended.account.is_active
    viewer = queries.acting_as(ended.account_id, None)
    assert viewer is not None and viewer.objections


def test_a_last_day_that_is_still_to_come_lets_somebody_work_until_then(office: Office) -> None:
    people.end_employment(office.karin, office.nadia.who, last_day=date(2026, 11, 30), read=Read(1))
    assert queries.may_act(office.nadia.who, "execution", date(2026, 11, 30)) == []
    assert queries.may_act(office.nadia.who, "execution", date(2026, 12, 1))
    assert row(office.nadia.designee).account.is_active
    with pytest.raises(BadInput):
        people.end_employment(office.karin, office.nadia.who, last_day=date(2020, 1, 1), read=Read(2))


def test_an_end_can_be_taken_back(office: Office) -> None:
    people.end_employment(office.karin, office.nadia.who, last_day=None, read=Read(1))
    people.resume_employment(office.karin, office.nadia.who, read=Read(2))
    assert row(office.nadia.designee).account.is_active
    assert queries.may_act(office.nadia.who, "execution", TODAY) == []


def test_an_administrator_ends_every_session_of_a_colleague_and_of_nobody_else(office: Office) -> None:
    browsers = {one: session_of(one) for one in (office.nadia, office.dirk)}
    people.end_sessions(office.karin, office.nadia.who)
    assert browsers[office.nadia].get("/account/sessies/").status_code == 302
    for actor, colleague in ((office.karin, office.dirk), (office.dirk, office.nadia)):
        with pytest.raises(NotFoundForYou):
            people.end_sessions(actor, colleague.who)
    assert browsers[office.dirk].get("/account/sessies/").status_code == 200


def test_an_invitation_sets_one_password_and_is_made_once_per_form(office: Office) -> None:
    key, form = add(office), uuid4()
    made = people.invite_professional(office.karin, key, once=form)
    assert made is not None and made.account == row(key).account.pk.hex
    assert people.invite_professional(office.karin, key, once=form) is None
    account = row(key).account
    assert default_token_generator.check_token(account, made.key)
    account.set_password("een heel lang wachtwoord")
    account.save()
    assert not default_token_generator.check_token(account, made.key)
    with pytest.raises(Refused, match="al een wachtwoord"):
        people.invite_professional(office.karin, key)


def test_an_invitation_ends_with_the_employment(office: Office) -> None:
    key = add(office)
    made = people.invite_professional(office.karin, key)
    people.end_employment(office.karin, key, last_day=None, read=Read(1))
    assert made is not None
    assert not default_token_generator.check_token(row(key).account, made.key)
    with pytest.raises(Refused):
        people.invite_professional(office.karin, key)


def test_the_own_organisation_gets_another_name_and_the_second_is_told(office: Office) -> None:
    people.name_organisation(office.karin, "Zaanstad", was="Gemeente Zaanstad")
    assert queries.organisation(office.karin.for_whom).name == "Zaanstad"
    with pytest.raises(ChangedMeanwhile) as told:
        people.name_organisation(office.karin, "Stad", was="Gemeente Zaanstad")
    assert told.value.now == {"name": "Zaanstad"}


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_recorded_does_not_commit(frozen: object) -> None:
    office = open_office()
    with pytest.raises(IntegrityError, match="not recorded"):
        Professional.objects.filter(pk=office.nadia.designee).update(name="stil")
    assert row(office.nadia.designee).name == "Nadia"


@pytest.mark.django_db(transaction=True)
def test_the_log_holds_no_name_or_address(frozen: object, owner_connection: psycopg.Connection) -> None:
    office = open_office()
    key = add(office)
    people.change_professional(office.karin, key, replace(SAM, name="Sam Anders"), read=Read(1))
    lines = owner_connection.execute(
        "SELECT event, detail::text FROM kernel_auditline WHERE subject_id = %s", [key]
    ).fetchall()
    assert {event for event, _ in lines} == {"professional.added", "professional.changed"}
    assert not any(word in detail for _, detail in lines for word in ("Sam", "consulent", "invalid"))


def test_what_is_missing_for_residents_data_is_flagged(office: Office) -> None:
    late = employ("lars", "gemeente-zaanstad", Function.EXECUTION, trained_until=date(2026, 11, 21))
    found = {view.id: view.lacks(TODAY) for view in queries.staff(office.karin)}
    assert found[late.who] == ("training",)
    assert found[office.nadia.who] == ()
    assert found[office.karin.who] == ()
