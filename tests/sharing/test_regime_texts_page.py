"""The pages on which a rule is changed: who sees what, what a wrong text is told, where a version is explained."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.sharing import law
from knooppunt.sharing.models import RegimeText
from tests.partners.office import Office, employ, open_office, sent, session_of
from tests.sharing.test_regime_texts import CODE, NO_REASON, SHIPPED, WHY, text_from

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

LIST, BASE = "/beheer/kaders/", f"/beheer/kaders/{CODE}/{SHIPPED.version}/"
NEW = f"{BASE}nieuw/"
DAY = timedelta(days=1)


@pytest.fixture
def office(frozen: object) -> Office:
    return open_office()


@pytest.fixture
def keepers(office: Office) -> tuple[Client, Client]:
    """Esra and Lucas."""
    esra, lucas = (employ(name, "gemeente-zaanstad", Function.GOVERNANCE) for name in ("esra", "lucas"))
    return session_of(esra), session_of(lucas)


def body(client: Client, where: str) -> str:
    answer = client.get(where, follow=True)
    assert answer.status_code == 200, where
    return str(answer.content.decode())


def drafted(client: Client, content: str = "", **more: Any) -> UUID:
    """A draft, made on the page."""
    content = content or text_from(clock.today() + DAY, NO_REASON)
    answer = client.post(NEW, sent(content=content, motivation=WHY, **more))
    assert answer.status_code == 302
    return UUID(answer["Location"].rstrip("/").rpartition("/")[2])


def step(client: Client, key: UUID, name: str, **said: Any) -> Any:
    version = said.pop("version", RegimeText.objects.get(pk=key).version)
    return client.post(reverse("sharing:regime_text_step", args=[key, name]), sent(version=version, **said))


def page(key: UUID) -> str:
    return reverse("sharing:regime_text", args=[key])


def test_from_copy_to_holding_on_the_pages(keepers: tuple[Client, Client], frozen: Any) -> None:
    first, second = keepers
    assert "Maak een nieuwe versie" in body(first, BASE)
    key = drafted(first)
    shown = body(first, page(key))
    for words in (
        WHY,
        "Esra",
        "0 uitgewerkte vragen",
        "Lokaal overleg, nieuwe versie",
        "U schreef zelf aan deze tekst",
    ):
        assert words in shown, words
    assert step(first, key, "laten-gelden").status_code == 422
    changed = text_from(clock.today() + DAY, ("    category: ordinary\n", "    category: housing\n"))
    assert step(first, key, "wijzigen", content=changed, motivation=WHY).status_code == 302
    shown = body(second, page(key))
    assert "mag niet" in shown and "share_by_consent" in shown and "category: housing" in shown
    assert "Laat deze versie gelden" in shown
    assert step(second, key, "laten-gelden").status_code == 302
    assert "gaat nog gelden" in body(second, LIST) and "eigen versie" in body(second, LIST)
    shown = body(second, page(key))
    assert "goedgekeurd, staat vast" in shown and "Lucas" in shown and "Wat nu kan" not in shown
    frozen.move(days=1)
    second = session_of(employ("mira", "gemeente-zaanstad", Function.GOVERNANCE))
    new = law.in_force(CODE, clock.today())
    assert new.digest == RegimeText.objects.get(pk=key).digest
    assert "geldt nu niet" in body(second, BASE)
    own = body(second, reverse("sharing:regime", args=[CODE, new.version]))
    assert "geldt nu" in own and new.reference in own and page(key) in own
    assert new.reference in body(
        Client(), f"/delen/?van=police&aan=municipality&wat=housing&kader={CODE}&als=participant&op={clock.today()}"
    )


def test_a_wrong_text_says_where_and_keeps_what_was_typed(keepers: tuple[Client, Client]) -> None:
    wrong = text_from(clock.today() + DAY, ("title:", "title: Een tweede naam\ntitle:"))
    answer = keepers[0].post(NEW, sent(content=wrong, motivation=WHY))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "regel 4: De sleutel title staat er twee keer. Haal er een weg." in shown
    assert "title: Een tweede naam" in shown and WHY in shown
    assert not RegimeText.objects.exists()


def test_a_file_takes_the_place_of_the_text_and_stays_when_it_is_wrong(keepers: tuple[Client, Client]) -> None:
    client, good = keepers[0], text_from(clock.today() + DAY, NO_REASON)
    wrong = SimpleUploadedFile("eigen.yaml", good.replace("retention:", "bewaring:", 1).encode())
    answer = client.post(NEW, sent(content="nog niets", motivation=WHY, file=wrong))
    assert answer.status_code == 422
    assert "bewaring:" in answer.content.decode()
    for odd in (b"\xff\xfe\x00", b"x" * 200_000):
        answer = client.post(NEW, sent(content="getypt", motivation=WHY, file=SimpleUploadedFile("a.yaml", odd)))
        assert answer.status_code == 422
        assert "YAML-bestand" in answer.content.decode() and "getypt" in answer.content.decode()
    key = drafted(client, "nog niets", file=SimpleUploadedFile("eigen.yaml", good.encode()))
    assert RegimeText.objects.get(pk=key).content == good


def test_everything_that_stands_in_the_way_is_said_at_once(keepers: tuple[Client, Client]) -> None:
    key = drafted(keepers[0], text_from(clock.today() - DAY))
    shown = body(keepers[0], reverse("sharing:regime_text_step", args=[key, "laten-gelden"]))
    assert "U schreef zelf" in shown and "is voorbij" in shown
    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0]


def test_who_comes_second_is_told_what_stands_there(keepers: tuple[Client, Client]) -> None:
    key = drafted(keepers[0])
    assert (
        step(keepers[1], key, "wijzigen", content=text_from(clock.today() + 2 * DAY), motivation="Anders.").status_code
        == 302
    )
    answer = step(keepers[0], key, "wijzigen", content=text_from(clock.today()), motivation=WHY, version=1)
    assert answer.status_code == 409
    assert "Iemand anders was u voor." in answer.content.decode()
    assert step(keepers[0], key, "laten-gelden", version=1).status_code == 409


def test_a_draft_that_goes_no_further_can_be_read(keepers: tuple[Client, Client]) -> None:
    key = drafted(keepers[0])
    assert page(key) in body(keepers[1], LIST)
    assert step(keepers[1], key, "laten-vervallen").status_code == 302
    assert "concept dat niet doorging" in body(keepers[0], page(key))
    assert "Concepten die niet doorgingen" in body(keepers[0], LIST)


def test_governance_keeps_maintenance_reads_and_execution_reads_the_law_only(
    office: Office, keepers: tuple[Client, Client]
) -> None:
    key = drafted(keepers[0])
    karin, nadia = session_of(office.karin), session_of(office.nadia)
    changing = reverse("sharing:regime_text_step", args=[key, "wijzigen"])
    old = law.former()[0]
    was = reverse("sharing:regime_as_it_was", args=[old.code, old.version, old.short_digest])
    for where, may in ((LIST, (200, 403)), (page(key), (200, 403)), (NEW, (403, 403)), (changing, (403, 403))):
        assert tuple(client.get(where).status_code for client in (karin, nadia)) == may, where
    for where in (BASE, was):
        assert [client.get(where).status_code for client in (keepers[0], karin, nadia)] == [200] * 3
        assert "Maak een nieuwe versie" not in body(karin, where) + body(nadia, where)
    assert "Wat nu kan" not in body(karin, page(key)) or "kan nu niet" not in body(karin, page(key))
    assert 'aria-label="Delen van Beheer"' not in body(nadia, BASE)
    assert keepers[0].get(page(uuid4())).status_code == 404


def test_a_text_that_was_corrected_is_explained_by_its_digest(keepers: tuple[Client, Client]) -> None:
    for old in law.former():
        shown = body(keepers[0], reverse("sharing:regime_as_it_was", args=[old.code, old.version, old.short_digest]))
        assert old.reference in shown
        assert "eerdere tekst, alleen voor uitleg" in shown
        assert "Maak een nieuwe versie" not in shown
    assert keepers[0].get(f"{BASE}000000000000/").status_code == 404
