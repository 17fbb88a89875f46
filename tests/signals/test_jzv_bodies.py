"""Bodies of JZV Meldingen 1.0: what the schema allows is read, all else is named by its place."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knooppunt.kernel.errors import BadInput
from knooppunt.signals.rules.jzv import read
from tests.signals.sample import BSN, body


def sent(said: Any) -> bytes:
    return json.dumps(said).encode()


def changed(path: str, value: Any) -> dict[str, Any]:
    """A valid body with one value replaced (or removed: `...`)."""
    said: Any = json.loads(json.dumps(body()))
    *parents, last = path.split("/")
    place = said
    for parent in parents:
        place = place[parent]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return dict(said)


PERSON = "natuurlijkPersoon"
STREET = f"{PERSON}/adres/straatAdres"


def test_a_valid_body_is_read_and_kept_as_it_was_sent() -> None:
    raw = "  " + json.dumps(body(extra={"b": [1, None]}), indent=3) + "\n"
    found = read(raw.encode())
    assert (found.raw, found.number, found.kind, found.described.bsn) == (raw, "P-2026-1", "NAZ", BSN)
    assert found.described.address == "Dorpsstraat 12 A"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("registratienummer", "A/B ?#%\n\u0007"),
        ("registratienummer", "x" * 5_000),
        (f"{STREET}/huisnummer", 12.5),
        (f"{STREET}/huisnummer", -1e300),
        (f"{PERSON}/burgerservicenummer", "000000000"),
        (f"{PERSON}/geboorte/datum", "2999-12-31"),
        (f"{PERSON}/geslachtsaanduiding", ...),
        (f"{PERSON}/geboorte", ...),
        (f"{PERSON}/communicatiemiddel", [{"type": "Emailadres", "waarde": "geen adres"}]),
        ("incident/datumTijd", "2016-12-31T23:59:60Z"),
        ("incident/datumTijd", "0001-01-01t00:00:00+23:59"),
        ("incident/datumTijd", "2026-11-21T22:10:00.123456789123Z"),
        ("overigeInformatie/uRL", "urn:isbn:1"),
        ("verzoek", "<script>alert(1)</script>\u202e"),
    ],
)
def test_what_the_schema_allows_is_taken_in(path: str, value: Any) -> None:
    assert read(sent(changed(path, value)))


@pytest.mark.parametrize("digits", ["1e400", "1" * 5_000, "1e99999999999999999999", "-0", "12.0"])
def test_numbers_stay_as_they_were_written(digits: str) -> None:
    raw = json.dumps(body()).replace('"huisnummer": 12', f'"huisnummer": {digits}')
    assert digits in read(raw.encode()).described.address


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("soort", "E33", "/soort"),
        ("registratienummer", "", "/registratienummer"),
        ("registratienummer", 5, "/registratienummer"),
        ("terugkoppelingGewenst", "ja", "/terugkoppelingGewenst"),
        ("verzoek", ..., "/verzoek"),
        ("incident/periodeVanTot/datumTijdEinde", ..., "/incident/periodeVanTot/datumTijdEinde"),
        ("incident/datumTijd", "2026-11-21T22:10:00", "/incident/datumTijd"),
        ("incident/datumTijd", "2026-11-21T22:10:00Z\n", "/incident/datumTijd"),
        ("incident/datumTijd", "2026-02-30T22:10:00Z", "/incident/datumTijd"),
        (f"{PERSON}/geboorte/datum", "20260101", f"/{PERSON}/geboorte/datum"),
        (f"{PERSON}/geboorte/datum", "2026-01-01\n", f"/{PERSON}/geboorte/datum"),
        (f"{PERSON}/burgerservicenummer", f"{BSN}\n", f"/{PERSON}/burgerservicenummer"),
        (f"{PERSON}/burgerservicenummer", "12345678", f"/{PERSON}/burgerservicenummer"),
        (f"{PERSON}/burgerservicenummer", "١٢٣٤٥٦٧٨٢", f"/{PERSON}/burgerservicenummer"),
        (f"{STREET}/huisnummer", "12", f"/{STREET}/huisnummer"),
        (f"{STREET}/huisnummer", True, f"/{STREET}/huisnummer"),
        (f"{PERSON}/communicatiemiddel", [{"type": "Fax", "waarde": "1"}], f"/{PERSON}/communicatiemiddel/0/type"),
        ("overigeInformatie/uRL", "geen adres", "/overigeInformatie/uRL"),
        ("overigeInformatie/uRL", "https://voorbeeld.invalid/\n", "/overigeInformatie/uRL"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_never_repeated(path: str, value: Any, pointer: str) -> None:
    with pytest.raises(BadInput) as found:
        read(sent(changed(path, value)))
    assert found.value.field == pointer
    assert BSN not in found.value.mend


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000, b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": -Infinity}',
        b'{"a": "\\u0000"}', b'{"\\u0000": 1}', b'{"a": "\\ud800"}', b'{"a": ["\\udfff x"]}',
    ],
)  # fmt: skip
def test_what_is_no_json_or_cannot_be_stored_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read(raw)


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud83d", "\\ude00\\ud83d"])
def test_a_nul_or_half_a_pair_is_refused_wherever_it_stands(sign: str) -> None:
    raw = json.dumps(body(extra=[{"diep": "HIER"}])).replace("HIER", sign)
    with pytest.raises(BadInput):
        read(raw.encode())


def test_a_whole_pair_is_a_character() -> None:
    assert read(json.dumps(body(verzoek="😀")).encode()).question == "😀"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused_and_nothing_else(said: Any) -> None:
    with pytest.raises(BadInput):
        read(json.dumps(said).encode())


@given(st.sampled_from(sorted(body())), JSON)
def test_any_value_in_any_place_is_read_or_refused_and_nothing_else(key: str, value: Any) -> None:
    with suppress(BadInput):
        assert read(json.dumps(body(**{key: value})).encode()).raw


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read(raw)
