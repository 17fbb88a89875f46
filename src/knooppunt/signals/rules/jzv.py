"""Reading a body of the national interface JZV Meldingen 1.0: strict about the schema, exact about what was sent."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from knooppunt.kernel.errors import BadInput
from knooppunt.signals.rules import Described, moment

LARGEST = 1_000_000
"""Bytes in one body; a report is a page or two of text."""

LINE_ENDS = ("\n", "\r")


class Written(float):
    """A number that remembers how it was written: 12 and 12.0 and 1e400 stay what they are."""

    text: str

    def __new__(cls, text: str) -> "Written":
        """From the digits as they stood."""
        made = super().__new__(cls, text)
        made.text = text
        return made


@dataclass(frozen=True)
class Body:
    """A valid Melding, in our terms, with the text exactly as it was sent."""

    raw: str
    number: str
    kind: str
    incident_at: datetime | None
    place: str
    place_hints: tuple[str, ...]
    happened: str
    worry: str
    question: str
    feedback_wanted: bool
    described: Described


def read(sent: bytes) -> Body:
    """Bytes → body. `BadInput` names the place (a JSON pointer) and the mend, never what was sent."""
    try:
        raw = sent.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("", "Stuur JSON in UTF-8.") from None
    parsed = _parsed(raw)
    _refuse_unstorable(parsed)
    _check(parsed)
    return _body(raw, parsed)


def _parsed(raw: str) -> Any:
    try:
        return json.loads(
            raw,
            object_pairs_hook=_without_doubles,
            parse_float=Written,
            parse_int=Written,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise BadInput("", f"Dit is geen JSON: kijk na bij regel {error.lineno}, teken {error.colno}.") from None
    except RecursionError:
        raise BadInput("", "Dit bericht is te diep genest.") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadInput("", "Een sleutel staat twee keer in hetzelfde object. Laat er één staan.")
    return found


def _no_constant(_name: str) -> float:
    raise BadInput("", "NaN en Infinity zijn geen JSON. Stuur een getal.")


def _strings(parsed: Any) -> Iterator[str]:
    """Every string and key, without recursion: what was parsed may still be deep."""
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value.keys()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _refuse_unstorable(parsed: Any) -> None:
    for text in _strings(parsed):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise BadInput(
                "", "Tekst met U+0000 of een half surrogaatpaar kan niet bewaard worden. Haal dat teken weg."
            )


def _check(parsed: Any) -> None:
    error = next(iter(sorted(_validator().iter_errors(parsed), key=lambda found: found.json_path)), None)
    if error is not None:
        raise BadInput(_pointer(error), _mend(error))


def _pointer(error: ValidationError) -> str:
    path = [str(part) for part in error.absolute_path]
    missing = _missing(error)
    return "".join(f"/{part}" for part in [*path, *([missing] if missing else [])])


def _missing(error: ValidationError) -> str:
    if error.validator != "required" or not isinstance(error.instance, Mapping):
        return ""
    said = error.validator_value
    wanted = said if isinstance(said, list) else []
    return next((str(name) for name in wanted if name not in error.instance), "")


def _mend(error: ValidationError) -> str:
    """What to do, from the schema alone: the value itself may be about a person."""
    said = error.validator_value
    mends = {
        "required": "Dit veld is verplicht.",
        "type": f"Dit moet van het type {said} zijn.",
        "enum": f"Kies één van: {', '.join(map(str, said)) if isinstance(said, list) else said}.",
        "minLength": "Dit veld mag niet leeg zijn.",
        "pattern": f"Dit moet in zijn geheel voldoen aan {said}.",
        "format": f"Dit moet een geldige {said} zijn.",
    }
    return mends.get(str(error.validator), "Dit voldoet niet aan het schema JZV Meldingen 1.0.")


def _whole_pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """A pattern is about the whole string: `$` alone would let a line end through."""
    if isinstance(instance, str) and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), instance):
        yield ValidationError("does not match")


STRICT: Any = extend(Draft202012Validator, {"pattern": _whole_pattern})  # type: ignore[no-untyped-call]


@lru_cache(maxsize=1)
def _standard() -> dict[str, Any]:
    text = files("knooppunt.signals").joinpath("standards/jzv-meldingen-1.0.schema.json").read_text("utf-8")
    known: dict[str, Any] = json.loads(text)
    return known


def schemas(place: str) -> dict[str, Any]:
    """The definitions of the standard by name, pointing at each other under another place (`#/components/…/`)."""
    moved: dict[str, Any] = json.loads(json.dumps(_standard()["$defs"]).replace("#/$defs/", place))
    return moved


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    known = _standard()
    schema = {"$schema": known["$schema"], "$defs": known["$defs"], "$ref": "#/$defs/Melding"}
    made: Draft202012Validator = STRICT(schema, format_checker=_formats())
    return made


def _formats() -> FormatChecker:
    """The library's formats, without a line end at the end and with the leap second that RFC 3339 allows."""
    checker = FormatChecker()

    def without_line_end(name: str) -> None:
        theirs = Draft202012Validator.FORMAT_CHECKER.checkers[name][0]

        def holds(instance: object) -> bool:
            if not isinstance(instance, str):
                return True
            if instance.endswith(LINE_ENDS):
                return False
            plain = (
                re.sub(r"(T23:59|T[0-2]\d:[0-5]\d):60", r"\1:59", instance.upper()) if name == "date-time" else instance
            )
            return bool(theirs(plain))

        checker.checks(name, raises=ValueError)(holds)

    for name in ("date", "date-time", "uri"):
        without_line_end(name)
    return checker


def _body(raw: str, parsed: Mapping[str, Any]) -> Body:
    incident, worry, other = parsed["incident"], parsed["zorgelijkeSituatie"], parsed["overigeInformatie"]
    asked = worry["vraagAntwoord"]
    parts = [
        worry["situatieSchets"],
        worry["nadereOmschrijving"],
        f"{asked['vraag']}: {asked['antwoord']}",
        f"Overige informatie: {other['omschrijving']} ({other['uRL']})",
    ]
    return Body(
        raw=raw,
        number=parsed["registratienummer"],
        kind=parsed["soort"],
        incident_at=moment(incident["datumTijd"]),
        place=incident["locatie"],
        place_hints=(incident["locatie"], *_strings(parsed["natuurlijkPersoon"]["adres"])),
        happened=incident["omschrijving"],
        worry="\n\n".join(parts),
        question=parsed["verzoek"],
        feedback_wanted=parsed["terugkoppelingGewenst"],
        described=_described(parsed["natuurlijkPersoon"]),
    )


def _described(person: Mapping[str, Any]) -> Described:
    name, street = person["naam"], person["adres"]["straatAdres"]
    born = person.get("geboorte", {}).get("datum")
    contacts = [f"{way['type']}: {way['waarde']}" for way in person.get("communicatiemiddel", ())]
    return Described(
        surname=name["geslachtsnaam"],
        prefix=name.get("voorvoegselGeslachtsnaam", ""),
        given_names=name.get("voornamen") or name.get("voorletters1", ""),
        born=date.fromisoformat(born) if born else None,
        bsn=person["burgerservicenummer"],
        address=f"{street['straatnaam']} {street['huisnummer'].text} {street['huisletter']}",
        contact="\n".join(contacts),
        gender=person.get("geslachtsaanduiding", ""),
    )
