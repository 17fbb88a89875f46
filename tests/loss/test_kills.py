"""Pages, worker and PostgreSQL are killed at random during work: what was acknowledged is there, once and whole."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.loss.clients import Clients, Seen
from tests.loss.product import Product, Receiver, running

MIX = (("session", 13), ("web", 2), ("worker", 2), ("server", 3))
"""Of twenty kills: thirteen of a session of PostgreSQL (which makes the server end all of them and recover), two of
a process that serves pages, two of the worker, three of PostgreSQL itself."""

SEED = 20261124
"""What is done and killed follows from it; the moment at which the machine does it does not."""

AT_ONCE = 0.5
WEB_APART = 6.0
"""Seconds between two kills of a process that serves pages: when it dies twice within 5.5 seconds `knooppunt web`
gives up, and is started anew as a whole. That is right, and takes longer than there is time for each time."""

EVERY_REPORT = """
SELECT r.number, r.happened, r.status, r.id::text,
  (SELECT count(*) FROM sharing_grant g WHERE g.subject_id = r.id),
  (SELECT count(*) FROM kernel_auditline l WHERE l.subject_id = r.id AND l.event = 'report.received'),
  (SELECT count(*) FROM kernel_auditline l WHERE l.subject_id = r.id AND l.event = 'report.judged'),
  (SELECT count(*) FROM signals_reportperson p WHERE p.report_id = r.id),
  (SELECT count(*) FROM people_personlink p WHERE p.subject_id = r.id),
  (SELECT count(*) FROM kernel_outboxmessage m WHERE m.subject_id = r.id)
FROM signals_report r"""
HALVES = {
    "grants of nothing": """SELECT count(*) FROM sharing_grant g WHERE g.subject_kind = 'report'
        AND NOT EXISTS (SELECT FROM signals_report r WHERE r.id = g.subject_id)""",
    "lines of nothing": """SELECT count(*) FROM kernel_auditline l WHERE l.event LIKE 'report.%%'
        AND NOT EXISTS (SELECT FROM signals_report r WHERE r.id = l.subject_id)""",
    "persons of nothing": """SELECT count(*) FROM people_personlink p WHERE p.subject_kind = 'report'
        AND NOT EXISTS (SELECT FROM signals_report r WHERE r.id = p.subject_id)""",
    "messages of nothing": """SELECT count(*) FROM kernel_outboxmessage m
        WHERE NOT EXISTS (SELECT FROM signals_report r WHERE r.id = m.subject_id AND r.status = 'handled')""",
    "messages that were never sent": "SELECT count(*) FROM kernel_outboxmessage WHERE sent_at IS NULL",
    "jobs that still wait to send": "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kernel.send'",
    "forms without an answer": "SELECT count(*) FROM kernel_handledform WHERE result IS NULL",
}
PLANNED = """
SELECT t.text, count(*), min(t.version), min({status}), (SELECT count(*) FROM kernel_auditline l WHERE l.event = %s
    AND l.subject_id IN (SELECT id FROM cases_{table} o WHERE o.text = t.text)) FROM cases_{table} t GROUP BY t.text"""


def kill(product: Product, what: str, chance: random.Random) -> bool:
    """One kill; false when there was nothing to kill at that moment."""
    if what == "session":
        return product.kill_session(chance)
    if what == "web":
        return product.kill_web(chance)
    if what == "worker":
        return product.kill_worker()
    product.kill_server()
    return True


def kills_during_work(product: Product, seen: Seen, number: int, chance: random.Random) -> Counter[str]:
    """Kills this many, in an order of chance, half of them right after another; between the others work gets done."""
    waiting = [what for what, times in MIX for _ in range(round(times * number / 20))]
    chance.shuffle(waiting)
    killed: Counter[str] = Counter()
    web_at = 0.0
    while waiting:
        early = time.monotonic() - web_at < WEB_APART
        place = next((at for at, what in enumerate(waiting) if not (early and what == "web")), 0)
        what, end = waiting.pop(place), time.monotonic() + 60
        while not kill(product, what, chance):
            assert time.monotonic() < end, f"nothing to kill: {what}"
            time.sleep(0.02)
        killed[what] += 1
        web_at = time.monotonic() if what == "web" else web_at
        print(f"{time.strftime('%X')} killed {what} after {seen.acknowledged()} changes", flush=True)
        if chance.random() < AT_ONCE:
            continue
        # Kills without work in between would prove nothing.
        done = seen.acknowledged()
        product.wait_until(lambda done=done: seen.acknowledged() > done, 120)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 0.3))
    return killed


def all_sent_and_sealed(product: Product) -> bool:
    """Whether the worker has nothing left to do."""
    rows = product.rows(
        "SELECT (SELECT count(*) FROM kernel_outboxmessage WHERE sent_at IS NULL)"
        " + (SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kernel.send')"
        " + (SELECT count(*) FROM kernel_auditline) - (SELECT count(*) FROM kernel_auditseal)"
    )
    return bool(rows[0][0] == 0)


def check_reports(product: Product, seen: Seen) -> None:
    """Every report that was acknowledged, by form or by a system, is there once and with all that belongs to it."""
    rows = product.rows(EVERY_REPORT)
    sent, registered, judged = (seen.names(kind) for kind in ("sent", "registered", "judged"))
    there = Counter(row[0] for row in rows if row[0] in sent) + Counter(row[1] for row in rows if row[1] in registered)
    for done in (*sent.values(), *registered.values()):
        assert there[done.name] == 1 or (not done.acknowledged and there[done.name] == 0), done
    for number, happened, status, key, grants, received, judgements, persons, links, messages in rows:
        assert (received, persons, links) == (1, 1, 1) and grants >= 2, (number, grants, received, persons, links)
        handled = int(status == "handled")
        assert (judgements, messages) == (handled, handled), (number, status, judgements, messages)
        if number in judged and judged[number].acknowledged:
            assert handled, number
        if happened in registered and registered[happened].acknowledged:
            assert registered[happened].led_to == f"/meldingen/{key}/"


def check_plan(product: Product, seen: Seen) -> None:
    """Every goal and agreed action that was acknowledged is there once, with one line; what ended, ended once."""
    for kind, table, event, status in (
        ("goal", "goal", "goal.set", "''"),
        ("action", "agreedaction", "action.agreed", "t.status"),
    ):
        rows = {row[0]: row[1:] for row in product.rows(PLANNED.format(table=table, status=status), event)}
        for done in seen.names(kind).values():
            found = rows.get(done.name)
            assert found is not None or not done.acknowledged, done
            assert found is None or (found[0], found[3]) == (1, 1), (done, found)
        for done in seen.names("settled").values() if kind == "action" else ():
            ended = rows[done.name][1:3]
            assert ended == (2, "done") or (not done.acknowledged and ended[0] == 1), (done, ended)


def check_messages(product: Product, receiver: Receiver) -> None:
    """Each message went out at least once, and a repeat bears the same id and says the same."""
    heard: dict[str, set[str]] = {}
    for key, said in receiver.seen:
        heard.setdefault(key, set()).add(said)
    assert set(heard) == {str(row[0]) for row in product.rows("SELECT id FROM kernel_outboxmessage")}
    assert all(len(said) == 1 for said in heard.values())


def nothing_is_lost(tmp_path: Path, number: int, seed: int) -> None:
    """The whole test: work, kills, and then the reckoning."""
    print(f"seed {seed}")
    receiver = Receiver()
    chance = random.Random(seed)
    with running(tmp_path / "product", receiver) as (product, known):
        clients = Clients(product, known, seed)
        began = time.monotonic()
        clients.start()
        killed = kills_during_work(product, clients.seen, number, chance)
        clients.finish()
        product.wait_until(lambda: all_sent_and_sealed(product), 90)
        report(product, clients.seen, killed, receiver, time.monotonic() - began)
        assert clients.seen.wrong == []
        check_reports(product, clients.seen)
        check_plan(product, clients.seen)
        check_messages(product, receiver)
        assert {name: product.rows(question)[0][0] for name, question in HALVES.items()} == dict.fromkeys(HALVES, 0)
        verdict = product.run("-m", "knooppunt", "audit", "verify", check=False)
        assert (verdict.returncode, verdict.stderr) == (0, ""), verdict.stdout
        assert "0 not sealed yet" in verdict.stdout
        for line in product.log.read_text(errors="replace").splitlines():
            assert "Testman" not in line and "INSERT" not in line, line
    receiver.close()


def report(product: Product, seen: Seen, killed: Counter[str], receiver: Receiver, seconds: float) -> None:
    """What a failure needs to be understood; pytest shows it only then (or with -s)."""
    done = Counter(f"{one.kind}{'' if one.acknowledged else ' (given up)'}" for one in seen.done)
    repeats = len(receiver.seen) - len({key for key, _said in receiver.seen})
    print(f"killed {dict(killed)} in {seconds:.0f} s; started {product.starts}; done {dict(done)}")
    print(f"attempts that failed {seen.failed}; messages {len(receiver.seen)}, of which repeats {repeats}")


def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    nothing_is_lost(tmp_path, 200, SEED)


@pytest.mark.nightly
def test_a_thousand_kills_lose_nothing(tmp_path: Path) -> None:
    nothing_is_lost(tmp_path, 1000, random.SystemRandom().randrange(10**6))
