"""Reads YAML of the law so that whatever is wrong in it is named with file, line and mend."""

import hashlib
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jsonschema
import yaml

from knooppunt.kernel.errors import BadInput

ARTICLE = re.compile(
    r"(?P<law>[A-Z][A-Za-z.\-]*(?: [A-Za-z.\-]+)*?(?: 2015)?) (?P<article>\d+[a-z]*(?:[.:]\d+[a-z]*)*)"
    r"(?: lid \d+[a-z]?)?(?: onder [a-z](?:\d|°)?)?"
)
"""LAW ARTICLE[ lid N][ onder x] (contracts.md)."""

Path = tuple[str | int, ...]


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Days stay text, so that a file and its JSON say the same."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Text:
    """A file of the law: its name, what it says, and on which line each part of that stands."""

    name: str
    said: Mapping[str, Any]
    lines: Mapping[Path, int]
    digest: str

    def wrong(self, path: Path, mend: str) -> BadInput:
        """What is wrong at a place, as an error that names file and line."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        where = ".".join(str(part) for part in path)
        return BadInput(f"{self.name}, regel {self.lines.get(known, 1)}", f"{where}: {mend}" if where else mend)


def read(name: str, content: bytes) -> Text:
    """A file as text with lines; `BadInput` for what is no YAML, or names one key twice."""
    try:
        loader = _Plain(content)
        root = loader.get_single_node()
        lines = dict(_lines(root, (), name)) if root else {}
        said = loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadInput(
            f"{name}, regel {line}", "Dit is geen geldige YAML: kijk inspringen en aanhalingstekens na."
        ) from error
    except (UnicodeDecodeError, ValueError) as error:
        raise BadInput(f"{name}, regel 1", "Dit bestand is geen UTF-8.") from error
    if not isinstance(said, dict):
        raise BadInput(f"{name}, regel 1", "Hier hoort een lijst van sleutels met waarden.")
    return Text(name, said, lines, hashlib.sha256(content).hexdigest())


def _lines(node: yaml.Node, path: Path, name: str) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for place, part in enumerate(node.value):
            yield from _lines(part, (*path, place), name)
    elif isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, part in node.value:
            if key.value in seen:
                mend = f"De sleutel {key.value} staat er twee keer. Haal er een weg."
                raise BadInput(f"{name}, regel {key.start_mark.line + 1}", mend)
            seen.add(key.value)
            yield (*path, key.value), key.start_mark.line + 1
            yield from _lines(part, (*path, key.value), name)


@lru_cache(maxsize=1)
def _schema() -> jsonschema.Draft202012Validator:
    said = yaml.safe_load(files(__package__).joinpath("schema.yaml").read_bytes())
    return jsonschema.Draft202012Validator(said)


MENDS = {
    "required": "Hier ontbreekt iets: {0}",
    "additionalProperties": "Deze sleutel is niet bekend: {0}",
    "enum": "Deze waarde is niet bekend: {0}",
    "type": "Hier hoort iets anders: {0}",
    "pattern": "Dit heeft niet de goede vorm: {0}",
    "minLength": "Deze tekst is te kort: {0}",
    "minItems": "Deze lijst is leeg: {0}",
    "anyOf": "Hier hoort een waarde, een lijst of all_but: {0}",
}


def check_form(text: Text) -> None:
    """Holds a regime against the schema; `BadInput` names file, line, and the mend."""
    found = min(_schema().iter_errors(text.said), key=lambda error: list(map(str, error.absolute_path)), default=None)
    if found is not None:
        mend = MENDS.get(str(found.validator), "Dit klopt niet: {0}").format(_short(found.message))
        raise text.wrong(tuple(found.absolute_path), mend)


def _short(message: str) -> str:
    return message if len(message) <= 160 else f"{message[:157]}…"


def check_article(text: Text, path: Path, article: str, laws: frozenset[str]) -> None:
    """An article is written by the grammar, and its law stands in the list of sources."""
    found = ARTICLE.fullmatch(article)
    if found is None:
        raise text.wrong(path, f"'{article}' is geen artikel: schrijf WET ARTIKEL, met lid en onder als die er zijn.")
    if found["law"] not in laws:
        raise text.wrong(
            path, f"De wet '{found['law']}' staat niet in sources.yaml. Zet hem daarbij, of verbeter de naam."
        )
