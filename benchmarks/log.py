"""How fast the log is written, sealed and walked."""

from uuid import uuid4

from django.db import transaction

from benchmarks.figure import Figure, timed
from knooppunt.kernel.actor import Actor, system_actor
from knooppunt.kernel.audit import Line, digest_of, link, write
from knooppunt.kernel.models import AuditLine

LINES = 200


def measure() -> list[Figure]:
    """Writing lines as the product does, and the arithmetic of sealing them."""
    actor = system_actor("benchmark")
    made = [Line("look", "case", uuid4(), person=uuid4()) for _ in range(LINES)]
    rows = [AuditLine(trace=uuid4(), function="system", event="look", detail={}) for _ in range(LINES)]
    return [
        timed("log: write 200 lines in one transaction", lambda: _write(actor, made), 20, each=LINES),
        timed("log: seal 200 lines (arithmetic)", lambda: _chain(rows), 20, each=LINES),
    ]


def _write(actor: Actor, lines: list[Line]) -> None:
    with transaction.atomic():
        write(actor, uuid4(), lines)
        transaction.set_rollback(True)


def _chain(rows: list[AuditLine]) -> None:
    chain = b""
    for place, row in enumerate(rows):
        chain = link(chain, place, digest_of(row))
