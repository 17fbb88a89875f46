"""People and a system at work over HTTP: they send again until they hear that it was done, and remember it."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from tests.loss.product import Product
from tests.signals.sample import body

CSRF = "k" * 32
GIVES_UP = 0.1
"""How often somebody who gets no answer goes away: then it may be there or not, but never half."""
REPEATS = 0.15
"""How often somebody sends again what was answered."""


@dataclass(frozen=True)
class Done:
    """One change: what it was called, whether it was acknowledged, and where the answer led to."""

    kind: str
    name: str
    acknowledged: bool
    led_to: str = ""


@dataclass
class Seen:
    """What all clients together remember."""

    done: list[Done] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, done: Done) -> None:
        """One more."""
        with self.lock:
            self.done.append(done)

    def count(self, outcome: str) -> None:
        """One attempt without the answer that was wanted."""
        with self.lock:
            self.failed[outcome] = self.failed.get(outcome, 0) + 1

    def acknowledged(self) -> int:
        """How many changes were acknowledged."""
        with self.lock:
            return sum(done.acknowledged for done in self.done)

    def names(self, kind: str) -> dict[str, Done]:
        """What was done of one kind."""
        with self.lock:
            return {done.name: done for done in self.done if done.kind == kind}


class Clients:
    """Several at once, each with a chance of its own, so that a seed tells what all of them do."""

    def __init__(self, product: Product, known: dict[str, Any], seed: int) -> None:
        self.product, self.known, self.seen = product, known, Seen()
        self._stop = threading.Event()
        works = [self._send, self._send, self._register, self._judge, self._plan]
        self._threads = [
            threading.Thread(target=self._work, args=(work, random.Random(f"{seed} {place}")), daemon=True)
            for place, work in enumerate(works)
        ]

    def start(self) -> None:
        """Everybody begins."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Everybody ends what was begun; nothing new."""
        self._stop.set()
        for thread in self._threads:
            thread.join(240)
            assert not thread.is_alive(), "somebody still waits for an answer"

    def _work(self, work: Callable[[random.Random], None], chance: random.Random) -> None:
        while not self._stop.is_set():
            work(chance)
            time.sleep(chance.uniform(0.0, 0.05))

    def _send(self, chance: random.Random) -> None:
        """A system sends a report; 409 to a repeat means that it had arrived."""
        number = f"P-{UUID(int=chance.getrandbits(128))}"
        said = json.dumps(body(registratienummer=number, soort="VT"))
        headers = {"Authorization": f"Bearer {self.known['token']}", "Content-Type": "application/json"}

        def once() -> tuple[int, str]:
            return self._request("/api/v1/meldingen", said, headers)

        self._until_heard("sent", number, once, (201,), chance, again=(409,))

    def _register(self, chance: random.Random) -> None:
        """Bram registers a report by form."""
        name = f"Testman-{UUID(int=chance.getrandbits(128))}"
        place = f"{self.known['region']}/{self.known['municipality']}"
        said = {"kind": "E33", "municipality": place, "happened": name, "surname": name, "feedback_wanted": "on"}
        self._fill_in("registered", name, "bram", "/meldingen/nieuw/?formulier=politie", said, chance)

    def _judge(self, chance: random.Random) -> None:
        """Vera judges a report that a system sent."""
        judged = self.seen.names("judged")
        waiting = [done.name for done in self.seen.names("sent").values() if done.acknowledged]
        number = next((one for one in waiting if one not in judged), None)
        found = number and self._ask("SELECT id FROM signals_report WHERE number = %s", number)
        if not number or not found:
            time.sleep(0.1)
            return
        said = {"version": "1", "outcome": "advice", "outcome_text": "Bel het wijkteam."}
        self._fill_in("judged", number, "vera", f"/meldingen/{found}/beoordelen/", said, chance)

    def _plan(self, chance: random.Random) -> None:
        """Hamid sets a goal, agrees on an action, and says how it ended."""
        name, case = f"Doel {UUID(int=chance.getrandbits(128))}", f"/casussen/{self.known['case']}/plan/"
        if not self._fill_in("goal", name, "hamid", f"{case}doel/", {"life_area": "housing", "text": name}, chance):
            return
        action = {"text": name, "organisation": self.known["wijkteam"], "due_on": "2099-12-01", "category": "housing"}
        if not self._fill_in("action", name, "hamid", f"{case}afspraak/", action, chance):
            return
        found = self._ask("SELECT id FROM cases_agreedaction WHERE text = %s", name)
        if found:
            said = {"version": "1", "status": "done", "status_note": ""}
            self._fill_in("settled", name, "hamid", f"{case}afspraak/{found}/afronden/", said, chance)

    def _ask(self, question: str, name: str) -> str:
        """An id that a person would see on a page."""
        rows = self.product.rows(question, name)
        return str(rows[0][0]) if rows else ""

    def _fill_in(
        self, kind: str, name: str, who: str, address: str, said: dict[str, str], chance: random.Random
    ) -> bool:
        form = {**said, "form_id": str(uuid4()), "csrfmiddlewaretoken": CSRF}
        cookies = f"knooppunt_csrf={CSRF}; knooppunt_session={self.known['sessions'][who]}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}

        def once() -> tuple[int, str]:
            return self._request(address, urlencode(form), headers)

        return self._until_heard(kind, name, once, (302, 303), chance)

    def _until_heard(
        self,
        kind: str,
        name: str,
        once: Callable[[], tuple[int, str]],
        wanted: tuple[int, ...],
        chance: random.Random,
        *,
        again: tuple[int, ...] = (),
    ) -> bool:
        """Sends until it is acknowledged; true when it was. Anything but a fault that passes is wrong."""
        accepted, end, patient = wanted, time.monotonic() + 180, chance.random() > GIVES_UP
        while True:
            status, led_to = once()
            if status in accepted:
                break
            self.seen.count(f"{kind} {status or 'no answer'}")
            if status not in {0, 503}:
                self.seen.wrong.append(f"{kind} answered {status}: {led_to}")
                return False
            if time.monotonic() > end:
                self.seen.wrong.append(f"{kind} was never answered")
                return False
            if not patient:
                self.seen.add(Done(kind, name, acknowledged=False))
                return False
            accepted = (*wanted, *again)
            time.sleep(chance.uniform(0.02, 0.3))
        self.seen.add(Done(kind, name, acknowledged=True, led_to=led_to))
        if chance.random() < REPEATS:
            repeated = once()
            if repeated[0] not in {0, 503} and (
                repeated[0] not in (again or wanted) or (not again and repeated[1] != led_to)
            ):
                self.seen.wrong.append(f"{kind} repeated: {repeated}, first {led_to}")
        return True

    def _request(self, address: str, said: str, headers: dict[str, str]) -> tuple[int, str]:
        """The status and where it leads to; 0 when no answer came."""
        connection = HTTPConnection("127.0.0.1", self.product.port, timeout=40)
        try:
            connection.request("POST", address, said.encode(), headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()
        led_to = answer.headers.get("Location", "")
        return answer.status, led_to if answer.status < 400 else page[-1500:]
