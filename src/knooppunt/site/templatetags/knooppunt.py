"""The parts of a page of which a list has hundreds: cell, chip, icon and term. Every template knows them.

They look like components and would be ones, but that a component takes five times as long as a tag, and a list of
twenty-five rows has three hundred of these.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from knooppunt.site.drawings import DRAWINGS

register = template.Library()


@register.simple_block_tag
def row(content: SafeString) -> SafeString:
    """A row of c-table: `{% row %} … {% endrow %}`, with cells in it."""
    return format_html('<tr class="utrecht-table__row" role="row">{}</tr>', content)


@register.simple_block_tag
def cell(content: SafeString, label: str = "", *, head: bool = False) -> SafeString:
    """A cell: `{% cell _("Fase") %} … {% endcell %}`; `head=True` makes it the row's heading.

    The label is the name of its column, shown beside the value on a narrow screen.
    """
    names = format_html(' data-label="{}"', label) if label else ""
    if head:
        shape = '<th class="utrecht-table__cell" role="rowheader" scope="row"{}><span>{}</span></th>'
    else:
        shape = '<td class="utrecht-table__cell" role="cell"{}><span>{}</span></td>'
    return format_html(shape, names, content)


@register.simple_block_tag
def chip(content: SafeString, kind: str = "plain", *, icon: str = "") -> SafeString:
    """A short label: `{% chip "late" icon="lock" %} … {% endchip %}`. The words must say it without the colour.

    `kind` is plain, late, soon, ok, care, safety or home.
    """
    return format_html('<span class="kn-chip{}">{}{}</span>', _tone(kind), _drawn(icon) if icon else "", content)


@register.simple_tag
def due(when: Any) -> SafeString:
    """When something is due, as a chip: `{% due row.due %}`, with text, kind and perhaps a date; else nothing."""
    if not when:
        return SafeString()
    if not when.date:
        return format_html('<span class="kn-chip{}">{}</span>', _tone(when.kind), when.text)
    shape = '<span class="kn-chip{}"><time datetime="{}">{}</time></span>'
    return format_html(shape, _tone(when.kind), when.date.isoformat(), when.text)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing, for decoration: `{% icon "clock" %}`. The names are those of `DRAWINGS`."""
    return _drawn(name)


def _tone(kind: str) -> str:
    return "" if kind == "plain" else f" kn-chip--{kind}"


def _drawn(name: str) -> SafeString:
    shape = '<svg class="kn-icon" viewBox="0 0 24 24" focusable="false" aria-hidden="true">{}</svg>'
    return mark_safe(shape.format(DRAWINGS[name]))  # nosec B308, B703: nothing in it comes from anybody
