"""`docs/generated` and `docs/leesroutes.md`: made from the code, so that they cannot say something else."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Field

from knooppunt.cases.rules import LABELS, TRANSITIONS, CaseState
from knooppunt.kernel.access import tables
from knooppunt.kernel.privacy import Privacy, privacy_of
from knooppunt.sharing.law import versions
from knooppunt.sharing.law.scenario import Scenario, scenarios
from knooppunt.sharing.rules import Decision, decide
from knooppunt.sharing.rules.words import OUTCOMES
from knooppunt.site import asvs
from knooppunt.site.reading import Kind, ReadPath, read_paths

PACKAGE = Path(str(files("knooppunt")))
FOLDER = PACKAGE.parent.parent / "docs"
HEAD = "<!-- Made from the code by `knooppunt docs`. Do not edit. -->\n"
EVENT = re.compile(r"[a-z]+\.[a-z_]+")
OUTSIDE_ACTIONS = ("kernel/incarnation.py", "site/backup/make.py")
"""What is recorded by no actor's intention: the whole database goes out, or comes back."""

CLASSES: Mapping[Privacy, str] = {
    Privacy.PROFESSIONAL: "zegt iets over een professional",
    Privacy.RESIDENT_KEY: "verwijst naar een inwoner, zonder te zeggen wie dat is",
    Privacy.RESIDENT_CONTENT: "zegt iets over een inwoner",
    Privacy.RESIDENT_IDENTITY: "zegt wie een inwoner is; staat versleuteld in de database",
    Privacy.SECRET: "geheim van een systeem; alleen een afdruk ervan wordt bewaard",
}


def write() -> list[Path]:
    """Writes every page that differs; returns which."""
    changed = stale()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_content(path), encoding="utf-8")
    return changed


def stale() -> list[Path]:
    """The pages that differ from what the code says."""
    wanted = [FOLDER / name for name in PAGES]
    return [path for path in wanted if not path.exists() or path.read_text(encoding="utf-8") != _content(path)]


def _content(path: Path) -> str:
    title, make = PAGES[path.relative_to(FOLDER).as_posix()]
    return "\n".join([HEAD, f"# {title}", "", *make(), ""])


def _access() -> Iterator[str]:
    # A room's table is in force once its module is read.
    for config in apps.get_app_configs():
        if config.name.startswith("knooppunt.") and find_spec(f"{config.name}.access"):
            import_module(f"{config.name}.access")
    yield "Wat niet in deze lijst staat, mag niemand. Alle voorwaarden van een regel gelden samen."
    yield ""
    yield "Deze lijst zegt wat iemand mag doen. Welke melding of casus iemand ziet, staat hier niet in: daarvoor moet"
    yield "de organisatie toegang hebben en de professional aangewezen zijn, in deze rol (`sharing/access.py`)."
    yield 'Wie niet in de juiste hoedanigheid werkt, leest: "Dit past niet bij uw hoedanigheid in deze sessie."'
    for room, table in sorted(tables().items()):
        yield from ("", f"## {room}", "", "| permission | the actor … | en wie niet voldoet, leest |", "|---|---|---|")
        for permission, conditions in table.items():
            names = "; ".join(condition.name for condition in conditions)
            said = " ".join(one.otherwise for one in conditions if not one.name.startswith("acts in "))
            yield f"| `{permission.value}` | {names} | {said or '–'} |"


def _states() -> Iterator[str]:
    yield "De toestanden van een casus en de stappen die mogen, met het artikel."
    yield "Onder een convenant gelden dezelfde stappen op grond van de afspraak, niet van het artikel."
    yield from ("", "```mermaid", "stateDiagram-v2")
    yield from (f'    state "{LABELS[state]}" as {state.value}' for state in CaseState)
    yield f"    [*] --> {next(iter(CaseState)).value}"
    yield from (f"    {was.value} --> {became.value}: {article}" for (was, became), article in TRANSITIONS.items())
    ends = [state for state in CaseState if all(was is not state for was, _ in TRANSITIONS)]
    yield from (f"    {state.value} --> [*]" for state in ends)
    yield "```"


def _events() -> Iterator[str]:
    yield "Wat het logboek vastlegt, en in welke kamer dat gebeurt. Daarnaast `look` (een deel van een dossier geopend)"
    yield "en `list` (een lijst of zoekresultaat getoond). Een weigering staat er ook in, met wat iemand wilde doen."
    yield from ("", "| event | room |", "|---|---|")
    yield from (f"| `{event}` | {', '.join(sorted(rooms))} |" for event, rooms in sorted(_recorded().items()))


def _recorded() -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room, *inside = path.relative_to(PACKAGE).parts
        if "/".join((room, *inside)) in OUTSIDE_ACTIONS or inside[:1] in (["actions"], ["actions.py"]):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for event in _events_of(node):
                    found.setdefault(event, set()).add(room)
    return found


def _events_of(node: ast.AST) -> Iterator[str]:
    """The events of `work.record("noun.verbed", …)`, also where a function of the module passes the name on."""
    for given in node.args[:3] if isinstance(node, ast.Call) else ():
        for value in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
            said = value.value if isinstance(value, ast.Constant) else None
            if isinstance(said, str) and EVENT.fullmatch(said) and not said.startswith("knooppunt."):
                yield said


def _privacy() -> Iterator[str]:
    yield "Hoe privé elk veld is. Een veld zonder klasse is een sleutel, code, datum of getal, of de naam van een ding."
    yield from ("", "| class | betekenis |", "|---|---|")
    yield from (f"| {privacy.value} | {meaning} |" for privacy, meaning in CLASSES.items())
    for model in sorted(_own_models(), key=lambda model: str(model._meta.label)):
        marked = [(field.name, privacy_of(field)) for field in model._meta.concrete_fields if _is_marked(field)]
        yield from ("", f"## {model._meta.label}", "")
        if not marked:
            yield "Geen velden met een klasse."
            continue
        yield from ("| field | class |", "|---|---|")
        yield from (f"| `{name}` | {privacy.value} |" for name, privacy in marked)


def _asvs() -> Iterator[str]:
    yield from asvs.lines(FOLDER / "asvs.yaml")


def _own_models() -> list[Any]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("knooppunt.")
        for model in config.get_models()
    ]


def _is_marked(field: "Field[Any, Any]") -> bool:
    return privacy_of(field) is not Privacy.NONE


READING: Mapping[Kind, tuple[str, str]] = {
    Kind.PAGE: ("Bladen", "Wat iemand in de browser kan opvragen. Ook een formulier dat terugkomt, toont iets."),
    Kind.API: ("Koppeling voor systemen", "Een systeem leest alleen terug wat het zelf stuurde."),
    Kind.COMMAND: ("Opdrachten", "Voor wie op de server werkt. Een opdracht toont geen gegevens van een inwoner."),
    Kind.FIGURE: ("Cijfers", "Geteld met een databaserol die geen kolom kan lezen die iemand aanwijst."),
    Kind.MESSAGE: ("Berichten die vanzelf weggaan", "In de wachtrij staat alleen een soort en een nummer."),
    Kind.MAIL: ("Mails", "Alleen van het inloggen, naar de eigenaar van het account."),
    Kind.JOB: ("Taken", "Draaien vanzelf en tonen niets. Zij krijgen alleen nummers mee."),
    Kind.ERROR: ("Foutbladen", "Wat niet bestaat en wat u niet mag zien, geeft hetzelfde antwoord."),
    Kind.LOG: ("Regels van het programma zelf", "Niet het logboek van wie keek, maar waar het programma fout ging."),
    Kind.CACHE: ("Tussenopslag", "Elk antwoord zegt dat niemand het mag bewaren."),
    Kind.FILE: ("Bestanden", "Wat het programma in zijn datamap zet."),
}


READING_HEAD = """\
Elke manier waarop iets uit Knooppunt te lezen is. De lijst komt uit de code: een blad dat er niet in staat,
bestaat niet.

- **Wat begrenst het:** van deze tabellen ziet iemand alleen de rijen waarvoor alle drie gelden: toegang van de
  organisatie, aanwijzing van de professional, en de hoedanigheid van dat moment. Staat er een streepje, dan komt er
  geen rij van een inwoner aan te pas, of regelt de kamer het zelf.
- **Logboek:** welke blik of lijst wordt vastgelegd, zoals de code haar noemt.

## Hoe wij dit bewaken

Een test (`tests/leaks/`) loopt bij elke wijziging alle leesroutes langs, in verzonnen werelden. Hij stelt elke vraag
twee keer: in de wereld zoals zij is, en in een wereld waarin alles anders is wat deze persoon niet mag zien: andere
teksten, namen, datums en aantallen. Beide antwoorden moeten letter voor letter gelijk zijn, ook kopregels,
doorverwijzingen, aantallen en de vragen aan de database. Zo is ook aan een telling, een foutcode of de wachttijd niet
te merken dat iets bestaat.

Daarnaast heeft elke rij een eigen merkwoord. Dat mag nergens opduiken waar de rij niet te zien mag zijn, en helemaal
niet in logregels, berichten en foutbladen. De test bewijst zichzelf: van elke soort lek maakt hij er één na, en vindt
het. Wat bewust wél van iets onzichtbaars afhangt, staat in [0014](adr/0014-een-test-voor-elke-leesroute.md)."""


def _reading() -> Iterator[str]:
    yield from READING_HEAD.splitlines()
    found = read_paths()
    for kind, (title, about) in READING.items():
        yield from ("", f"## {title}", "", about, "")
        yield "| naam | waar | wat het toont | voor wie | wat begrenst het | logboek |"
        yield "|---|---|---|---|---|---|"
        yield from (_reading_line(path) for path in found if path.kind is kind)


def _reading_line(path: ReadPath) -> str:
    cells = [
        f"`{path.name}`",
        f"`{path.where}`",
        path.shows or "nog te beschrijven",
        path.who,
        ", ".join(sorted(path.reaches.bounded_by)) or "–",
        ", ".join(sorted(path.reaches.looks)) or "–",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


SCENARIOS_HEAD = """\
Wat een professional zou vragen, en wat Knooppunt antwoordt. De situaties staan in
`src/knooppunt/sharing/law/scenarios/`, elk met de uitkomst en de artikelen die de wet geeft. Een test houdt het
antwoord daaraan. Elke regel van een kader komt hier van twee kanten langs: net wel en net niet.

Dit is geen juridisch advies. Hoe een antwoord uit de regels volgt, staat in [regimes](../regimes.md).

- Zegt een situatie niets over nodig of niet nodig, dan is het gegeven nodig voor het doel.
- Bij **mag onder voorwaarden** staat onder *wat wel kan* wat er nog moet gebeuren.
- Een datum staat erbij als die dag onder een oudere versie valt, of van voor de wet is."""


def _scenarios() -> Iterator[str]:
    yield from SCENARIOS_HEAD.splitlines()
    titles = {version.code: version.title for version in versions()}
    for code, title in titles.items():
        yield from (
            "",
            f"## {title}",
            "",
            "| nr | situatie | uitkomst | artikelen | wat wel kan |",
            "|---|---|---|---|---|",
        )
        yield from (_scenario_line(one) for one in scenarios() if one.regime == code)


def _scenario_line(scenario: Scenario) -> str:
    decision = decide(scenario.question, versions())
    newest = max((one for one in versions() if one.code == scenario.regime), key=lambda one: one.valid_from)
    day = "" if newest.in_force(scenario.question.on) else f" ({scenario.question.on:%d-%m-%Y})"
    cells = [
        str(scenario.number),
        f"{scenario.situation}{day}",
        OUTCOMES[decision.outcome],
        ", ".join(decision.articles),
        " ".join(_possible(decision)) or "–",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _possible(decision: Decision) -> tuple[str, ...]:
    """What can be done: what is still to be met, or what is possible instead."""
    return decision.possible_instead or tuple(dict.fromkeys(one.text for one in decision.conditions))


PAGES: Mapping[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "generated/toegang.md": ("Wie wat mag", _access),
    "generated/toestanden.md": ("Toestanden van een casus", _states),
    "generated/gebeurtenissen.md": ("Gebeurtenissen in het logboek", _events),
    "generated/privacy.md": ("Privacyklasse per veld", _privacy),
    "generated/scenarios.md": ("Mag ik dit delen? Voorbeelden met antwoord", _scenarios),
    "leesroutes.md": ("Alle leesroutes", _reading),
    "asvs.md": ("OWASP ASVS 5.0", _asvs),
}
