"""The server's own programs: making a cluster, starting it, stopping it."""

import os
import secrets
import shlex
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from knooppunt.site.embedded import folder, place
from knooppunt.site.embedded.errors import EmbeddedError
from knooppunt.site.embedded.place import Place

LEFT_ALONE = 10.0
LONGEST_SESSION = 30.0
LOGINS = ("owner", "web", "jobs", "counts")
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Containers often have 64 MB of shared memory, which parallel queries overrun.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # Statements and error details hold personal data: the log gets neither.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def initialise(here: Place) -> Mapping[str, str]:
    """Make the cluster when there is none; give the passwords of its roles."""
    kept = here.home / "passwords.json"
    if here.files.exists():
        _check_version(here)
        if not kept.exists():
            raise EmbeddedError(f"{kept} is missing, so nobody can log in: put the file back")
        return folder.read_private(kept)
    passwords = {role: secrets.token_urlsafe(32) for role in ("cluster", *LOGINS)}
    folder.write_private(kept, passwords)
    _make_cluster(here, passwords["cluster"])
    return passwords


def launch(here: Place, settings: Mapping[str, str]) -> None:
    """Start the server and wait until it answers."""
    _forget_dead_server(here)
    chosen = {**SETTINGS, "unix_socket_directories": f'"{here.sockets}"', **settings}
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in chosen.items())
    _control(here, "start", "-w", "-t", "60", "-l", str(here.log), "-o", options)


def stop(here: Place) -> None:
    """Stop the server if it runs; connections end, nothing that was committed is lost."""
    _forget_dead_server(here)
    if (here.files / "postmaster.pid").exists():
        _control(here, "stop", "-m", "fast")


def _control(here: Place, action: str, *options: str) -> None:
    done = place.run(here, "pg_ctl", [action, "-s", "-D", str(here.files), *options])
    if done.returncode:
        message = f"PostgreSQL does not {action}: {_last_line(done.stdout)} (see {here.log})"
        raise EmbeddedError(message)


def _make_cluster(here: Place, password: str) -> None:
    # initdb reads the password from a file as the database user, which may not read root's files.
    password_file = here.home / f"initial-{secrets.token_hex(4)}"
    handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(handle, password.encode())
    owner = here.home.stat()
    os.fchown(handle, owner.st_uid, owner.st_gid)
    os.close(handle)
    # Made beside its place and then moved, so that a broken-off start leaves no half cluster.
    making = here.home / "making"
    shutil.rmtree(making, ignore_errors=True)
    try:
        options = ["--username=kn_cluster", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", f"--pgdata={making}"]
        done = place.run(here, "initdb", options)
    finally:
        password_file.unlink()
    if done.returncode:
        raise EmbeddedError(f"initdb failed in {here.home}: {_last_line(done.stdout)}")
    making.rename(here.files)


def _check_version(here: Place) -> None:
    major = (here.files / "PG_VERSION").read_text(encoding="ascii").strip()
    if major != place.MAJOR:
        message = (
            f"{here.files} was made by PostgreSQL {major}, this is {place.MAJOR}: "
            "make a backup with the older version and restore it in a new folder"
        )
        raise EmbeddedError(message)


def _forget_dead_server(here: Place) -> None:
    """Remove what says that a killed server runs, whose number another process may bear by now.

    Its sessions may outlive it for a moment. Two servers must never write in one place, so first they must be gone.
    """
    pid_file = here.files / "postmaster.pid"
    if not pid_file.exists() or not Path("/proc/self/cmdline").exists():
        return
    number = pid_file.read_text().split("\n", 1)[0].strip()
    try:
        command = Path("/proc", number, "cmdline").read_bytes()
    except OSError:
        command = b""
    if os.fsencode(here.files) not in command:
        _wait_for_sessions(here)
        # The socket's lock bears the same number, and stands in the way just as well.
        (here.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        pid_file.unlink()


def _wait_for_sessions(here: Place) -> None:
    """They end by themselves, but for one that waits for a lock that another took along when it was killed."""
    began = time.monotonic()
    while left := _sessions(here):
        waited = time.monotonic() - began
        if waited > LONGEST_SESSION:
            raise EmbeddedError(f"processes of a killed server still work in {here.files}: end them first")
        if waited > LEFT_ALONE:
            # What they did not commit is lost, as it is for every other session of a killed server.
            for number in left:
                with suppress(OSError):
                    if Path("/proc", number, "cmdline").read_bytes().startswith(b"postgres:"):
                        os.kill(int(number), signal.SIGKILL)
        time.sleep(0.05)


def _sessions(here: Place) -> list[str]:
    """Processes that work in the folder of the data: only a server's do."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and (process / "cwd").readlink() == here.files:
                found.append(process.name)
        except OSError:
            continue
    return found


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
