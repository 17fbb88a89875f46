"""A database with many invented cases and texts, to search in: made once per size, and kept.

Rows go in by INSERT … SELECT as the owner of the tables, with triggers off and the words' index made at the end;
everything else (regions, people, walls, gate) is what the product itself makes.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import psycopg

from knooppunt.kernel.crypto import blind_index, encrypt
from knooppunt.site import embedded
from knooppunt.site.embedded import Cluster

ITEMS_A_CASE, MOST_ITEMS, WORDS_A_TEXT = 20, 2_000_000, 25
COMMON, MIDDLE, RARE, ABSENT = "overlast", "huisuitzetting", "bijtschildpad", "kwantumschuim"
"""In three of ten texts, in one of a hundred, in twenty texts, and in none."""
GRANTS: Mapping[str, int] = {"anna": 400, "hamid": 20_000, "bram": 60_000}
"""Of how many cases the organisations of these three may see something."""
CATEGORIES = ("core", "police", "health", "housing", "financial", "relations", "judicial", "provisions")
SEEN = ("core", "identity_contact", "police", "health", "housing", "relations")
SURNAMES = 2_000


@dataclass(frozen=True)
class Size:
    """How much stands in one database."""

    cases: int

    @property
    def items(self) -> int:
        """Twenty a case, up to two million."""
        return min(self.cases * ITEMS_A_CASE, MOST_ITEMS)

    @property
    def database(self) -> str:
        """Its name in the embedded server."""
        return f"kn_texts_{self.cases}"

    def granted(self, name: str) -> int:
        """How many cases the organisation of this member of the cast may see."""
        return min(GRANTS[name], max(400, self.cases * GRANTS[name] // 100_000))


def prepare(cluster: Cluster, size: Size) -> None:
    """Makes the database of this size when it is not there."""
    if embedded.database_exists(cluster, size.database):
        _run("migrate", _environment(cluster, size.database))
        return
    making = f"{size.database}_making"
    embedded.drop_database(cluster, making)
    embedded.create_database(cluster, making)
    for command in ("migrate", "demo-load"):
        _run(command, _environment(cluster, making))
    with psycopg.connect(cluster.url("owner", making), autocommit=True) as owner:
        _fill(owner, size)
    embedded.rename_database(cluster, making, to=size.database)


def _run(command: str, environment: Mapping[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "knooppunt", command], env=environment, check=True)


def _environment(cluster: Cluster, database: str) -> dict[str, str]:
    roles = ("owner", "web", "jobs", "counts")
    return {**os.environ, **{f"KNOOPPUNT_DATABASE_URL_{one.upper()}": cluster.url(one, database) for one in roles}}


def _fill(owner: psycopg.Connection, size: Size) -> None:
    owner.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
    tables = ("cases_case", "cases_item", "sharing_grant", "sharing_designation")
    tables += ("people_person", "people_personkey", "people_personlink")
    for table in tables:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    _cases(owner, size)
    _rights(owner, size)
    _persons(owner, size)
    _items(owner, size)
    for table in tables:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    _words(owner)
    owner.execute("VACUUM ANALYZE")


def _cases(owner: psycopg.Connection, size: Size) -> None:
    owner.execute(
        "CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS person,"
        " random() AS luck FROM generate_series(1, %s) n",
        [size.cases],
    )
    owner.execute("CREATE UNIQUE INDEX ON made (n)")
    owner.execute(
        "INSERT INTO cases_case (id, region_id, table_id, municipality_id, number, regime, regime_version, state,"
        " phase, domain, opened_on, close_reason, next_review_on, version)"
        " SELECT made.id, c.region_id, c.table_id, c.municipality_id, '2019-' || n, c.regime, c.regime_version,"
        " 'in_execution', c.phase, c.domain, date '2019-01-01' + (n % 2500), '', date '2027-01-01', 1"
        " FROM made CROSS JOIN (SELECT * FROM cases_case WHERE state = 'in_execution' LIMIT 1) c"
    )


def _rights(owner: psycopg.Connection, size: Size) -> None:
    """Five grants a case: of the three who search as many as they should have, others fill up."""
    table = uuid4()
    organisations = [row[0] for row in owner.execute("SELECT id FROM partners_organisation ORDER BY code")]
    seekers = {name: _person(owner, name) for name in GRANTS}
    others = [one for one in organisations if one not in {mine for _, mine in seekers.values()}]
    statement = (
        "INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, under_id, function, categories,"
        " basis, sort_at, valid_from) SELECT gen_random_uuid(), %s, 'case', made.id, %s, 'execution', %s, 'bench',"
        " timestamptz '2019-01-01' + n * interval '1 minute', '2019-01-01' FROM made"
    )
    total = 0
    for name, (professional, organisation) in seekers.items():
        chosen = f"{statement} WHERE n IN (SELECT n FROM made ORDER BY random() LIMIT %s)"
        total += owner.execute(chosen, [organisation, table, list(SEEN), size.granted(name)]).rowcount
        owner.execute(
            "INSERT INTO sharing_designation (id, organisation_id, designee_id, subject_kind, subject_id, function,"
            " valid_from) VALUES (gen_random_uuid(), %s, %s, 'table', %s, 'execution', '2019-01-01')",
            [organisation, professional, table],
        )
    for place in range((size.cases * 5 - total) // size.cases + 1):
        share = min(1.0, (size.cases * 5 - total) / size.cases)
        total += owner.execute(f"{statement} WHERE luck < %s", [others[place], table, list(SEEN), share]).rowcount


def _person(owner: psycopg.Connection, name: str) -> tuple[object, object]:
    found = owner.execute(
        "SELECT p.id, p.organisation_id FROM partners_professional p JOIN partners_account a ON a.id = p.account_id"
        " WHERE a.email LIKE %s",
        [f"{name}@%"],
    ).fetchone()
    if found is None:
        raise LookupError(name)
    return found


def surname(rank: int) -> str:
    """An invented surname; the first ones are borne by many."""
    draw = random.Random(rank)  # nosec B311
    return "".join(draw.choice("bdgklmnprstv") + draw.choice("aeiou") for _ in range(4)).title() + "stra"


def _persons(owner: psycopg.Connection, size: Size) -> None:
    """One registered person a case, found again by BSN, by name, and by name with date of birth."""
    draw = random.Random(1)  # nosec B311
    weights = [1 / (rank + 10) for rank in range(SURNAMES)]
    names = [surname(rank) for rank in range(SURNAMES)]
    owner.execute("CREATE TEMP TABLE known (n int, name bytea, born bytea, bsn bytea, by_name bytea, by_both bytea)")
    from knooppunt.people.rules import surname_core

    cores = {name: surname_core(name) for name in names}
    by_name = {name: blind_index("name", core) for name, core in cores.items()}
    with owner.cursor() as cursor, cursor.copy("COPY known FROM STDIN") as copy:
        for n in range(1, size.cases + 1):
            name = draw.choices(names, weights)[0] if n > SURNAMES else names[n - 1]
            born = f"{1940 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}"
            both = blind_index("name_born", f"{cores[name]}|{born}")
            row = (
                n,
                encrypt(f"Pim {name}"),
                encrypt(born),
                blind_index("bsn", f"{900_000_000 + n}"),
                by_name[name],
                both,
            )
            copy.write_row(row)
    owner.execute("INSERT INTO people_person (id, made_at) SELECT person, now() FROM made")
    for kind, column in (("bsn", "bsn"), ("name", "by_name"), ("name_born", "by_both")):
        owner.execute(
            "INSERT INTO people_personkey (id, person_id, subject_id, kind, digest)"
            f" SELECT gen_random_uuid(), made.person, made.id, %s, known.{column} FROM made JOIN known USING (n)",
            [kind],
        )
    owner.execute(
        "INSERT INTO people_personlink (id, person_id, subject_kind, subject_id, category, name, born)"
        " SELECT gen_random_uuid(), made.person, 'case', made.id, 'identity_contact', known.name, known.born"
        " FROM made JOIN known USING (n)"
    )


def texts(items: int) -> Iterator[str]:
    """Texts of invented words, some of which occur far more than others, with the words that are sought."""
    draw = random.Random(2)  # nosec B311
    syllables = [a + b + c for a in "bdfghklmnprstvwz" for b in ("aa", "e", "i", "oe", "ui") for c in "klmnrst"]
    words = sorted({"".join(draw.choices(syllables, k=1 + n % 3)) for n in range(30_000)})
    draw.shuffle(words)
    bounds, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 3)
        bounds.append(total)
    rare = {items * n // 20 + 37 * n for n in range(20)}
    for n in range(items):
        said = draw.choices(words, cum_weights=bounds, k=WORDS_A_TEXT)
        luck = draw.random()
        said += [COMMON] * (luck < 0.3) + [MIDDLE] * (luck > 0.99) + [RARE] * (n in rare)
        yield " ".join(said)


def _items(owner: psycopg.Connection, size: Size) -> None:
    owner.execute("CREATE TEMP TABLE said (n int, text text)")
    with owner.cursor() as cursor, cursor.copy("COPY said FROM STDIN") as copy:
        for n, text in enumerate(texts(size.items)):
            copy.write_row((n, text))
    owner.execute(
        "INSERT INTO cases_item (id, case_id, category, subject, text, supplier_id, supplied_by, withheld, basis,"
        " secrecy_way, secrecy_note, conditions, first_processed_on, retain_until, made_at, version)"
        " SELECT gen_random_uuid(), made.id, (%s::text[])[1 + (said.n / %s + said.n) %% 8], 'resident', said.text,"
        " (SELECT id FROM partners_organisation WHERE code = 'om'), gen_random_uuid(), false, 'bench', '', '', '',"
        " '2026-01-01', '2031-01-01', timestamptz '2019-01-01' + said.n * interval '2 minutes', 1"
        " FROM said JOIN made ON made.n = 1 + said.n %% %s ORDER BY said.n",
        [list(CATEGORIES), size.cases, size.cases],
    )


def _words(owner: psycopg.Connection) -> None:
    found = owner.execute("SELECT pg_get_indexdef('searchable_words'::regclass)").fetchone()
    owner.execute("DROP INDEX searchable_words")
    owner.execute(
        "INSERT INTO people_searchable (kind, row_id, subject_id, category, own_id, at, words)"
        " SELECT 'item', id, case_id, category, supplier_id, made_at, kn_words(text) FROM cases_item"
        " WHERE basis = 'bench' ORDER BY made_at"
    )
    owner.execute(str(found[0]) if found else "")
