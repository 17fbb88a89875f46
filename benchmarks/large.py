"""A large invented region, put straight into a database of its own: many cases, grants, items and reports.

Made in SQL by the server's administrator, with triggers and foreign keys off, because the product's own actions would
take days. Every row is what an action would have left, but for the log: nothing here was done by anyone.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg

import knooppunt
from knooppunt.kernel import clock
from knooppunt.kernel.crypto import encrypt
from knooppunt.people.actions import blind
from knooppunt.people.rules import Identity, stored_keys
from knooppunt.sharing import law
from knooppunt.site import embedded
from knooppunt.site.embedded import Cluster

SQL = Path(__file__).with_name("large.sql")
MOST_ITEMS = 2_000_000
POOL = 4_000
"""Names to choose from; each is shared by the same number of people, as in life a few are."""


@dataclass(frozen=True)
class Reader:
    """A professional of the large region, and in how many cases the organisation takes part."""

    code: str
    grants: int
    designations: int

    @property
    def email(self) -> str:
        """How this one logs in."""
        return f"{self.code}@groot.invalid"


READERS = (
    Reader("klein", 400, 400),
    Reader("middel", 20_000, 20_000),
    Reader("groot", 60_000, 60_000),
    Reader("collega", 60_000, 20),
)
"""The last one works for the largest organisation as well, and is designated for few cases, as most people are."""


def database_of(cases: int) -> str:
    """The name of the database with so many cases, made by these statements on these migrations."""
    migrations = sorted(str(path) for path in Path(knooppunt.__file__).parent.glob("*/migrations/*.py"))
    made_from = hashlib.sha256("".join([SQL.read_text(encoding="utf-8"), *migrations]).encode()).hexdigest()
    return f"kn_large_{cases}_{made_from[:8]}"


def ensure(cluster: Cluster, cases: int, template: str) -> str:
    """The database with so many cases: the one that is there, or a copy of `template` that is then filled."""
    name = database_of(cases)
    if not embedded.database_exists(cluster, name):
        with psycopg.connect(cluster.url("cluster", "postgres")) as connection:
            sql = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            older = [row[0] for row in connection.execute(sql, [f"kn_large_{cases}_"])]
        for one in older:
            embedded.drop_database(cluster, one)
        making = f"{name}_making"
        embedded.drop_database(cluster, making)
        embedded.create_database(cluster, making, template=template)
        with psycopg.connect(cluster.url("cluster", making), autocommit=True) as connection:
            fill(connection, cases)
        embedded.rename_database(cluster, making, to=name)
    return name


def fill(connection: psycopg.Connection, cases: int) -> None:
    """Puts the region in: first the names and their keys (made here, with our keys), then everything else in SQL."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("CREATE TEMP TABLE pool (number int, name bytea, born bytea)")
    connection.execute("CREATE TEMP TABLE pool_key (number int, kind text, digest bytea)")
    people = [_person(number) for number in range(POOL)]
    with connection.cursor().copy("COPY pool FROM STDIN") as rows:
        for number, person in enumerate(people):
            rows.write_row((number, encrypt(person.full_name), encrypt(str(person.born))))
    with connection.cursor().copy("COPY pool_key FROM STDIN") as rows:
        for number, person in enumerate(people):
            for kind, digest in blind(stored_keys(person)):
                rows.write_row((number, kind, digest))
    for statement in _statements(cases):
        connection.execute(statement.encode())


def _statements(cases: int) -> list[str]:
    text = SQL.read_text(encoding="utf-8")
    values = {"cases": cases, "pool": POOL, "items": min(20, MOST_ITEMS // cases)}
    values["regime"] = law.in_force("WGS_ZVH", clock.today()).reference
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text.split("\n\n")


def _person(number: int) -> Identity:
    chance = random.Random(number)
    surname = "".join(chance.choice(SYLLABLES) for _ in range(3)).title() + chance.choice(ENDINGS)
    return Identity(surname, chance.choice(GIVEN), born=date(1945, 1, 1) + timedelta(days=chance.randrange(25_000)))


def common_name() -> str:
    """A name that many share."""
    return _person(0).surname


def one_person() -> str:
    """A name and date of birth, as one types them."""
    person = _person(1)
    return f"{person.full_name} {person.born:%d-%m-%Y}"


SYLLABLES = ["ba", "der", "fel", "gor", "hui", "jan", "kra", "lim", "mo", "nij", "oe", "pel", "ra", "sie", "ter", "win"]
ENDINGS = ["sma", "stra", "ink", "veld", "mans", "aar", "kamp", "zoon"]
GIVEN = ["Ada", "Bart", "Cees", "Dina", "Evert", "Fien", "Gijs", "Hanna", "Ivo", "Jet", "Koos", "Lies"]
