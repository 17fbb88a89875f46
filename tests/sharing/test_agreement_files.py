"""The files of an agreement: who adds, opens and removes them, what is refused, and what waits for the scanner."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from knooppunt.kernel.actor import Function
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.uploads import Sent
from knooppunt.kernel.uploads.scanner import ScannerAway
from knooppunt.kernel.work import Work
from knooppunt.sharing import jobs, queries
from knooppunt.sharing.actions import (
    Read,
    add_agreement_file,
    change_agreement,
    end_agreement,
    put_in_force,
    remove_agreement_file,
)
from knooppunt.sharing.models import AgreementDocument
from knooppunt.sharing.rules import agreement as rules
from knooppunt.sharing.rules.agreement import MOST_FILES, AgreementStatus, FileStatus
from tests.cases.test_documents_web import as_jobs
from tests.database import Run
from tests.partners.office import employ, sent, session_of
from tests.sharing.test_agreements import WHOLE, Desk, elsewhere
from tests.sharing.test_agreements import desk as desk
from tests.uploads.fake_clamd import FakeClamd
from tests.uploads.fake_clamd import clamd as clamd
from tests.uploads.samples import EICAR, GOOD, pdf

pytestmark = pytest.mark.usefixtures("frozen")

NAME = "Convenant getekend.pdf"
PDF = GOOD["verslag.pdf"]


def added(desk: Desk, key: UUID, name: str = NAME, content: bytes = PDF) -> UUID:
    """A file of this agreement, added by esra."""
    return add_agreement_file(desk.esra, key, Sent(name, content))


def file_of(key: UUID, document: UUID) -> str:
    """Where a file is downloaded."""
    return reverse("sharing:agreement_file", args=[key, document])


def send(client: Client, key: UUID, name: str = NAME, content: bytes = PDF) -> Any:
    """Sends the form with a file."""
    where = reverse("sharing:add_agreement_file", args=[key])
    return client.post(where, sent(file=SimpleUploadedFile(name, content)))


# --- Rules ----------------------------------------------------------------------------------------


def test_a_file_is_added_until_the_end_and_removed_from_a_draft_only() -> None:
    assert [bool(rules.objections_to_adding_file(status, 0)) for status in AgreementStatus] == [False, False, True]
    assert rules.objections_to_adding_file(AgreementStatus.DRAFT, MOST_FILES - 1) == []
    assert rules.objections_to_adding_file(AgreementStatus.DRAFT, MOST_FILES)
    stays = [
        [bool(rules.objections_to_removing_file(status, file)) for file in FileStatus] for status in AgreementStatus
    ]
    assert list(FileStatus) == [FileStatus.CHECKING, FileStatus.CLEAN, FileStatus.STOPPED]
    assert stays == [[False, False, False], [True, True, False], [True, True, False]]


def test_only_what_was_found_clean_opens() -> None:
    assert [bool(rules.objections_to_opening_file(file)) for file in FileStatus] == [True, False, True]


# --- Actions and queries --------------------------------------------------------------------------


def test_a_file_opens_as_it_was_added(desk: Desk) -> None:
    key = desk.draft()
    document = added(desk, key)
    (line,) = queries.agreement_files(desk.office.karin, key)
    assert (line.name, line.kind_label, line.added_by) == (NAME, "PDF", "Esra")
    found = queries.agreement_file(desk.office.karin, key, document)
    assert (found.content, found.media_type) == (PDF, "application/pdf")
    assert found.name == f"afspraak-{key.hex[:8]}-bestand-{document.hex[:6]}.pdf"


@pytest.mark.django_db(transaction=True)
def test_what_is_in_it_is_unreadable_in_the_database_and_goes_with_it(
    desk: Desk, owner_connection: psycopg.Connection
) -> None:
    key = desk.draft()
    document = added(desk, key)
    kept = owner_connection.execute("SELECT content FROM sharing_agreementdocumentcontent").fetchall()
    assert [PDF in bytes(one) for (one,) in kept] == [False]
    owner_connection.rollback()
    remove_agreement_file(desk.esra, key, document, read=desk.read(key))
    assert owner_connection.execute("SELECT count(*) FROM sharing_agreementdocumentcontent").fetchone() == (0,)


def test_governance_writes_maintenance_reads_and_others_do_not_even_that(desk: Desk) -> None:
    key = desk.draft()
    document = added(desk, key)
    for who in (desk.office.karin, desk.office.nadia):
        with pytest.raises(Refused):
            add_agreement_file(who, key, Sent(NAME, PDF))
        with pytest.raises(Refused):
            remove_agreement_file(who, key, document, read=Read(1))
    with pytest.raises(Refused):
        queries.agreement_files(desk.office.nadia, key)
    with pytest.raises(Refused):
        queries.agreement_file(desk.office.nadia, key, document)


def test_another_region_neither_adds_nor_opens_nor_removes(desk: Desk) -> None:
    key, stranger = desk.draft(), elsewhere()
    document = added(desk, key)
    for ask in (
        lambda: add_agreement_file(stranger, key, Sent(NAME, PDF)),
        lambda: add_agreement_file(stranger, key, Sent(NAME, EICAR)),
        lambda: remove_agreement_file(stranger, key, document, read=Read(1)),
        lambda: queries.agreement_files(stranger, key),
        lambda: queries.agreement_file(stranger, key, document),
    ):
        with pytest.raises(NotFoundForYou):
            ask()


def test_a_file_is_found_under_its_own_agreement_only(desk: Desk) -> None:
    key, other = desk.draft(), desk.draft(title="Ander")
    document = added(desk, key)
    with pytest.raises(NotFoundForYou):
        queries.agreement_file(desk.esra, other, document)
    with pytest.raises(NotFoundForYou):
        remove_agreement_file(desk.esra, other, document, read=desk.read(other))
    with pytest.raises(NotFoundForYou):
        queries.agreement_file(desk.esra, key, uuid4())


def test_a_signed_copy_comes_with_what_holds_and_stays(desk: Desk) -> None:
    key = desk.hold()
    document = added(desk, key)
    with pytest.raises(Refused, match="blijven"):
        remove_agreement_file(desk.esra, key, document, read=desk.read(key))
    end_agreement(desk.esra, key, last_day=WHOLE.starts_on, read=desk.read(key))
    with pytest.raises(Refused, match="beëindigd"):
        added(desk, key, "te laat.pdf")
    assert queries.agreement_file(desk.esra, key, document).content == PDF


def test_a_file_neither_takes_signatures_away_nor_hinders_who_is_signing(desk: Desk) -> None:
    key = desk.draft()
    desk.sign(key)
    read = desk.read(key)
    added(desk, key)
    put_in_force(desk.lucas, key, read=read)


def test_removing_asks_for_the_version_that_was_read(desk: Desk) -> None:
    key = desk.draft()
    document = added(desk, key)
    change_agreement(desk.esra, key, WHOLE, desk.parties, read=Read(1))
    with pytest.raises(ChangedMeanwhile):
        remove_agreement_file(desk.esra, key, document, read=Read(1))
    form = uuid4()
    for _ in range(2):
        assert remove_agreement_file(desk.esra, key, document, read=Read(2, form)) == document
    assert queries.agreement_files(desk.esra, key) == []


def test_the_same_form_adds_one_file(desk: Desk) -> None:
    key, form = desk.draft(), uuid4()
    assert len({add_agreement_file(desk.esra, key, Sent(NAME, PDF), once=form) for _ in range(2)}) == 1
    assert len(queries.agreement_files(desk.esra, key)) == 1


def test_there_is_an_end_to_how_many(desk: Desk) -> None:
    key = desk.draft()
    for number in range(MOST_FILES):
        added(desk, key, f"bijlage {number}.txt", b"tekst")
    with pytest.raises(Refused, match="bestanden"):
        added(desk, key)


@pytest.mark.parametrize(
    ("name", "content", "said", "kept_out"),
    [
        ("leeg.pdf", b"", "leeg", False),
        ("programma.exe", b"MZ", "programma", True),
        ("convenant.pdf", GOOD["foto.png"], "past niet", False),
        ("convenant.pdf", pdf(b"<< /S /JavaScript >>"), "vanzelf start", True),
        ("virus.txt", EICAR, "virus", True),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_kept(
    desk: Desk, owner_connection: psycopg.Connection, name: str, content: bytes, said: str, kept_out: bool
) -> None:
    key = desk.draft()
    with pytest.raises(BadInput) as told:
        added(desk, key, name, content)
    assert told.value.field == "file"
    assert said in told.value.mend
    assert ("niet bewaard" in told.value.mend) is kept_out
    assert not AgreementDocument.objects.exists()
    lines = owner_connection.execute(
        "SELECT count(*) FROM kernel_auditline WHERE event = 'agreement_file.stopped' AND subject_id = %s", [key]
    ).fetchone()
    assert lines == (int(kept_out),)


# --- The scanner and the walls --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_with_a_scanner_a_file_waits_and_opens_when_it_was_found_clean(
    desk: Desk, clamd: FakeClamd, settings: Any, run_database: Run
) -> None:
    settings.CLAMD = clamd.path
    key = desk.draft()
    document = added(desk, key)
    assert clamd.seen == []
    with pytest.raises(Refused, match="nog gecontroleerd"):
        queries.agreement_file(desk.esra, key, document)
    assert gate(desk, document) is None
    with as_jobs(run_database):
        for _ in range(2):
            jobs.judge(uuid4(), document)
    assert clamd.seen == [PDF]
    assert queries.agreement_file(desk.esra, key, document).content == PDF


@pytest.mark.django_db(transaction=True)
def test_of_what_the_scanner_finds_bad_only_the_reason_is_kept(
    desk: Desk, clamd: FakeClamd, settings: Any, run_database: Run, owner_connection: psycopg.Connection
) -> None:
    settings.CLAMD = clamd.path
    clamd.answer = lambda _content: b"stream: Iets FOUND"
    key = desk.hold()
    document = added(desk, key)
    with as_jobs(run_database):
        jobs.judge(uuid4(), document)
    (line,) = queries.agreement_files(desk.esra, key)
    assert (line.status, line.reasons) == ("stopped", ("In dit bestand is een virus of een testvirus gevonden.",))
    with pytest.raises(Refused, match="tegengehouden"):
        queries.agreement_file(desk.esra, key, document)
    assert owner_connection.execute("SELECT count(*) FROM sharing_agreementdocumentcontent").fetchone() == (0,)
    shown = session_of(desk.esra).get(reverse("sharing:agreement", args=[key])).content.decode()
    assert "tegengehouden" in shown
    assert "testvirus gevonden" in shown
    remove_agreement_file(desk.esra, key, document, read=desk.read(key))


@pytest.mark.django_db(transaction=True)
def test_a_scanner_that_is_away_is_no_judgement(desk: Desk, settings: Any, run_database: Run) -> None:
    settings.CLAMD = "/nowhere/clamd"
    key = desk.draft()
    document = added(desk, key)
    with as_jobs(run_database), pytest.raises(ScannerAway):
        jobs.judge(uuid4(), document)
    (line,) = queries.agreement_files(desk.esra, key)
    assert line.status == "checking"


def gate(desk: Desk, document: UUID, **changes: Any) -> Any:
    """What the gate gives of a file, to esra or to somebody a little different."""
    with Work(replace(desk.esra, **changes), "test", reads=True), connection.cursor() as cursor:
        cursor.execute("SELECT kn_agreement_file(%s)", [document])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("function", list(Function))
def test_the_gate_gives_a_file_to_whoever_keeps_or_administers_in_the_region(desk: Desk, function: Function) -> None:
    document = added(desk, desk.draft())
    reads = function in (Function.GOVERNANCE, Function.MAINTENANCE)
    assert (gate(desk, document, function=function) is not None) is reads
    assert gate(desk, document, function=function, organisation=elsewhere().organisation) is None
    assert gate(desk, uuid4(), function=function) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "question",
    [
        "SELECT content FROM sharing_agreementdocumentcontent",
        "DELETE FROM sharing_agreementdocumentcontent",
        "UPDATE sharing_agreementdocument SET status = 'clean'",
    ],
)
def test_the_web_neither_reads_around_the_gate_nor_judges(desk: Desk, question: str) -> None:
    added(desk, desk.draft())
    with pytest.raises(ProgrammingError, match="permission denied"), Work(desk.esra, "test"):
        connection.cursor().execute(question)


# --- Pages ----------------------------------------------------------------------------------------


def test_adding_opening_and_removing_on_the_pages(desk: Desk) -> None:
    key, client, karin = desk.draft(), session_of(desk.esra), session_of(desk.office.karin)
    page = reverse("sharing:agreement", args=[key])
    assert "Er horen nog geen bestanden" in client.get(page).content.decode()
    assert send(client, key).status_code == 302
    (line,) = queries.agreement_files(desk.esra, key)
    where, gone = file_of(key, line.id), reverse("sharing:remove_agreement_file", args=[key, line.id])
    shown = {name: who.get(page).content.decode() for name, who in (("esra", client), ("karin", karin))}
    assert [where in text for text in shown.values()] == [True, True]
    assert [gone in text for text in shown.values()] == [True, False]
    assert ["Bestand toevoegen" in text for text in shown.values()] == [True, False]
    answer = karin.get(where)
    assert answer.content == PDF
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Disposition"].startswith('attachment; filename="afspraak-')
    assert "getekend" not in str(answer.headers)
    assert NAME in client.get(gone).content.decode()
    assert client.post(gone, sent(version=1)).status_code == 302
    assert "Er horen nog geen bestanden" in client.get(page).content.decode()
    assert client.get(gone).status_code == 404


def test_a_bad_file_or_none_comes_back_with_the_reason(desk: Desk) -> None:
    key, client = desk.draft(), session_of(desk.esra)
    answer = send(client, key, "virus.txt", EICAR)
    assert answer.status_code == 422
    assert "testvirus gevonden. Wij hebben het bestand niet bewaard." in answer.content.decode()
    nothing = client.post(reverse("sharing:add_agreement_file", args=[key]), sent())
    assert (nothing.status_code, "Kies een bestand." in nothing.content.decode()) == (422, True)


def test_a_file_beyond_the_limit_is_refused(desk: Desk, settings: Any) -> None:
    settings.LARGEST_FILE = 1024 * 1024
    key = desk.draft()
    answer = send(session_of(desk.esra), key, "groot.txt", b"a" * (1024 * 1024 + 1))
    assert "groter dan 1 MB" in answer.content.decode()
    assert not AgreementDocument.objects.exists()


def test_a_step_that_cannot_be_says_why_before_one_tries(desk: Desk) -> None:
    key, client = desk.hold(), session_of(desk.esra)
    document = added(desk, key)
    gone = reverse("sharing:remove_agreement_file", args=[key, document])
    assert "geen concept meer" in client.get(gone).content.decode()
    assert client.post(gone, sent(version=desk.read(key).version)).status_code == 422
    end_agreement(desk.esra, key, last_day=WHOLE.starts_on, read=desk.read(key))
    adding = reverse("sharing:add_agreement_file", args=[key])
    assert "is beëindigd" in client.get(adding).content.decode()
    assert adding not in client.get(reverse("sharing:agreement", args=[key])).content.decode()


def test_only_governance_gets_the_forms(desk: Desk) -> None:
    key = desk.draft()
    document = added(desk, key)
    greet = employ("greet", "gemeente-zaanstad", Function.COUNTS)
    for name, of in (("add_agreement_file", [key]), ("remove_agreement_file", [key, document])):
        where = reverse(f"sharing:{name}", args=of)
        people = (desk.esra, desk.office.karin, desk.office.nadia, greet)
        assert [session_of(who).get(where).status_code for who in people] == [200, 403, 403, 403]


def test_home_tells_governance_what_comes_to_a_review(desk: Desk) -> None:
    client = session_of(desk.esra)
    assert "Er is nu geen afspraak" in client.get("/").content.decode()
    key = desk.hold(review_on=WHOLE.starts_on)
    shown = client.get("/").content.decode()
    assert reverse("sharing:agreement", args=[key]) in shown
    assert "evalueren op 22-11-2026" in shown
    assert "Vraagt nu iets van mij" not in session_of(desk.office.karin).get("/").content.decode()
