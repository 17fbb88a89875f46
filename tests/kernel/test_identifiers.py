"""What in a text could identify somebody is pointed out, and what is public is left alone."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knooppunt.kernel.identifiers import Finding, IdentifierKind, find_identifiers, passes_eleven_test

NAME, BORN, ADDRESS = IdentifierKind.NAME, IdentifierKind.BIRTH_DATE, IdentifierKind.ADDRESS
POSTCODE, BSN, PHONE = IdentifierKind.POSTCODE, IdentifierKind.BSN, IdentifierKind.PHONE
EMAIL, PLATE, NUMBER = IdentifierKind.EMAIL, IdentifierKind.LICENCE_PLATE, IdentifierKind.CASE_NUMBER

POINTED_OUT = [
    ("Wij kennen Piet Janssen al jaren.", NAME, "Piet Janssen"),
    ("Dat zegt Fatima el Amrani zelf.", NAME, "Fatima el Amrani"),
    ("Gisteren belde J. de Vries.", NAME, "J. de Vries"),
    ("Het gaat om A.B. van den Bosch-Smit.", NAME, "A.B. van den Bosch-Smit"),
    ("Mag dhr. Jansen dit weten?", NAME, "Jansen"),
    ("Mag ik mevr. van Dijk bellen?", NAME, "van Dijk"),
    ("Mevrouw De Wit wil niet.", NAME, "De Wit"),
    ("Ik sprak de heer Pietersen.", NAME, "Pietersen"),
    ("De familie Bakker woont hier.", NAME, "Bakker"),
    ("Daarna zei Van der Meulen niets meer.", NAME, "Van der Meulen"),
    ("Mohammed slaapt slecht.", NAME, "Mohammed"),
    ("Bewoner Özdemir klaagt.", NAME, "Bewoner Özdemir"),
    ("Mijn cliënt Jansen drinkt.", NAME, "Jansen"),
    ("Zij is geboren op 03-12-1987.", BORN, "03-12-1987"),
    ("geb. 3-2-87", BORN, "3-2-87"),
    ("Hij is van 3 maart 1987.", BORN, "3 maart 1987"),
    ("1987-12-03 is haar verjaardag.", BORN, "1987-12-03"),
    ("Geboren: 4 dec. 2012", BORN, "4 dec. 2012"),
    ("Hij woont in de Kerkstraat.", ADDRESS, "Kerkstraat"),
    ("Hij woont Kerkstraat 12a.", ADDRESS, "Kerkstraat 12a"),
    ("Burengerucht op kerkstraat 12-3 weer.", ADDRESS, "kerkstraat 12-3"),
    ("Adres: Prins van Oranjelaan 4.", ADDRESS, "Prins van Oranjelaan 4"),
    ("Postcode 1234 AB.", POSTCODE, "1234 AB"),
    ("Op 1234ab woont niemand.", POSTCODE, "1234ab"),
    ("Het nummer is 111222333.", BSN, "111222333"),
    ("Het nummer is 1112.22.333.", BSN, "1112.22.333"),
    ("bsn: 123456789", BSN, "123456789"),
    ("Bel 06-12345678.", PHONE, "06-12345678"),
    ("Bel 06 12 34 56 78 even.", PHONE, "06 12 34 56 78"),
    ("Bel +31 6 12345678.", PHONE, "+31 6 12345678"),
    ("Bel 020 - 1234567.", PHONE, "020 - 1234567"),
    ("Mail piet.j@voorbeeld.invalid maar.", EMAIL, "piet.j@voorbeeld.invalid"),
    ("Hij rijdt 12-XX-34.", PLATE, "12-XX-34"),
    ("De auto G-123-BB stond er.", PLATE, "G-123-BB"),
    ("kenteken xx99xx", PLATE, "xx99xx"),
    ("Zie PL1300-2026123456.", NUMBER, "PL1300-2026123456"),
    ("Parketnummer 13/123456-26 loopt.", NUMBER, "13/123456-26"),
    ("Dit is zaaknummer Z2026-0012.", NUMBER, "Z2026-0012"),
    ("Ons kenmerk: 2026/0345.", NUMBER, "2026/0345"),
    ("Casus 20260345 ligt stil.", NUMBER, "20260345"),
]

LEFT_ALONE = [
    "Mag de politie dit delen met Veilig Thuis?",
    "Geldt de Wet gegevensverwerking door samenwerkingsverbanden, artikel 2.29 lid 2, hier?",
    "De Wet verplichte geestelijke gezondheidszorg en de Algemene verordening gegevensbescherming gelden.",
    "Het Openbaar Ministerie vraagt het Zorg- en Veiligheidshuis Hollands Midden om raad.",
    "De Raad voor de Kinderbescherming en Reclassering Nederland doen mee.",
    "Slachtofferhulp Nederland en het Leger des Heils zijn partner Wgs.",
    "De Inspectie Gezondheidszorg en Jeugd keek mee; de Autoriteit Persoonsgegevens ook.",
    "Het Burgerlijk Wetboek, Boek 7, artikel 457.",
    "De Hoge Raad en de Raad van State zeiden er niets over.",
    "De gemeente Den Haag en de gemeente Alphen aan den Rijn tekenden het convenant.",
    "In Januari en Februari 2026 overlegden wij. Maandag ook.",
    "De regel van 1 juli 2025 geldt nog; per 1 januari 2026 verandert dat.",
    "De wet werkt vanaf 1 juli 2025.",
    "Bel Veilig Thuis: 0800-2000, of 112.",
    "In 2025 OM en politie, in 2026 GGZ.",
    "Ik ben arts. Kan ik dit delen? Mag de wijkagent het weten?",
    "Een cliënt van 34 jaar, 2 kinderen, 3 overleggen, 1.500 euro schuld.",
    "Het nummer 123456789 klopt niet.",
    "Gegevens over onderweg 2 keer stoppen.",
    "GGZ en OM, RIEC en GGD; ook Bgs artikel 1.10.",
    "Valt dit onder Wpg 16, 18, 19 of 20?",
    "Goed hulpverlenerschap: wat is dat? Mijn huisarts weet het niet.",
    "",
]


@pytest.mark.parametrize(("text", "kind", "piece"), POINTED_OUT)
def test_it_is_pointed_out(text: str, kind: IdentifierKind, piece: str) -> None:
    assert [(one.kind, one.text) for one in find_identifiers(text)] == [(kind, piece)]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_public_is_left_alone(text: str) -> None:
    assert find_identifiers(text) == ()


def test_several_come_in_order_and_do_not_overlap() -> None:
    text = "Piet Janssen (geb. 3-2-1987), Kerkstraat 12, 1234 AB, bsn 111222333, belt 06-12345678 uit 12-XX-34."
    found = find_identifiers(text)
    assert [one.kind for one in found] == [NAME, BORN, ADDRESS, POSTCODE, BSN, PHONE, PLATE]


def test_a_finding_does_not_show_the_piece_in_its_repr() -> None:
    assert "Janssen" not in repr(find_identifiers("Wij kennen Piet Janssen."))


DIGITS = st.text("0123456789", min_size=8, max_size=8)


def with_check_digit(eight: str) -> str | None:
    """The eight digits with the ninth that makes the eleven-test hold, if there is one."""
    total = sum(int(digit) * weight for digit, weight in zip(eight, range(9, 1, -1), strict=True)) % 11
    return f"{eight}{total}" if total < 10 and int(eight) else None


@given(DIGITS, st.sampled_from(["{}", "bsn {}", "Het is {}, zei zij.", "({})"]))
def test_every_bsn_is_pointed_out(eight: str, around: str) -> None:
    bsn = with_check_digit(eight)
    if bsn:
        assert [(one.kind, one.text) for one in find_identifiers(around.format(bsn))] == [(BSN, bsn)]


@given(st.text("0123456789", min_size=9, max_size=9))
def test_nine_digits_are_a_bsn_only_when_the_eleven_test_holds(nine: str) -> None:
    assert bool(find_identifiers(f"getal {nine}")) == passes_eleven_test(nine)
    assert passes_eleven_test(nine) == (with_check_digit(nine[:8]) == nine)


@given(DIGITS, st.integers(1, 9), st.integers(0, 8))
def test_one_wrong_digit_is_no_bsn(eight: str, step: int, place: int) -> None:
    bsn = with_check_digit(eight)
    if bsn:
        slip = bsn[:place] + str((int(bsn[place]) + step) % 10) + bsn[place + 1 :]
        assert not passes_eleven_test(slip)


@given(st.text(max_size=300))
def test_any_text_gets_findings_that_lie_in_it(text: str) -> None:
    found = find_identifiers(text)
    assert all(one == Finding(one.kind, one.start, one.end, text[one.start : one.end]) for one in found)
    assert all(one.start < one.end for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@pytest.mark.parametrize("piece", ["Aaaa ", "a", "1", "1 ", "A.", "06-", "van de ", "Aa van ", "1-1-", "a@a.", "zaak "])
def test_a_long_text_is_looked_through_at_once(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    before = time.process_time()
    find_identifiers(text)
    assert time.process_time() - before < 2
