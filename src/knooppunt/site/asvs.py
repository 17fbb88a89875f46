"""`docs/asvs.md`: how each requirement of OWASP ASVS 5.0.0 (levels 1 and 2) is met, from `docs/asvs.yaml`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

CHAPTERS = {
    1: "Coderen en zuiveren",
    2: "Invoer en het werk zelf",
    3: "De browser",
    4: "Koppelingen",
    5: "Bestanden",
    6: "Inloggen",
    7: "Sessies",
    8: "Toegang",
    9: "Zelfdragende tokens",
    10: "OAuth en OIDC",
    11: "Versleutelen",
    12: "Verbindingen",
    13: "Instellingen",
    14: "Gegevens",
    15: "Bouw en onderdelen",
    16: "Loggen en fouten",
    17: "WebRTC",
}
STATUSES = ("voldaan", "deels", "n.v.t.", "niet")
Row = Mapping[str, Any]


def rows(file: Path) -> list[Row]:
    """Every requirement in the order of the standard; those of parts that are being made stand in between."""
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    return sorted([*said["regels"], *said["in_aanbouw"]], key=_place)


def lines(file: Path) -> Iterator[str]:
    """The page."""
    found = rows(file)
    yield "Hoe Knooppunt omgaat met elke eis van OWASP ASVS 5.0.0, niveau 1 en 2. De eisen zelf leest u bij"
    yield "[OWASP](https://owasp.org/www-project-application-security-verification-standard/); hier staat alleen een"
    yield "korte aanduiding. Dit is een eigen oordeel; niemand van buiten heeft het nagekeken."
    yield from ("", "- **voldaan**: er is een test die het bewaakt.")
    yield "- **deels**: er is iets, en waarom het niet genoeg is. Staat er een onderdeel bij, dan wordt dat gemaakt."
    yield "- **niet**: het is er niet. **n.v.t.**: Knooppunt heeft dit niet."
    counts = Counter(row["status"] for row in found)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    yield from (
        "",
        f"Van {len(found)} eisen: {told}. Modules staan onder `src/knooppunt/`, tests onder `tests/`.",
    )
    for chapter, title in CHAPTERS.items():
        yield from ("", f"## V{chapter} {title}", "", "| nr | niveau | eis | status | hoe | waar | test |")
        yield "|---|---|---|---|---|---|---|"
        yield from (_line(row) for row in found if _place(row)[0] == chapter)


def _line(row: Row) -> str:
    part = f" (onderdeel: {row['onderdeel']})" if row.get("onderdeel") else ""
    cells = [
        str(row["nr"]),
        str(row["niveau"]),
        str(row["eis"]),
        f"{row['status']}{part}",
        str(row["hoe"]),
        "<br>".join(f"`{one}`" for one in row.get("waar", ())),
        "<br>".join(f"`{one.removeprefix('tests/')}`" for one in row.get("test", ())),
    ]
    return f"| {' | '.join(cells)} |"


def _place(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in str(row["nr"]).split("."))
