"""An agreement as a Word file: all that the register holds of it, ready to be signed, or marked as a draft."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Request, door
from knooppunt.kernel.paper import Block, Bullets, Heading, Lines, Paper, Paragraph, Table
from knooppunt.kernel.paper.word import MEDIA_TYPE, docx_of
from knooppunt.kernel.sending import as_a_file
from knooppunt.sharing import queries
from knooppunt.sharing.forms.agreements import DECISION_LABELS, JUDGEMENTS, KINDS, STANDS
from knooppunt.sharing.law.agreements import templates
from knooppunt.sharing.queries import AgreementView
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, NetworkJudgement, Party, Stand
from knooppunt.sharing.rules.question import RegimeCode

CLAUSE = re.compile(r"\d{1,3}\. \S.{0,150}")
"""How a clause begins: a number and what it is about, on a line of its own."""

NOT_IN_FORCE = frozenset({Stand.DRAFT, Stand.DROPPED})


@door(Function.MAINTENANCE, Function.GOVERNANCE)
@require_safe
def agreement_word(request: Request, agreement: UUID) -> HttpResponse:
    """The agreement as a file, for whoever may read its page. The name of the file names nobody."""
    view = queries.agreement(request.actor, agreement)
    name = f"afspraak-{view.id.hex[:8]}-versie-{view.version}.docx"
    return as_a_file(docx_of(paper_of(view, clock.today())), MEDIA_TYPE, name)


def paper_of(view: AgreementView, today: date) -> Paper:
    """What stands in the file, in the order in which one reads it."""
    kind = str(KINDS[view.terms.kind])
    version = _("versie %(version)d van %(day)s") % {"version": view.version, "day": _day(today)}
    blocks = (*_about(view, today), *_agreed(view), *_decision(view), *_clauses(view), *_judgement(view))
    return Paper(
        title=view.terms.title,
        subtitle=f"{_begun(kind)}, {view.region_name}",
        made_at=clock.now(),
        blocks=(*blocks, *_signing(view)),
        notice=_notice(view.stand(today)),
        foot=f"{view.terms.title}, {version}",
        subject=kind,
        of_page=(_("Pagina"), _("van")),
    )


def _notice(stand: Stand) -> str:
    if stand is Stand.DRAFT:
        return _("Concept, geldt niet")
    if stand is Stand.DROPPED:
        return _("Concept dat niet doorging, geldt niet")
    return _("Geldt niet meer") if stand is Stand.OVER else ""


def _about(view: AgreementView, today: date) -> Iterator[Block]:
    terms = view.terms
    yield Heading(_("Over deze afspraak"))
    begun = {one.code: one.label for one in templates()}.get(view.template, view.template)
    facts = [
        (_("Soort"), str(KINDS[terms.kind])),
        (_("Regio"), view.region_name),
        (_("Stand op %(day)s") % {"day": _day(today)}, str(STANDS[view.stand(today)][1])),
        (_("Juridisch kader"), _regime(view, today)),
        (_("Geldt vanaf"), _day(view.validity.first or terms.starts_on) or _("nog niet afgesproken")),
        (_("Geldt tot en met"), _day(terms.ends_on) or _("geen einddatum")),
        (_("Evalueren op"), _day(terms.review_on) or _("nog niet afgesproken")),
        (_("Versie"), f"{view.version}, {_('tekst van')} {_day(view.history.written_on)}"),
    ]
    if terms.competent_authority and terms.regime != RegimeCode.WPG20_CONVENANT:
        facts.append((_("Bevoegd gezag"), terms.competent_authority))
    if begun:
        facts.append((_("Begonnen met sjabloon"), begun))
    yield Table(
        title=_("Over deze afspraak"),
        summary=_("Per regel een gegeven van deze afspraak."),
        head=(_("Onderdeel"), _("Inhoud")),
        rows=tuple(facts),
    )
    yield Heading(_("Partijen"))
    if not view.parties:
        yield Paragraph(_("Er zijn nog geen partijen."))
        return
    yield Table(
        title=_("Partijen"),
        summary=_("Per regel een partij, wie voor haar tekende, in welke functie en wanneer."),
        head=(_("Partij"), _("Wie tekende"), _("Functie"), _("Getekend op")),
        rows=tuple(_party(one) for one in view.parties),
    )


def _party(party: Party) -> tuple[str, str, str, str]:
    if party.signed_on is None:
        return (party.name, "–", "–", _("nog niet"))
    return (party.name, party.signatory_name, party.signatory_role, _day(party.signed_on))


def _regime(view: AgreementView, today: date) -> str:
    version = _version(view.terms.regime, view.terms.starts_on or today)
    return f"{version.title}, {version.purpose_article}" if version else view.terms.regime


def _version(code: str, on: date) -> Regime | None:
    """The framework as it reads on a day, else as it was read last."""
    known = [one for one in queries.regimes() if one.code == code]
    return next((one for one in known if one.in_force(on)), known[-1] if known else None)


def _agreed(view: AgreementView) -> Iterator[Block]:
    yield Heading(_("Doel"))
    yield _said(view.terms.purpose)
    yield Heading(_("Soorten gegevens die de partijen mogen delen"))
    labels = queries.category_labels()
    if view.terms.categories:
        yield Bullets(tuple(labels.get(code, code) for code in view.terms.categories))
    else:
        yield _said("")


def _decision(view: AgreementView) -> Iterator[Block]:
    """The decision of the police, where the agreement is one under article 20 of the Wpg."""
    if view.terms.regime != RegimeCode.WPG20_CONVENANT:
        return
    yield Heading(_("Besluit van de politie (Wpg 20 lid 2)"))
    for name in DECISION_FIELDS:
        yield Heading(str(DECISION_LABELS[name]), level=2)
        yield _said(view.terms.decided(name))
    yield Heading(_("Bevoegd gezag (Wpg 20 lid 1)"), level=2)
    yield _said(view.terms.competent_authority)


def _clauses(view: AgreementView) -> Iterator[Block]:
    """Each clause under its own heading; text that does not begin as a clause does is running text."""
    if not view.terms.clauses.strip():
        return
    yield Heading(_("Bepalingen"))
    for part in re.split(r"\n\s*\n", view.terms.clauses.replace("\r\n", "\n").strip()):
        first, _end, rest = part.strip().partition("\n")
        if rest.strip() and CLAUSE.fullmatch(first.strip()):
            yield Heading(first, level=2)
            yield Paragraph(rest)
        else:
            yield Paragraph(part)


def _judgement(view: AgreementView) -> Iterator[Block]:
    yield Heading(_("Oordeel van het kennisnetwerk"))
    said = _begun(str(JUDGEMENTS[view.judgement]))
    yield Paragraph(f"{said} ({_day(view.judged_on)})." if view.judged_on else f"{said}.")
    if view.judgement != NetworkJudgement.NONE and view.motivation:
        yield Paragraph(view.motivation)
    if view.judged_before_change:
        yield Paragraph(_("De tekst is na dit oordeel gewijzigd."), strong=True)


def _signing(view: AgreementView) -> Iterator[Block]:
    """A place to sign for each party: what the register knows is filled in, the rest is a line to write on."""
    if not view.parties:
        return
    yield Heading(_("Ondertekening"))
    if view.stand(clock.today()) in NOT_IN_FORCE:
        yield Paragraph(_("Dit is een concept. Ook met alle handtekeningen geldt het pas als het register dat zegt."))
    for party in view.parties:
        signed = party.signed_on is not None
        yield Heading(party.name, level=2)
        yield Lines(
            (
                (_("Naam"), party.signatory_name if signed else ""),
                (_("Functie"), party.signatory_role if signed else ""),
                (_("Datum"), _day(party.signed_on)),
                (_("Handtekening"), _("vastgelegd in het register") if signed else ""),
            )
        )


def _said(text: str) -> Paragraph:
    return Paragraph(text.strip() or _("Nog niet ingevuld."))


def _begun(text: str) -> str:
    """As a sentence begins; what stands in capitals stays so."""
    return text[:1].upper() + text[1:]


def _day(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""
