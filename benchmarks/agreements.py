"""What an agreement costs on which ten thousand grants rest: putting it in force, ending it, and the next request."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections
from django.test.utils import override_settings

from benchmarks import large
from benchmarks.figure import Figure, timed
from benchmarks.size import LISTS, _actor, _client, _getting
from knooppunt.cases.queries import CaseFilter, case_list
from knooppunt.kernel import clock
from knooppunt.kernel.actor import Actor, Function, system_actor
from knooppunt.partners.actions.region import NewProfessional, load_professional
from knooppunt.partners.queries import organisation_by_code, regions_of
from knooppunt.sharing import actions
from knooppunt.sharing.actions import Read, Signature
from knooppunt.sharing.rules.agreement import DECISION_FIELDS, Terms
from knooppunt.site import embedded

CASES = 10_000
TIMES = 15
DAY = timedelta(days=1)
NAME = "kn_agreed"
READER = large.READERS[2]
"""The largest organisation takes part in all of these cases."""

RESTS = """
UPDATE sharing_grant g SET agreed_in = c.region_id, agreed_under = 'WPG20_CONVENANT'
  FROM cases_case c, partners_organisation o
 WHERE c.id = g.subject_id AND g.subject_kind = 'case' AND o.id = g.organisation_id AND o.code = %s
"""


@dataclass
class Desk:
    """Two people of governance, the region, the parties, and what each step took."""

    writer: Actor
    second: Actor
    region: UUID
    parties: tuple[UUID, UUID]
    taken: dict[str, list[tuple[float, float]]]

    def time(self, what: str, act: Callable[[], object]) -> None:
        """Does something once, and keeps how long it took, and how much of that this process worked."""
        begin, worked = time.perf_counter(), time.process_time()
        act()
        spent = time.perf_counter() - begin, time.process_time() - worked
        self.taken.setdefault(what, []).append((spent[0] * 1000, spent[1] * 1000))


def measure() -> list[Figure]:
    """The pages under the law alone, then the same under an agreement, then an agreement that comes and goes."""
    with embedded.start(settings.DATA) as cluster, override_settings(ALLOWED_HOSTS=["testserver", "127.0.0.1"]):
        connections.close_all()
        source = large.ensure(cluster, CASES, "knooppunt")
        embedded.drop_database(cluster, NAME)
        embedded.create_database(cluster, NAME, template=source)
        before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
        try:
            for alias in connections:
                connections[alias].settings_dict["NAME"] = NAME
            return list(_figures(cluster.url("cluster", NAME)))
        finally:
            connections.close_all()
            for alias, kept in before.items():
                connections[alias].settings_dict["NAME"] = kept
            embedded.drop_database(cluster, NAME)


def _figures(address: str) -> Iterator[Figure]:
    yield from _pages("by law")
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("SET session_replication_role = replica")
        rests = raw.execute(RESTS, [READER.code]).rowcount
        raw.execute("VACUUM ANALYZE sharing_grant")
    if rests != CASES:
        raise LookupError(f"{rests} grants rest on the agreement")
    desk = _desk()
    for number in range(TIMES):
        # On days of their own, because an agreement is never ended before today.
        with clock.stopped_at(clock.now() + 2 * number * DAY):
            _come_and_go(desk)
    for what, taken in desk.taken.items():
        values = sorted(wall for wall, _ in taken)
        cpu = sum(worked for _, worked in taken) / TIMES
        yield Figure(f"agreements: {what}", "ms", TIMES, values[TIMES // 2], values[-1], 0, cpu, 0)
    _hold(desk)
    yield from _pages("by agreement")


def _pages(how: str) -> Iterator[Figure]:
    client = _client(READER)
    for what in ("Mijn werk", "case list"):
        yield timed(f"agreements: {what}, {how}", _getting(client, LISTS[what]), 30)


def _desk() -> Desk:
    people = [_governor(name) for name in ("schrijver", "tweede")]
    organisation = organisation_by_code(READER.code).id
    (region,) = regions_of(organisation)
    return Desk(people[0], people[1], region.id, (organisation, organisation_by_code("middel").id), {})


def _governor(name: str) -> Actor:
    new = NewProfessional(
        name=name,
        email=f"{name}@groot.invalid",
        organisation=READER.code,
        functions=(Function.GOVERNANCE.value,),
        job_title="sturing",
        active_from=date(2020, 1, 1),
        screened_on=None,
        trained_until=None,
    )
    key = load_professional(system_actor("benchmark"), new)
    return Actor(key, organisation_by_code(READER.code).id, Function.GOVERNANCE)


def _come_and_go(desk: Desk) -> None:
    """In force: the next request shows the cases. Ended: the first request after the last day shows none."""
    _shows(desk, "next list, without an agreement", found=False)
    key = _hold(desk)
    _shows(desk, "next list, once it is in force", found=True)
    today = clock.today()
    desk.time("ending it", lambda: actions.end_agreement(desk.writer, key, last_day=today, read=Read(4)))
    _shows(desk, "next list, on its last day", found=True)
    with clock.stopped_at(clock.now() + DAY):
        _shows(desk, "next list, the day after", found=False)


def _hold(desk: Desk) -> UUID:
    terms = Terms(
        kind="convenant",
        title="Convenant",
        purpose="Meten.",
        regime="WPG20_CONVENANT",
        categories=("identity_contact", "housing", "police"),
        decision=dict.fromkeys(DECISION_FIELDS, "Zo is het."),
        competent_authority="de burgemeester",
        starts_on=clock.today(),
        review_on=clock.today(),
    )
    key = actions.draft_agreement(desk.writer, desk.region, terms, desk.parties)
    for version, party in enumerate(desk.parties, 1):
        signature = Signature(party, "N. Voorbeeld", "bestuurder", clock.today())
        actions.sign_agreement(desk.writer, key, signature, read=Read(version))
    desk.time("putting it in force", lambda: actions.put_in_force(desk.second, key, read=Read(3)))
    return key


def _shows(desk: Desk, what: str, *, found: bool) -> None:
    actor, totals = _actor(READER), list[int]()
    desk.time(what, lambda: totals.append(case_list(actor, CaseFilter()).total))
    if bool(totals[0]) is not found:
        raise LookupError(f"{what}: {totals[0]} cases")
