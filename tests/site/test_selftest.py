"""`knooppunt selftest`: says that a whole installation is whole, and finds each safeguard that is taken away."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.test import Client, override_settings

from knooppunt.kernel import clock
from knooppunt.site.embedded import folder
from knooppunt.site.selftest import Finding, Installation, Outcome, entry, findings, keeping, roles, running, walls
from knooppunt.site.worker import write_head
from tests.conftest import CLUSTER
from tests.database import Run
from tests.site.production import in_production
from tests.walls.conftest import Walled
from tests.walls.conftest import walled as walled

URL = "https://testserver"
Broken = Callable[[], Any]


@pytest.fixture
def installation(run_database: Run, tmp_path: Path, transactional_db: None) -> Installation:
    """This worker's database with a data folder of its own, as production would be told of it."""
    folder.ensure_secrets(tmp_path)
    addresses = {f"KNOOPPUNT_DATABASE_URL_{role.upper()}": run_database.url(role) for role in roles.LOGINS}
    return Installation({"KNOOPPUNT_DATA": str(tmp_path), **addresses}, example=False)


def wrong(found: Iterator[Finding]) -> set[str]:
    """The names of what fails; every one of them says how to mend it."""
    failing = [finding for finding in found if finding.outcome is Outcome.WRONG]
    assert all(finding.mend and finding.wrong and "Herstel: " in finding.line for finding in failing)
    return {finding.name for finding in failing}


def test_a_whole_installation_is_whole(installation: Installation, site: "Site") -> None:
    installation.url = URL
    found = list(findings(installation))
    assert {finding.name: finding.wrong for finding in found if finding.outcome is not Outcome.OK} == {}
    assert len({finding.name for finding in found}) == len(found) > 40


def test_the_command_says_so_and_exits_with_one_when_anything_fails(
    installation: Installation, process_environment: dict[str, str]
) -> None:
    outside = {**process_environment, **installation.variables, "KNOOPPUNT_HOSTS": "knooppunt.example"}
    for demo, code in (("0", 0), ("1", 1)):
        command = [sys.executable, "-m", "knooppunt", "selftest", "--format", "json"]
        done = subprocess.run(
            command,
            env={**outside, "KNOOPPUNT_DEMO": demo, "PYTHONPATH": "src"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        found = {one["name"]: one["outcome"] for one in json.loads(done.stdout)}
        assert (done.returncode, found["demo"]) == (code, "fout" if code else "ok"), done.stdout + done.stderr


CATALOGUE = {
    "roles-exist": ["ALTER ROLE kn_counts RENAME TO kn_renamed"],
    "roles-powerless": ["ALTER ROLE kn_web BYPASSRLS", "ALTER ROLE kn_jobs SUPERUSER", "ALTER ROLE kn_gate CREATEROLE"],
    "gate-no-login": ["ALTER ROLE kn_gate LOGIN"],
    "roles-own-nothing": ["ALTER TABLE partners_area OWNER TO kn_web", "ALTER FUNCTION kn_now() OWNER TO kn_counts"],
    "roles-in-no-group": ["GRANT pg_monitor TO kn_jobs"],
    "roles-create-nothing": ["GRANT CREATE ON SCHEMA public TO kn_web", "GRANT CREATE ON SCHEMA public TO PUBLIC"],
    "counts-identify-nobody": ["GRANT SELECT (place) ON signals_report TO kn_counts"],
    "walls-forced": [
        "ALTER TABLE cases_item NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE sharing_grant DISABLE ROW LEVEL SECURITY",
    ],
    "walls-closed": [
        "CREATE POLICY shows ON cases_item FOR SELECT TO kn_web USING (true)",
        "CREATE POLICY takes ON cases_item FOR INSERT TO PUBLIC WITH CHECK (true)",
    ],
    "changes-recorded": ["ALTER TABLE cases_item DISABLE TRIGGER kn_recorded"],
    "nothing-removed": ["GRANT DELETE ON cases_item TO kn_jobs", "GRANT TRUNCATE ON people_person TO kn_web"],
    "gates": [
        "GRANT EXECUTE ON FUNCTION kn_end_designation(uuid) TO PUBLIC",
        "ALTER FUNCTION kn_end_designation(uuid) OWNER TO kn_owner",
        "ALTER FUNCTION kn_end_designation(uuid) RESET search_path",
    ],
    "server-log": [
        "SET LOCAL log_statement = 'all'",
        "SET LOCAL log_min_duration_statement = 0",
        "SET LOCAL log_min_error_statement = 'error'",
        "SET LOCAL log_parameter_max_length = -1",
        "SET LOCAL log_error_verbosity = 'default'",
    ],
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_is_changed_in_the_database_is_found(db: None, run_database: Run, name: str) -> None:
    with psycopg.connect(CLUSTER.url("cluster", run_database.name)) as above:
        for change in CATALOGUE[name]:
            above.execute(change.encode())
            found = (
                [*roles.of_catalogue(above), *walls.of_catalogue(above), *keeping.of_server(above)]
                if name != ("roles-exist")
                else list(roles.of_catalogue(above))
            )
            above.rollback()
            # A role above the law can do everything else too.
            assert name in wrong(iter(found)), change
            assert wrong(iter(found)) == {name} or "SUPERUSER" in change, change


SHOWS = "CREATE POLICY shows ON {} FOR SELECT TO {} USING (true); GRANT SELECT ON {} TO {}"
UNRECORDED = "ALTER TABLE partners_area {} TRIGGER kn_recorded"
TRIED = {
    "web-sees-nothing": (SHOWS.format(*["cases_item", "kn_web"] * 2), "DROP POLICY shows ON cases_item"),
    "jobs-sees-nothing": (SHOWS.format(*["people_person", "kn_jobs"] * 2), "DROP POLICY shows ON people_person"),
    "counts-sees-nothing": (
        SHOWS.format(*["cases_item", "kn_counts"] * 2),
        "DROP POLICY shows ON cases_item; REVOKE SELECT ON cases_item FROM kn_counts",
    ),
    "unrecorded-refused": (UNRECORDED.format("DISABLE"), UNRECORDED.format("ENABLE")),
    "log-grows-web": ("GRANT DELETE ON kernel_auditline TO kn_web", "REVOKE DELETE ON kernel_auditline FROM kn_web"),
    "log-grows-jobs": ("GRANT UPDATE ON kernel_auditseal TO kn_jobs", "REVOKE UPDATE ON kernel_auditseal FROM kn_jobs"),
    "migrations": (
        "UPDATE django_migrations SET app = 'away' WHERE id ="
        " (SELECT max(id) FROM django_migrations WHERE app = 'cases')",
        "UPDATE django_migrations SET app = 'cases' WHERE app = 'away'",
    ),
}


def test_what_must_be_refused_is_tried(
    installation: Installation, walled: Walled, owner_connection: psycopg.Connection
) -> None:
    assert wrong(walls.findings(installation)) == set()
    for name, (change, back) in TRIED.items():
        owner_connection.execute(change.encode())
        try:
            found = wrong(walls.findings(installation))
        finally:
            owner_connection.execute(back.encode())
        assert name in found
    assert wrong(walls.findings(installation)) == set()


def test_an_address_of_another_role_is_found(installation: Installation) -> None:
    variables = dict(installation.variables)
    variables["KNOOPPUNT_DATABASE_URL_JOBS"] = variables["KNOOPPUNT_DATABASE_URL_WEB"]
    assert wrong(roles.findings(Installation(variables, example=False))) == {"address-jobs"}
    del variables["KNOOPPUNT_DATABASE_URL_JOBS"]
    alone = {one.name: one.outcome for one in findings(Installation(variables, example=False))}
    assert {alone["address-jobs"], alone["log-chain"], alone["jobs-sees-nothing"]} == {Outcome.SKIPPED}


def test_a_head_that_does_not_fit_the_chain_is_found(installation: Installation, tmp_path: Path) -> None:
    login = installation.login("jobs")
    assert login is not None
    with keeping.django_as(login):
        write_head(tmp_path / "heads")
    assert wrong(keeping.findings(installation)) == set()
    newer = tmp_path / "heads" / "99999999T000000000000.json"
    for content in (json.dumps({"sequence": 7, "chain": "00", "at": ""}), "{"):
        folder.write_private(newer, {})
        newer.write_text(content)
        assert wrong(keeping.findings(installation)) == {"log-chain"}


def _keys(path: Path, **changes: Any) -> None:
    kept = json.loads((path / "secrets.json").read_text())
    (path / "secrets.json").write_text(json.dumps({**kept, **changes}))


def test_keys_that_are_short_alike_or_readable_are_found(installation: Installation, tmp_path: Path) -> None:
    kept = json.loads((tmp_path / "secrets.json").read_text())
    for changes in (
        {"field_keys": {"1": "a29ydA=="}},
        {"index_key": "no base64"},
        {"seal_key": kept["index_key"]},
        {"secret_key": "short"},
        {"seal_key": ""},
    ):
        _keys(tmp_path, **{**kept, **changes})
        assert wrong(keeping.findings(installation)) == {"keys"}, changes
    _keys(tmp_path, **kept)
    (tmp_path / "secrets.json").chmod(0o640)
    assert wrong(keeping.findings(installation)) == {"files-private"}


def test_a_clock_that_runs_away_is_found(installation: Installation) -> None:
    with clock.stopped_at(clock.now() + timedelta(minutes=2)):
        assert wrong(keeping.findings(installation)) == {"clock"}


def test_a_database_far_away_needs_a_checked_certificate(installation: Installation) -> None:
    with installation.connected("web") as raw:
        for mode, encrypted, fine in (
            ("require", True, False),
            ("verify-full", True, True),
            ("verify-full", False, False),
        ):
            info = SimpleNamespace(host="db.example", get_parameters=lambda mode=mode: {"sslmode": mode})
            far: Any = SimpleNamespace(info=info, pgconn=SimpleNamespace(ssl_in_use=encrypted), execute=raw.execute)
            assert ("database-transport" in wrong(keeping.of_server(far))) is not fine


def _without(name: str) -> list[str]:
    return [one for one in settings.MIDDLEWARE if name not in one]


LOOSENED: list[tuple[str, Broken]] = [
    ("debug", lambda: {"DEBUG": True}),
    ("lock-out", lambda: {"AXES_ENABLED": False}),
    ("lock-out", lambda: {"AXES_FAILURE_LIMIT": 100}),
    ("lock-out", lambda: {"AXES_COOLOFF_TIME": timedelta(seconds=1)}),
    ("lock-out", lambda: {"MIDDLEWARE": _without("Axes")}),
    ("lock-out", lambda: {"AUTHENTICATION_BACKENDS": settings.AUTHENTICATION_BACKENDS[1:]}),
    ("passwords", lambda: {"AUTH_PASSWORD_VALIDATORS": settings.AUTH_PASSWORD_VALIDATORS[1:]}),
    ("passwords", lambda: {"AUTH_PASSWORD_VALIDATORS": settings.AUTH_PASSWORD_VALIDATORS[:1]}),
    ("hosts", lambda: {"ALLOWED_HOSTS": []}),
    ("hosts", lambda: {"ALLOWED_HOSTS": ["*"]}),
    ("https", lambda: {"SESSION_COOKIE_SECURE": False}),
    ("https", lambda: {"SECURE_HSTS_SECONDS": 0}),
    ("second-factor", lambda: {"MIDDLEWARE": _without("ActorMiddleware")}),
]


def test_a_setting_that_is_loosened_is_found(installation: Installation) -> None:
    with in_production():
        assert wrong(entry.findings(installation)) == set()
        for name, change in LOOSENED:
            with override_settings(**change()):
                assert wrong(entry.findings(installation)) == {name}, change()


def test_a_demo_in_production_is_found_and_a_demo_of_its_own_says_what_it_skips(installation: Installation) -> None:
    assert {"demo", "persona", "https", "second-factor"} <= wrong(entry.findings(installation))
    example = list(entry.findings(Installation(installation.variables, example=True)))
    assert wrong(iter(example)) == set()
    assert {one.name for one in example if one.outcome is Outcome.SKIPPED} == {
        "demo", "persona", "hosts", "https", "second-factor",
    }  # fmt: skip


class Site:
    """The product as it answers over https in production; a test may spoil its answers."""

    def __init__(self) -> None:
        self.spoil: Callable[[str, running.Answer], running.Answer | None] = lambda _path, answer: answer

    def __call__(self, url: str, host: str = "") -> running.Answer | None:
        parts = urlsplit(url)
        name = host or str(parts.hostname)
        given = Client(raise_request_exception=False).get(
            parts.path, secure=parts.scheme == "https", headers={"host": name}
        )
        said: Message[str, str] = Message()
        for one, value in {**given.headers, "Date": formatdate(usegmt=True)}.items():
            said[one] = value
        for cookie in given.cookies.values():
            said["Set-Cookie"] = cookie.OutputString()
        body = b"".join(given.streaming_content) if given.streaming else given.content
        return self.spoil(parts.path, running.Answer(given.status_code, said, body))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Asked in this process instead of over a network."""
    made = Site()
    monkeypatch.setattr(running, "ask", made)
    with in_production(), override_settings(SECURITY_CONTACT="mailto:beveiliging@voorbeeld.invalid"):
        yield made


def _headers(answer: running.Answer, **changes: str | None) -> running.Answer:
    for name, value in changes.items():
        del answer.headers[name.replace("_", "-")]
        if value is not None:
            answer.headers[name.replace("_", "-")] = value
    return answer


def _spoilt(path: str, **changes: str | None) -> Callable[[str, running.Answer], running.Answer]:
    return lambda asked, answer: _headers(answer, **changes) if asked == path else answer


def _instead(path: str, status: int, body: bytes = b"") -> Callable[[str, running.Answer], running.Answer]:
    return lambda asked, answer: answer._replace(status=status, body=body) if asked == path else answer


LOG_IN = running.LOG_IN
SPOILT: list[tuple[str, Callable[[str, running.Answer], running.Answer | None]]] = [
    ("site", lambda _path, _answer: None),
    ("csp", _spoilt(LOG_IN, Content_Security_Policy=None)),
    ("csp", _spoilt(LOG_IN, Content_Security_Policy="default-src 'self' 'unsafe-inline'; object-src 'none'")),
    ("headers", _spoilt(LOG_IN, X_Content_Type_Options=None)),
    ("headers", _spoilt(LOG_IN, Cache_Control="max-age=60")),
    ("headers", _spoilt(LOG_IN, Server="nginx/1.22.1")),
    ("headers", _spoilt(LOG_IN, Access_Control_Allow_Origin="*")),
    ("tls", _spoilt(LOG_IN, Strict_Transport_Security="max-age=60")),
    ("cookies", _spoilt(LOG_IN, Set_Cookie="knooppunt_csrf=x; Path=/")),
    ("site-clock", _spoilt(LOG_IN, Date="Sat, 01 Jan 2022 00:00:00 GMT")),
    ("not-found", lambda path, answer: answer._replace(body=b"Traceback") if answer.status == 404 else answer),
    ("outsiders", _instead("/casussen/", 200)),
    ("outsiders", _instead("/demo/", 200)),
    ("security-txt", _instead("/.well-known/security.txt", 404)),
    ("other-host", lambda _path, answer: answer._replace(status=200) if answer.status == 400 else answer),
    ("tls", lambda _path, answer: answer._replace(status=200) if answer.status == 301 else answer),
    ("files-cached", lambda path, answer: _headers(answer, Cache_Control="immutable") if "static" in path else answer),
]


def test_a_site_that_says_too_much_or_too_little_is_found(installation: Installation, site: Site) -> None:
    installation.url = URL
    assert wrong(running.findings(installation)) == set()
    for name, spoil in SPOILT:
        site.spoil = spoil
        assert wrong(running.findings(installation)) == {name}
    site.spoil = lambda _path, answer: answer
    installation.url = ""
    assert [one.outcome for one in running.findings(installation)] == [Outcome.SKIPPED]


def test_an_address_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    from knooppunt.site.commandline import main

    with pytest.raises(SystemExit) as ended:
        main(["selftest", "--url", "knooppunt.example"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_the_code_calls_a_residents_is_what_the_database_guards(
    db: None, owner_connection: psycopg.Connection
) -> None:
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
    assert walls.resident_tables() == {row[0] for row in owner_connection.execute(query)}
