"""The log: lines that are only ever added, sealed afterwards into a keyed chain.

Lines are sealed in the order in which they became visible, by one job at a time, into a table of their own:
writing a line never waits for another. The key stands outside the database, and so does, hourly, the head.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor
from knooppunt.kernel.models import AuditLine, AuditSeal

GENESIS = hashlib.sha256(b"knooppunt audit chain").digest()
SEALER_LOCK = 7_200_001
BATCH = 5_000
BEGIN_SEALING = (
    "SELECT pg_try_advisory_xact_lock(%s), pg_snapshot_xmin(pg_current_snapshot())::text::bigint + kn_base()"
)
"""Whether nobody else seals, and the oldest transaction that still runs, counted as lines are."""

SAID = {
    "event": "event",
    "result": "result",
    "subject_kind": "subject_kind",
    "subject_id": "subject_id",
    "under_id": "under",
    "part": "part",
    "person": "person",
    "shown": "shown",
    "detail": "detail",
}
"""What the columns of the log are called in a `Line`."""

ADD = """
INSERT INTO kernel_auditline (id, at, trace, designee, organisation, function, mandate, origin,
    event, result, subject_kind, subject_id, under_id, part, person, purpose, shown, detail)
  SELECT id, at, trace, designee, organisation, function, mandate, origin,
    event, result, subject_kind, subject_id, under_id, part, person, purpose, shown, detail
    FROM jsonb_populate_recordset(NULL::kernel_auditline, %s)
"""


@dataclass(frozen=True)
class Line:
    """What is recorded of one look or change; who, when and whence are added by `write`."""

    event: str
    subject_kind: str
    subject_id: UUID | None
    under: UUID | None = None
    part: str = ""
    person: UUID | None = None
    result: str = "ok"
    shown: tuple[UUID, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many lines were sealed, and the digest over all of them."""

    sequence: int
    chain: str


@dataclass(frozen=True)
class Verdict:
    """What a walk along the chain found: entries walked, and the first thing that is wrong, if any."""

    entries: int
    broken: str | None
    unsealed: int


def write(actor: Actor, trace: UUID, lines: Iterable[Line], purpose: str = "") -> None:
    """Adds lines in the running transaction, all in one statement: every page does this."""
    who = {
        "at": clock.now(),
        "trace": trace,
        "designee": actor.designee,
        "organisation": actor.organisation,
        "function": actor.function.value,
        "mandate": actor.mandate,
        "origin": actor.origin,
        "purpose": purpose[:200],
    }
    rows = [{**who, "id": uuid4(), **{column: getattr(line, said) for column, said in SAID.items()}} for line in lines]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [json.dumps(rows, default=_plain)])


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def digest_of(line: AuditLine) -> bytes:
    """The keyed digest over everything a line says."""
    content = {f.attname: getattr(line, f.attname) for f in AuditLine._meta.concrete_fields}
    content["at"] = line.at.isoformat()
    text = json.dumps(content, sort_keys=True, default=str)
    return hmac.new(b64decode(settings.SEAL_KEY), text.encode(), hashlib.sha256).digest()


def link(previous: bytes, sequence: int, digest: bytes) -> bytes:
    """The next link of the chain."""
    message = previous + sequence.to_bytes(8, "big") + digest
    return hmac.new(b64decode(settings.SEAL_KEY), message, hashlib.sha256).digest()


def seal(*, everything: bool = False) -> int:
    """Seals what has been committed since the last time; returns how many lines. One sealer at a time.

    A horizon stays true after a restore, because numbers of transactions never come back (`kn_xact`). `everything`
    looks through the whole log all the same: at the start and every hour, so that no line waits for ever.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_SEALING, [SEALER_LOCK])
        alone, oldest = cursor.fetchone()
        if not alone:
            return 0
        last = AuditSeal.objects.order_by("-sequence").first()
        sequence, chain, since = (last.sequence, bytes(last.chain), last.horizon) if last else (0, GENESIS, 0)
        begin = 0 if everything else since
        # By transaction, not by moment: a clock may be set back, a transaction number never is.
        lines = list(_unsealed(begin).extra(select={"written_in": "xact"}, order_by=["written_in", "at", "id"])[:BATCH])
        horizon = begin if len(lines) == BATCH else int(oldest)
        seals = []
        for line in lines:
            sequence, digest = sequence + 1, digest_of(line)
            chain = link(chain, sequence, digest)
            seals.append(AuditSeal(sequence=sequence, line_id=line.pk, digest=digest, chain=chain, horizon=horizon))
        AuditSeal.objects.bulk_create(seals)
        return len(seals)


def _unsealed(since: int = 0) -> QuerySet[AuditLine]:
    """Lines without a seal, of this transaction number and later."""
    rows = AuditLine.objects.filter(~Exists(AuditSeal.objects.filter(line_id=OuterRef("pk"))))
    # The column is the database's own and no field of the model: nobody may set it.
    return rows.extra(where=["xact >= %s::text::xid8"], params=[str(since)]) if since else rows  # nosec B610


def head() -> Head:
    """The head of the chain as it stands."""
    last = AuditSeal.objects.order_by("-sequence").first()
    return Head(last.sequence, bytes(last.chain).hex()) if last else Head(0, GENESIS.hex())


def verify(kept: Head | None = None, *, since: int = 0) -> Verdict:
    """Walks the chain: finds a changed, removed, reordered or cut-off line; `kept` is a head from outside.

    `since` leaves out the entries up to that one: their digests are believed, their lines are not looked at.
    """
    begin = AuditSeal.objects.filter(sequence=since).first()
    chain, entries = (bytes(begin.chain), since) if begin else (GENESIS, 0)
    broken, kept_seen = None, kept is None or kept.sequence == 0
    if kept is not None and 0 < kept.sequence <= entries:
        kept_seen = AuditSeal.objects.filter(sequence=kept.sequence, chain=bytes.fromhex(kept.chain)).exists()
    for stored, line in _walk(entries):
        entries += 1
        broken = _broken_at(stored, line, entries, chain)
        if broken:
            break
        chain = bytes(stored.chain)
        if kept is not None and stored.sequence == kept.sequence:
            kept_seen = True
            if chain.hex() != kept.chain:
                broken = f"entry {entries}: the chain differs from the head that was kept"
                break
    if broken is None and not kept_seen:
        broken = f"the chain ends at entry {entries}, before the head that was kept"
    return Verdict(entries, broken, _unsealed().count())


def _walk(last: int) -> Iterator[tuple[AuditSeal, AuditLine | None]]:
    """Every later seal in order, with its line, a batch at a time."""
    while seals := list(AuditSeal.objects.filter(sequence__gt=last).order_by("sequence")[:BATCH]):
        lines = AuditLine.objects.in_bulk([seal.line_id for seal in seals])
        for stored in seals:
            yield stored, lines.get(stored.line_id)
        last = seals[-1].sequence


def _broken_at(stored: AuditSeal, line: AuditLine | None, place: int, chain: bytes) -> str | None:
    if stored.sequence != place:
        return f"entry {place}: missing or out of order"
    if line is None:
        return f"entry {place}: its line was removed"
    if digest_of(line) != bytes(stored.digest):
        return f"entry {place}: its line was changed"
    if link(chain, place, bytes(stored.digest)) != bytes(stored.chain):
        return f"entry {place}: the link to the entry before it does not fit"
    return None
