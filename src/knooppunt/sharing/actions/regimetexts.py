"""What governance does with versions of regimes: write one, let a colleague let it hold, or drop it."""

from dataclasses import dataclass
from uuid import UUID

from knooppunt.kernel import clock
from knooppunt.kernel.access import allow
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.errors import BadInput, ChangedMeanwhile, NotFoundForYou, Refused
from knooppunt.kernel.work import Work
from knooppunt.sharing import law
from knooppunt.sharing.access import Permission
from knooppunt.sharing.actions.agreements import Read
from knooppunt.sharing.law.reading import read as read_text
from knooppunt.sharing.models import RegimeText
from knooppunt.sharing.rules import Regime
from knooppunt.sharing.rules import regimetext as rules
from knooppunt.sharing.rules.regimetext import Standing, TextStatus

LONGEST = 100_000
"""Characters: twice the longest file that is shipped, and what a draft in a browser may hold."""

POSSIBLE = ("Bekijk de tekst: daar staat wat er nu wel kan.",)


@dataclass(frozen=True)
class Written:
    """What somebody wrote: the whole text, and why it changes."""

    content: str
    motivation: str


def draft_regime_text(actor: Actor, based_on: str, written: Written, *, once: UUID | None = None) -> UUID:
    """Governance begins a version as a copy of one that is known. A text that is wrong is not kept (`BadInput`)."""
    with Work(actor, "draft_regime_text", once=once) as work:
        if work.before:
            return work.before
        allow(actor, Permission.KEEP_REGIMES)
        base = law.by_reference(based_on)
        row = RegimeText(code=base.code, based_on=base.reference, writers=[])
        _write(row, written, actor.who)
        row.save(force_insert=True)
        work.record("regimetext.drafted", row, regime=row.code, digest=row.digest, based_on=row.based_on)
        return work.finish(row.pk)


def change_regime_text(actor: Actor, text: UUID, written: Written, *, read: Read) -> UUID:
    """Changes a draft. Whoever wrote any of it cannot let it hold."""
    with Work(actor, "change_regime_text", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, text, read)
        _refuse(rules.objections_to_changing(row.status))
        _write(row, written, actor.who)
        return _step(work, row, "regimetext.changed")


def approve_regime_text(actor: Actor, text: UUID, *, read: Read) -> UUID:
    """Lets a text hold from its first day on, by somebody who wrote nothing of it. It never changes again."""
    with Work(actor, "approve_regime_text", once=read.form) as work:
        if work.before:
            return work.before
        allow(actor, Permission.KEEP_REGIMES)
        _one_at_a_time(text)
        row = _take(work, text, read)
        regime = regime_of(row.code, row.content)
        standing = Standing(row.status, actor.who in row.writers, clock.today(), law.known_of(row.code))
        _refuse(rules.objections_to_approving(regime, standing))
        row.status, row.approved_by, row.approved_on = TextStatus.IN_FORCE.value, actor.who, clock.today()
        return _step(work, row, "regimetext.approved")


def drop_regime_text(actor: Actor, text: UUID, *, read: Read) -> UUID:
    """A draft does not go on. It stays to be read."""
    with Work(actor, "drop_regime_text", once=read.form) as work:
        if work.before:
            return work.before
        row = _take(work, text, read)
        _refuse(rules.objections_to_changing(row.status))
        row.status, row.dropped_on = TextStatus.DROPPED.value, clock.today()
        return _step(work, row, "regimetext.dropped")


def tidy(content: str) -> str:
    """A text as it is kept: lines as in a file, so that one text has one digest however it was sent."""
    lines = content.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").rstrip().removeprefix("\ufeff")
    return f"{lines}\n"


def regime_of(code: str, content: str) -> Regime:
    """The version as the text says it; `BadInput` names the line and the mend."""
    if len(content) > LONGEST:
        raise BadInput("content", f"Maak dit korter dan {LONGEST} tekens.")
    text = read_text("tekst", content.encode())
    regime = law.regime_of_text(text)
    if regime.code != code:
        raise text.wrong(("regime",), f"Dit is een versie van {code}. Laat die code staan.")
    if regime.version != regime.valid_from.isoformat():
        raise text.wrong(("version",), f'Een versie heet naar haar eerste dag: schrijf "{regime.valid_from}".')
    return regime


def _write(row: RegimeText, written: Written, who: UUID) -> None:
    content, motivation = tidy(written.content), written.motivation.replace("\x00", "").strip()
    try:
        regime = regime_of(row.code, content)
    except BadInput as error:
        place = error.field.removeprefix("tekst, ")
        raise BadInput("content", error.mend if place == "content" else f"{place}: {error.mend}") from error
    if not motivation:
        raise BadInput("motivation", "Schrijf op waarom deze versie er moet komen.")
    row.content, row.digest, row.motivation = content, regime.digest, motivation
    row.label, row.valid_from, row.valid_to = regime.version, regime.valid_from, regime.valid_to
    row.writers = [*dict.fromkeys([*row.writers, who])]
    row.written_on = clock.today()


def _one_at_a_time(text: UUID) -> None:
    """Two texts of one regime that each clash with nothing that holds may clash with each other."""
    code = RegimeText.objects.filter(pk=text).values("code")
    list(RegimeText.objects.filter(code__in=code).order_by("pk").select_for_update().values_list("pk"))


def _take(work: Work, key: UUID, read: Read) -> RegimeText:
    allow(work.actor, Permission.KEEP_REGIMES)
    row = RegimeText.objects.filter(pk=key).select_for_update().first()
    if row is None:
        raise NotFoundForYou("regimetext")
    if row.version != read.version:
        raise ChangedMeanwhile(row.version, row.shown_fields())
    return row


def _refuse(objections: list[str]) -> None:
    if objections:
        raise Refused(objections, POSSIBLE)


def _step(work: Work, row: RegimeText, event: str) -> UUID:
    row.version += 1
    row.save()
    work.record(event, row, regime=row.code, digest=row.digest, valid_from=row.valid_from)
    return work.finish(row.pk)
