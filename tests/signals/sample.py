"""A report as the national interface carries it, with everything that is usually filled in."""

from typing import Any

BSN = "123456782"
"""Passes the eleven-test and was never given out."""


def body(**changes: Any) -> dict[str, Any]:
    """A valid Melding, with changes at the top."""
    person = {
        "adres": {
            "soortAdres": "02",
            "straatAdres": {"straatnaam": "Dorpsstraat", "huisnummer": 12, "huisletter": "A"},
        },
        "burgerservicenummer": BSN,
        "naam": {"geslachtsnaam": "Testman", "voornamen": "Tobias", "voorvoegselGeslachtsnaam": "van der"},
        "geboorte": {"datum": "1980-02-03"},
        "geslachtsaanduiding": "man",
    }
    moment = "2026-11-21T22:10:00+01:00"
    worry = {"nadereOmschrijving": "Hij slaapt niet.", "situatieSchets": "Alleen thuis."}
    return {
        "registratienummer": "P-2026-1",
        "soort": "NAZ",
        "datumTijd": moment,
        "verzoek": "Wilt u contact zoeken?",
        "terugkoppelingGewenst": True,
        "incident": {
            "datumTijd": moment,
            "locatie": "Dam 1, Zaanstad",
            "omschrijving": "Luid geroep op straat.",
            "periodeVanTot": {"datumTijdBegin": moment, "datumTijdEinde": moment},
        },
        "natuurlijkPersoon": person,
        "overigeInformatie": {"omschrijving": "geen", "uRL": "https://voorbeeld.invalid/1"},
        "zorgelijkeSituatie": {**worry, "vraagAntwoord": {"vraag": "NAZ-001", "antwoord": "ja"}},
        **changes,
    }
