"""A network: who is in the middle, who stands close around, and who helps from the rim."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from uuid import uuid4

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

INK = "#16232b"
ACCENT = "#0b5c63"
CARE = "#0f766e"
SAFETY = "#3b4ba3"
HOME = "#8a5a00"

WIDTH, HEIGHT = 560, 520
MIDDLE = (WIDTH / 2, HEIGHT / 2)
DISC, RING = 122, 80
RIM = (150, 172)
LINE = 17


@dataclass(frozen=True)
class Dot:
    """Someone or something in the network; `tone` is its colour, which never says more than the label."""

    label: str
    tone: str = CARE


def draw(
    title: str, description: str, middle: Sequence[str], around: tuple[Sequence[Dot], Sequence[Dot]]
) -> SafeString:
    """The picture as SVG. `around` is the direct circle and the rim; several in the middle become a household."""
    circle, rim = around
    alone = len(middle) == 1
    ring = [*([] if alone else [(name, True) for name in middle]), *((dot.label, False) for dot in circle)]
    key = uuid4().hex[:8]
    parts = (
        format_html('<title id="t{0}">{1}</title><desc id="d{0}">{2}</desc>', key, title, description),
        _lines(len(rim)),
        format_html('<circle cx="{}" cy="{}" r="{}" fill="#e8efee" stroke="#d6dcd9"/>', *MIDDLE, DISC),
        format_html('<circle cx="{}" cy="{}" r="40" fill="{}"/>', *MIDDLE, ACCENT),
        _text(MIDDLE, _wrapped(middle[0] if alone else _("gezin"), 9), ("#fff", "middle", 13)),
        _ring(ring),
        _rim(rim),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" width="{}" role="img" aria-labelledby="t{} d{}">{}</svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        key,
        key,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _places(count: int, radius: tuple[float, float]) -> list[tuple[float, float]]:
    """Evenly around the middle, the first one straight up."""
    angles = [2 * pi * place / count - pi / 2 for place in range(count)]
    return [(round(MIDDLE[0] + radius[0] * cos(a), 1), round(MIDDLE[1] + radius[1] * sin(a), 1)) for a in angles]


def _lines(count: int) -> SafeString:
    return format_html_join(
        "",
        '<path d="M{} {}L{} {}" stroke="#9aa8ad" stroke-width="1.5" fill="none"/>',
        ((*MIDDLE, x, y) for x, y in _places(count, RIM)),
    )


def _ring(dots: Sequence[tuple[str, bool]]) -> SafeString:
    drawn = []
    for (label, filled), (x, y) in zip(dots, _places(len(dots), (RING, RING)), strict=True):
        fill = ACCENT if filled else "#fff"
        drawn.append(format_html('<circle cx="{}" cy="{}" r="11" fill="{}" stroke="{}"/>', x, y, fill, ACCENT))
        drawn.append(_text((x, y + 24), _wrapped(label, 12)[:1], (INK, "middle", 13)))
    return format_html_join("", "{}", ((part,) for part in drawn))


def _rim(dots: Sequence[Dot]) -> SafeString:
    drawn = []
    for dot, (x, y) in zip(dots, _places(len(dots), RIM), strict=True):
        aside = x - MIDDLE[0]
        lines = _wrapped(dot.label, 14)
        drawn.append(format_html('<circle cx="{}" cy="{}" r="7" fill="{}"/>', x, y, dot.tone))
        if abs(aside) < RIM[0] / 3:
            shift = (len(lines) * LINE / 2 + 10) * (1 if y > MIDDLE[1] else -1)
            drawn.append(_text((x, y + shift), lines, (dot.tone, "middle", 15)))
        else:
            side = 1 if aside > 0 else -1
            drawn.append(_text((x + 13 * side, y), lines, (dot.tone, "start" if side > 0 else "end", 15)))
    return format_html_join("", "{}", ((part,) for part in drawn))


def _wrapped(label: str, width: int) -> list[str]:
    """The label in at most four lines; whatever is longer ends in an ellipsis (the list beside it says all)."""
    lines: list[str] = []
    for word in label.replace("-", "- ").split():
        glue = "" if lines and lines[-1].endswith("-") else " "
        if lines and len(lines[-1]) + len(glue) + len(word) <= width:
            lines[-1] += glue + word
        else:
            lines.append(word)
    if len(lines) > 4:
        lines = [*lines[:3], f"{lines[3]} …"]
    return [line if len(line) <= width + 3 else f"{line[: width + 2]}…" for line in lines]


def _text(at: tuple[float, float], lines: Sequence[str], shape: tuple[str, str, int]) -> SafeString:
    """Lines of text with their middle at a height; `shape` is colour, anchor and size."""
    colour, anchor, size = shape
    top = at[1] - (len(lines) - 1) * LINE / 2 + size / 3
    spans = format_html_join(
        "",
        '<tspan x="{}" y="{}">{}</tspan>',
        ((at[0], round(top + place * LINE, 1), line) for place, line in enumerate(lines)),
    )
    return format_html('<text text-anchor="{}" font-size="{}" fill="{}">{}</text>', anchor, size, colour, spans)
