"""The embedded server starts, is shared, stops, and gives nobody more than their role."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from knooppunt.site import embedded
from knooppunt.site.embedded import Cluster, EmbeddedError, server

LOGINS = ("owner", "web", "jobs", "counts")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("launcher") / "map met spatie"
    yield folder
    embedded.destroy(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("running")
    with embedded.start(folder, {"fsync": "off"}) as running:
        yield running
    embedded.destroy(folder)


def process_id(cluster: Cluster) -> int:
    return int((cluster.place.files / "postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_logs_in_by_its_own_address(cluster: Cluster, role: str) -> None:
    addresses = json.loads((cluster.data / "database.json").read_text())
    with psycopg.connect(addresses[role]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (f"kn_{role}",)


@pytest.mark.parametrize("role", ["web", "jobs", "counts"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE stray (id int)",
        "CREATE TEMPORARY TABLE stray (id int)",
        "CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA stray",
        "CREATE ROLE stray",
        "SET ROLE kn_gate",
        "SET ROLE kn_owner",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ],
)
def test_an_application_role_makes_and_becomes_nothing(cluster: Cluster, role: str, statement: str) -> None:
    with psycopg.connect(cluster.url(role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_no_role_can_get_round_row_level_security(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("web")) as connection:
        powerful = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'kn\\_%' AND rolname <> 'kn_cluster'"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        ).fetchall()
    assert powerful == []


def test_the_gate_cannot_log_in_but_owns_functions_that_nobody_may_run_unnamed(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("owner")) as owner:
        owner.execute("CREATE FUNCTION narrow() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        owner.execute("ALTER FUNCTION narrow() OWNER TO kn_gate")
        owner.commit()
        with psycopg.connect(cluster.url("web")) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT narrow()")
        owner.execute("GRANT EXECUTE ON FUNCTION narrow() TO kn_web")
        owner.commit()
        with psycopg.connect(cluster.url("web")) as web:
            assert web.execute("SELECT narrow()").fetchone() == (1,)
        owner.execute("DROP FUNCTION narrow()")


def test_the_other_databases_are_closed(cluster: Cluster) -> None:
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(cluster.url("web", database))


def test_a_copy_has_the_same_walls(cluster: Cluster) -> None:
    embedded.create_database(cluster, "a_copy", template="knooppunt")
    try:
        with psycopg.connect(cluster.url("web", "a_copy")) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TEMPORARY TABLE stray (id int)")
    finally:
        embedded.drop_database(cluster, "a_copy")
    assert not embedded.database_exists(cluster, "a_copy")


def test_nothing_listens_on_the_network(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("web")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_its_files_are_closed_to_others(cluster: Cluster) -> None:
    for name in ("database.json", "secrets.json"):
        assert stat.S_IMODE((cluster.data / name).stat().st_mode) == 0o600
    for folder in (cluster.place.home, cluster.place.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_values_of_a_refused_statement_stay_out_of_the_log(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("web")) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT 'Roodkapje'::int")
    assert "Roodkapje" not in cluster.place.log.read_text()


def test_the_last_user_stops_the_server(data: Path) -> None:
    first = embedded.start(data)
    number = process_id(first)
    second = embedded.start(data)
    assert process_id(second) == number
    first.stop()
    psycopg.connect(second.url("web")).close()
    second.stop()
    assert not (second.place.files / "postmaster.pid").exists()


def test_a_server_whose_user_was_killed_is_taken_over_and_stopped(data: Path) -> None:
    script = (
        "import os, signal, sys, pathlib; from knooppunt.site import embedded;"
        "embedded.start(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(data)], check=False)
    assert done.returncode == -signal.SIGKILL
    with embedded.start(data) as cluster:
        psycopg.connect(cluster.url("web")).close()
    assert not (cluster.place.files / "postmaster.pid").exists()


def test_a_killed_server_starts_again_though_another_process_bears_its_number(data: Path) -> None:
    with embedded.start(data) as cluster:
        pid_file = cluster.place.files / "postmaster.pid"
        kept = pid_file.read_text()
    pid_file.write_text(kept.replace(kept.split()[0], str(os.getpid()), 1))
    with embedded.start(data) as cluster:
        assert process_id(cluster) != os.getpid()
        psycopg.connect(cluster.url("web")).close()


def test_a_server_that_was_killed_starts_again_with_all_that_was_committed(data: Path) -> None:
    with embedded.start(data) as cluster:
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE kept (id int)")
        session = psycopg.connect(cluster.url("web"))  # which may outlive its server for a moment
        os.kill(process_id(cluster), signal.SIGKILL)
        while Path(f"/proc/{process_id(cluster)}/cmdline").read_bytes():
            time.sleep(0.01)
        server.launch(cluster.place, {})
        with psycopg.connect(cluster.url("owner")) as owner:
            assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
            owner.execute("DROP TABLE kept")
        session.close()


def test_a_session_of_a_killed_server_that_never_ends_is_ended(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LEFT_ALONE", 0.5)
    with embedded.start(data) as cluster:
        session = psycopg.connect(cluster.url("web"))
        # Like one that waits for a lock that is never given back: it does not see that its server is gone.
        os.kill(session.info.backend_pid, signal.SIGSTOP)
        os.kill(process_id(cluster), signal.SIGKILL)
        while Path(f"/proc/{process_id(cluster)}/cmdline").read_bytes():
            time.sleep(0.01)
        server.launch(cluster.place, {})
        psycopg.connect(cluster.url("web")).close()
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")


def test_keys_and_data_outlive_a_restart(data: Path) -> None:
    with embedded.start(data) as cluster:
        secrets = (data / "secrets.json").read_text()
        with psycopg.connect(cluster.url("owner")) as owner:
            owner.execute("CREATE TABLE kept (id int)")
    with embedded.start(data) as cluster, psycopg.connect(cluster.url("owner")) as owner:
        owner.execute("DROP TABLE kept")
    assert (data / "secrets.json").read_text() == secrets


def test_lost_keys_are_reported_and_never_made_anew_over_data(data: Path) -> None:
    embedded.start(data).stop()
    kept = (data / "secrets.json").rename(data / "elsewhere")
    with pytest.raises(EmbeddedError, match=r"secrets\.json is missing"):
        embedded.start(data)
    kept.rename(data / "secrets.json")


def test_destroying_is_refused_while_somebody_uses_it(cluster: Cluster) -> None:
    with pytest.raises(EmbeddedError, match="in use"):
        embedded.destroy(cluster.data)


def test_no_folder_of_others_changes_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    try:
        embedded.start(home / "data").stop()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
    finally:
        embedded.destroy(home / "data")
