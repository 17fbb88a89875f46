"""The file of an item in the browser: attaching it, opening it as far as the item opens, and what is stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from psycopg.conninfo import conninfo_to_dict

from knooppunt.cases import actions, jobs
from knooppunt.cases.models import Document, DocumentContent
from knooppunt.cases.queries import information_page
from knooppunt.kernel.actor import Function, system_actor
from knooppunt.kernel.uploads import Sent
from knooppunt.kernel.uploads.scanner import ScannerAway
from knooppunt.kernel.work import look
from tests.cases.case_world import item, with_content, with_partners
from tests.cases.test_case_web import closed, hidden, page
from tests.conftest import Frozen
from tests.database import Run
from tests.uploads.fake_clamd import FakeClamd
from tests.uploads.fake_clamd import clamd as clamd
from tests.uploads.samples import EICAR, GOOD, docx, pdf
from tests.world import World
from tests.world import world as world

pytestmark = pytest.mark.django_db(transaction=True)

SECRET_NAME = "Tobias Testman bij ons.pdf"
TYPED = "Zij slikt iedere dag pillen."
SCRIPT = pdf(b"<< /S /JavaScript >>")


def send(client: Client, case: UUID, file: tuple[str, bytes] | None, **changes: Any) -> Any:
    """Sends the form of *Informatie inbrengen* as Joris of the GGZ does, with a file."""
    address = f"/casussen/{case}/informatie/inbrengen/"
    said = {"category": "health", "subject": "resident", "text": TYPED, "secrecy_way": "legal_duty"}
    said |= {"secrecy_note": "Besproken.", "conditions": "", "necessary": "on", **changes}
    if file:
        said["file"] = SimpleUploadedFile(*file)
    return client.post(address, {**hidden(page(client, address)), **said})


def attached(world: World, case: UUID, content: bytes = GOOD["verslag.pdf"]) -> str:
    """Joris attaches a file; returns its address."""
    file = Sent(SECRET_NAME, content)
    draft = item("health", TYPED, secrecy_way="legal_duty", secrecy_note="Wvggz.", file=file)
    actions.share_item(world.actor("joris"), case, draft)
    shown = information_page(world.actor("joris"), case)
    shared = next(line.file for _, group in shown.by_category for line in group if line.file)
    return f"/casussen/{case}/informatie/{shared.id}/bestand/"


def kept(world: World, case: UUID) -> list[Any]:
    """The documents of a case, as Joris reaches them."""
    with look(world.actor("joris"), "test"):
        return list(Document.objects.filter(case_id=case))


@contextmanager
def as_jobs(run: Run) -> Iterator[None]:
    """The worker's side: as kn_jobs."""
    known = conninfo_to_dict(run.url("jobs"))
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=known["user"], PASSWORD=known.get("password", ""))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def test_a_file_opens_for_whoever_sees_its_item_and_for_nobody_else(world: World) -> None:
    case = with_partners(world)
    joris = world.client("joris")
    answer = send(joris, case, (SECRET_NAME, GOOD["verslag.pdf"]))
    assert answer.status_code == 303
    (document,) = kept(world, case)
    address = f"/casussen/{case}/informatie/{document.pk}/bestand/"
    answers = {name: world.client(name).get(address) for name in world.people}
    sees = {name for name, answer in answers.items() if answer.content == GOOD["verslag.pdf"]}
    assert sees == {"joris", "anna", "carla"}
    assert {answers[name].status_code for name in ("hamid", "bram", "ilse", "bas", "femke", "dirk")} == {404}
    assert {answers[name].status_code for name in ("karin", "greet", "esra", "lucas")} == {403}
    assert "Met welk doel kijkt u?" in answers["farid"].content.decode()
    for name in ("joris", "hamid"):
        text = page(world.client(name), f"/casussen/{case}/informatie/")
        assert (TYPED in text) is (SECRET_NAME in text) is (address in text) is (name in sees)
    assert joris.get(address.replace(str(case), str(document.pk))).status_code == 404


def test_a_file_goes_out_as_a_file_and_leaves_nothing_behind(world: World) -> None:
    case = with_partners(world)
    joris = world.client("joris")
    answer = joris.get(attached(world, case))
    assert answer.content == GOOD["verslag.pdf"]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="casus-')
    assert "Testman" not in str(answer.headers)
    assert joris.post(attached(world, case)).status_code == 405


def test_opening_a_file_is_a_look_of_its_own(world: World, owner_connection: psycopg.Connection) -> None:
    case = with_partners(world)
    address = attached(world, case)
    world.client("joris").get(address)
    lines = owner_connection.execute(
        "SELECT subject_id, person IS NOT NULL, detail FROM kernel_auditline"
        " WHERE event = 'look' AND part = 'document' AND under_id = %s AND designee = %s",
        [case, world.actor("joris").who],
    ).fetchall()
    assert lines == [(UUID(address.split("/")[4]), True, {})]
    every = owner_connection.execute("SELECT string_agg(l::text, '') FROM kernel_auditline l").fetchone()
    assert every and "bij ons" not in every[0]


def test_name_and_content_are_ciphertext_in_the_database(world: World, owner_connection: psycopg.Connection) -> None:
    draft = item("police", "Elf meldingen.", file=Sent("Testman.txt", b"Zij woont nu elders."))
    actions.share_item(world.actor("bram"), with_partners(world), draft)
    query = "SELECT d.name, c.content FROM cases_document d JOIN cases_documentcontent c ON c.document_id = d.id"
    ((name, content),) = owner_connection.execute(query).fetchall()
    assert b"Testman" not in bytes(name) and b"elders" not in bytes(content)


BAD = {
    "virus": ("brief.docx", docx(**{"word/media/x.bin": EICAR}), "testvirus"),
    "script": (SECRET_NAME, SCRIPT, "iets dat vanzelf start"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_dangerous_file_is_refused_and_kept_apart(world: World, name: str) -> None:
    case = with_partners(world)
    file, content, reason = BAD[name]
    answer = send(world.client("joris"), case, (file, content))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"{TYPED}</textarea>" in text and reason in text and 'href="#id_file"' in text
    (document,) = kept(world, case)
    assert (document.status, document.item_id) == ("stopped", None)
    with look(world.actor("joris"), "test"):
        assert not DocumentContent.objects.exists()
    address = f"/casussen/{case}/informatie/{document.pk}/bestand/"
    assert "tegengehouden door de controle" in page(world.client("joris"), address, 403)
    own = page(world.client("joris"), f"/casussen/{case}/informatie/")
    assert "Tegengehouden bestanden" in own and reason in own and "22 december 2026" in own
    for other in ("hamid", "bram"):
        assert "Tegengehouden" not in page(world.client(other), f"/casussen/{case}/informatie/")


def test_the_administrator_sees_that_a_file_was_stopped_and_not_whose(world: World) -> None:
    case = with_partners(world)
    send(world.client("joris"), case, BAD["script"][:2])
    world.add("beheerder", "ggz", Function.MAINTENANCE)
    text = page(world.client("beheerder"), "/beheer/bestanden/")
    assert "1 bestand" in text and "iets dat vanzelf start" in text
    assert "Testman" not in text and str(case) not in text
    assert "Er is nu niets tegengehouden" in page(world.client("karin"), "/beheer/bestanden/")
    for name in ("joris", "esra", "farid"):
        page(world.client(name), "/beheer/bestanden/", 403)


def test_of_a_mistake_nothing_is_kept(world: World) -> None:
    case = with_partners(world)
    for file in (("plaatje.pdf", GOOD["foto.png"]), ("map.zip", b"PK"), ("leeg.pdf", b"")):
        answer = send(world.client("joris"), case, file)
        assert answer.status_code == 422
        assert f"{TYPED}</textarea>" in answer.content.decode()
    assert kept(world, case) == []
    assert information_page(world.actor("joris"), case).by_category == ()


def test_a_file_must_be_chosen_again_when_something_else_is_wrong(world: World) -> None:
    case = with_partners(world)
    answer = send(world.client("joris"), case, ("verslag.pdf", GOOD["verslag.pdf"]), category="")
    assert answer.status_code == 422
    assert "Kies het bestand opnieuw" in answer.content.decode()
    without = send(world.client("joris"), case, None, category="")
    assert "Kies het bestand opnieuw" not in without.content.decode()


def test_sent_twice_is_one_file(world: World) -> None:
    case = with_partners(world)
    joris = world.client("joris")
    form = hidden(page(joris, f"/casussen/{case}/informatie/inbrengen/"))
    for _ in range(2):
        answer = send(joris, case, ("a.txt", b"x"), form_id=form["form_id"])
        assert answer.status_code == 303
    assert len(kept(world, case)) == 1


def test_whoever_may_not_supply_attaches_and_stops_nothing(world: World) -> None:
    case = with_partners(world)
    for name in ("bas", "femke", "dirk"):
        file = SimpleUploadedFile("a.pdf", SCRIPT)
        address = f"/casussen/{case}/informatie/inbrengen/"
        answer = world.client(name).post(address, {"category": "health", "text": TYPED, "file": file})
        assert answer.status_code in {403, 404}
    forbidden = send(world.client("bram"), case, ("a.pdf", SCRIPT), category="health")
    assert forbidden.status_code == 422
    assert kept(world, case) == []


def judge_all(run: Run, world: World, case: UUID) -> None:
    """The worker's turn."""
    waiting = [document.pk for document in kept(world, case) if document.status == "checking"]
    with as_jobs(run):
        for document in waiting:
            jobs.judge(document, document)


def test_with_a_scanner_a_file_waits_until_it_was_judged(
    world: World, settings: Any, clamd: FakeClamd, run_database: Run
) -> None:
    settings.CLAMD = clamd.path
    case = with_partners(world)
    joris, address = world.client("joris"), attached(world, case)
    assert "wordt nog gecontroleerd" in page(joris, address, 403)
    assert "wordt gecontroleerd" in page(joris, f"/casussen/{case}/informatie/")
    assert clamd.seen == [], "nothing is sent before the commit"
    judge_all(run_database, world, case)
    assert clamd.seen == [GOOD["verslag.pdf"]]
    assert joris.get(address).status_code == 200
    judge_all(run_database, world, case)
    assert len(clamd.seen) == 1


def test_what_the_scanner_finds_goes_into_quarantine_until_its_end(
    world: World, settings: Any, clamd: FakeClamd, run_database: Run, frozen: Frozen
) -> None:
    settings.CLAMD = clamd.path
    clamd.answer = lambda _content: b"stream: Invented.Virus FOUND"
    case = with_partners(world)
    joris, address = world.client("joris"), attached(world, case)
    judge_all(run_database, world, case)
    assert "tegengehouden" in page(joris, address, 403)
    shown = page(joris, f"/casussen/{case}/informatie/")
    assert TYPED in shown and "virus of een testvirus" in shown and address not in shown
    sweeper = system_actor("test")
    for days, left in ((30, 1), (1, 0)):
        frozen.move(days=days)
        with as_jobs(run_database):
            assert actions.clear_quarantine(sweeper) == 1 - left
        assert len(kept(world, case)) == left
    assert TYPED in page(world.client("joris"), f"/casussen/{case}/informatie/"), "the item itself stays"


def test_while_the_scanner_is_away_a_file_goes_on_waiting(world: World, settings: Any, run_database: Run) -> None:
    settings.CLAMD = "/nonexistent/clamd"
    case = with_partners(world)
    address = attached(world, case)
    with pytest.raises(ScannerAway):
        judge_all(run_database, world, case)
    assert "wordt nog gecontroleerd" in page(world.client("joris"), address, 403)


def test_after_closing_only_oversight_opens_a_file_and_says_why(world: World) -> None:
    case = with_content(world)
    address = attached(world, case)
    closed(world, case)
    assert world.client("joris").get(address).status_code == 404
    farid = world.client("farid")
    assert "Met welk doel kijkt u?" in page(farid, address)
    said = {"purpose": "Steekproef", "to": address}
    assert farid.post(f"/casussen/{case}/doel/", said)["Location"] == address
    assert farid.get(address).content == GOOD["verslag.pdf"]
    assert "gekeken: Bestand" in page(farid, f"/casussen/{case}/verantwoording/")
    assert "met bestand" in page(farid, f"/casussen/{case}/verantwoording/")


def test_a_file_that_is_too_large_loses_nothing_that_was_typed(world: World, settings: Any) -> None:
    settings.LARGEST_FILE = 1024 * 1024
    case = with_partners(world)
    answer = send(world.client("joris"), case, ("groot.txt", b"a" * (1024 * 1024 + 1)))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "groter dan 1 MB" in text and f"{TYPED}</textarea>" in text
    assert send(world.client("joris"), case, ("past.txt", b"a" * (1024 * 1024))).status_code == 303


def test_what_no_page_takes_is_stopped_before_it_is_read(world: World, settings: Any) -> None:
    settings.LARGEST_REQUEST = 1000
    case = with_partners(world)
    address = f"/casussen/{case}/informatie/inbrengen/"
    answer = world.client("joris").post(address, {"file": SimpleUploadedFile("a.txt", b"a" * 2000)})
    assert answer.status_code == 413
    assert "te groot" in answer.content.decode()
    for length in ("x", "-1", "9" * 30, "²"):
        answer = world.client("joris").post(address, {"text": "a"}, CONTENT_LENGTH=length)
        assert answer.status_code == 413, length


PART = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n"
NO_FORMS = [
    b"",
    b"--x",
    PART + b"\r\nabc",
    PART + b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
    b"\xff" * 300,
]


def test_what_is_no_form_is_no_error_of_ours(world: World) -> None:
    address = f"/casussen/{with_partners(world)}/informatie/inbrengen/"
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        for sent in NO_FORMS:
            assert world.client("joris").post(address, sent, content_type=kind).status_code in {400, 422}, (kind, sent)


@pytest.mark.parametrize("path", ["informatie/niet-delen/", "plan/doel/"])
def test_a_file_for_a_page_that_asks_for_none_is_dropped(world: World, path: str) -> None:
    case = with_partners(world)
    said = {"text": "a", "file": SimpleUploadedFile("a.txt", b"a" * 5000)}
    answer = world.client("hamid").post(f"/casussen/{case}/{path}", said)
    assert (answer.status_code, dict(answer.wsgi_request.FILES)) == (422, {})
    nobody = Client().post(f"/casussen/{case}/informatie/inbrengen/", {**said, "file": SimpleUploadedFile("a", b"a")})
    assert (nobody.status_code, dict(nobody.wsgi_request.FILES)) == (302, {})
