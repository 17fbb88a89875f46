"""The command `knooppunt`. Wrong use: one line on stderr and 2; a finding: 1; fine: 0. Never a traceback for bad input.

Each command works as the database role that it needs, and starts the embedded server of the data folder when
that is what the folder holds and nobody runs it yet.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db.utils import OperationalError
from psycopg import OperationalError as NoAnswer

from knooppunt.kernel.errors import BadInput, NotFoundForYou, Refused
from knooppunt.site import embedded, environment
from knooppunt.site.embedded import EmbeddedError, place
from knooppunt.site.logs import WithoutValues

Options = argparse.Namespace
Command = Callable[[Options], int]


class OneLine(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong, and where to read more."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    sys.excepthook = _without_values
    options, rest = parser().parse_known_args(arguments)
    if rest and not hasattr(options, "django_arguments"):
        return _complain(f"unknown: {rest[0]}")
    if rest:
        options.django_arguments = [*rest]
    command: Command = options.command
    try:
        return command(options)
    except (ImproperlyConfigured, EmbeddedError, CommandError) as wrong:
        return _complain(str(wrong))
    except BadInput as wrong:
        return _complain(f"{wrong.field}: {wrong.mend}")
    except NotFoundForYou as unknown:
        return _complain(f"there is no such {unknown}")
    except Refused as refused:
        return _complain("; ".join(refused.objections), code=1)
    except (OperationalError, NoAnswer):
        return _complain(
            "the database does not answer: is the server of KNOOPPUNT_DATA or KNOOPPUNT_DATABASE_URL_… up?"
        )


def _without_values(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours says where it happened, not with which data."""
    print(WithoutValues().formatException((kind, error, trace)), file=sys.stderr)


def _complain(text: str, code: int = 2) -> int:
    print(f"knooppunt: {' '.join(text.split())}", file=sys.stderr)
    return code


@contextmanager
def as_role(role: str, *, anew: bool = False) -> Iterator[None]:
    """Django, set up to work as this database role; `anew` also where there is no database yet."""
    os.environ["KNOOPPUNT_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knooppunt.site.settings")
    with database(anew=anew):
        import django

        django.setup()
        yield


@contextmanager
def database(*, anew: bool = False) -> Iterator[None]:
    """Uses the embedded server of the data folder, where there is one (or `anew`) and no other server is named."""
    folder = environment.data_folder(os.environ)
    held = (folder / "database.json").exists()
    own = not environment.names_a_server(os.environ) and (place.place_of(folder).files.exists() if held else anew)
    with embedded.start(folder) if own else nullcontext():
        yield


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = OneLine(prog="knooppunt", description="Samenwerken waar zorg en veiligheid elkaar raken.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _serving(commands)
    _keeping(commands)
    _backing_up(commands)
    _telling(commands)
    return top


def _add(commands: Any, name: str, command: Command, text: str) -> Any:
    # Without a help text the command is not listed.
    added = commands.add_parser(name, **({"help": text, "description": text} if text else {}))
    added.set_defaults(command=command)
    return added


def _serving(commands: Any) -> None:
    demo = _add(commands, "demo", run_demo, "start everything on this machine with two example regions")
    demo.add_argument("--port", type=_port, default=8000)
    demo.add_argument("--data", type=Path, help="folder for keys and data (default .knooppunt)")
    demo.add_argument("--reset", action="store_true", help="throw away what the folder holds first")
    web = _add(commands, "web", run_web, "serve the pages")
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=_port, default=8000)
    web.add_argument("--workers", type=_count, default=1)
    web.add_argument("--threads", type=_count, default=4)
    _add(commands, "worker", run_worker, "run the jobs and seal the log")
    _add(commands, "demo-load", load_demo, "")


def _keeping(commands: Any) -> None:
    _add(commands, "migrate", run_migrate, "bring the database up to date")
    django = _add(commands, "django", run_django, "Django's own management commands")
    django.add_argument("django_arguments", nargs=argparse.REMAINDER)
    regions = _add(commands, "region", load_region, "regions as configuration").add_subparsers(required=True)
    load = _add(regions, "load", load_region, "take in a region's file, or its changes")
    load.add_argument("file", type=Path)
    first = _add(commands, "administrator", make_administrator, "make the first administrator of an organisation")
    first.add_argument("--organisation", required=True)
    first.add_argument("--name", required=True)
    first.add_argument("--email", required=True)
    token = _add(commands, "api-token", make_token, "make a bearer token for a system; it is shown once")
    token.add_argument("--organisation", required=True)
    token.add_argument("--name", required=True)
    token.add_argument("--region", action="append", default=[])
    token.add_argument("--route", action="append", default=[], choices=("zvh", "vt", "naz", "all"))
    token.add_argument("--outcome-url", default="")


def _backing_up(commands: Any) -> None:
    backup = _add(commands, "backup", make_backup, "make an encrypted backup in a new folder")
    backup.add_argument("folder", type=Path, metavar="DIR")
    restore = _add(commands, "restore", restore_backup, "put a backup back in an empty database, and compare")
    restore.add_argument("folder", type=Path, metavar="DIR")
    restore.add_argument("--check", action="store_true", help="only prove that the set is whole and that the keys fit")
    key = _add(commands, "backup-key", make_backup_key, "make a key for backups; keep it apart from them")
    key.add_argument("file", type=Path, metavar="FILE")


def _telling(commands: Any) -> None:
    law = _add(commands, "decide", decide, "may this be shared? one question as JSON, or a list, in; answers out")
    law.add_argument("file", metavar="FILE|-", help="a file, or - for the standard input")
    regimes = _add(commands, "regimes", diff_regimes, "versions of the law").add_subparsers(required=True)
    beside = _add(regimes, "diff", diff_regimes, "which answers change between two versions; 1 when any does")
    beside.add_argument("old", metavar="OLD", help="a file, or a version such as WGS_ZVH@2025-07-01")
    beside.add_argument("new", metavar="NEW")
    beside.add_argument("--format", choices=("table", "json"), default="table")
    whole = _add(regimes, "check", check_regimes, "what versions leave unanswered or answer twice; 1 when anything")
    whole.add_argument("version", metavar="FILE|VERSION", nargs="*")
    audit = _add(commands, "audit", verify_log, "the log").add_subparsers(required=True)
    verify = _add(audit, "verify", verify_log, "walk along the log's chain")
    verify.add_argument("--head", type=Path, help="a head that was kept outside the database")
    figures = _add(commands, "figures", show_figures, "figures without persons")
    figures.add_argument("name", nargs="?")
    figures.add_argument("--list", action="store_true")
    figures.add_argument("--region")
    figures.add_argument("--at", type=_day)
    figures.add_argument("--by", choices=("municipality",), default="municipality")
    figures.add_argument("--audience", choices=("internal", "public"), default="public")
    figures.add_argument("--format", choices=("json", "csv", "table"), default="table")
    docs = _add(commands, "docs", write_docs, "write docs/generated from the code")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    _add(commands, "check", check, "say whether the installation is well")
    safe = _add(commands, "selftest", selftest, "say whether the installation has its safeguards; changes nothing")
    safe.add_argument("--url", type=_site, help="the running site, to look at it from outside")
    safe.add_argument("--format", choices=("table", "json"), default="table")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text} is no port: take a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 999")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date: write it as 2026-01-31") from None


def _site(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} is no address of a site: write it as https://knooppunt.example")
    return f"{parts.scheme}://{parts.netloc}"


def run_demo(options: Options) -> int:
    """Everything on one machine, until Ctrl-C or SIGTERM."""
    from knooppunt.site.demo import run

    folder = options.data or environment.data_folder(os.environ)
    return run.run(folder.absolute(), options.port, reset=options.reset)


def load_demo(_options: Options) -> int:
    """What `demo` starts as a process of its own."""
    with as_role("web"):
        from knooppunt.site.demo.load import load

        load()
    return 0


def run_web(options: Options) -> int:
    """The web server; the pages are served by its own processes."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    os.environ["KNOOPPUNT_ROLE"] = "web"
    with database():
        Server(
            "knooppunt.site.wsgi:application",
            address=options.host,
            port=options.port,
            interface=Interfaces.WSGI,
            workers=options.workers,
            blocking_threads=options.threads,
            respawn_failed_workers=True,  # one that is killed must not take the others' requests with it
            log_level=LogLevels.warning,
        ).serve()
    return 0


def run_worker(_options: Options) -> int:
    """The worker, until SIGTERM or Ctrl-C."""
    with as_role("jobs"):
        from knooppunt.site.worker import work

        work()
    return 0


def run_migrate(_options: Options) -> int:
    """As the owner of the tables; nobody else may."""
    with as_role("owner"):
        from knooppunt.site.databases import migrate

        migrate()
    return 0


def run_django(options: Options) -> int:
    """Passes on; the role is that of KNOOPPUNT_ROLE."""
    with as_role(environment.login_role(os.environ)):
        from django.core.management import ManagementUtility

        ManagementUtility(["knooppunt django", *options.django_arguments]).execute()
    return 0


def make_backup(options: Options) -> int:
    """Everything of one moment, encrypted."""
    with as_role("owner"):
        from knooppunt.site.backup import keys, make

        folder = environment.data_folder(os.environ)
        if keys.make_first_key(os.environ, folder):
            print(f"knooppunt: made {folder / keys.FILE}: keep a copy apart, or no backup opens", file=sys.stderr)
        made = make.make(options.folder, keys.read_key(os.environ, folder), environment.keys(os.environ))
    size = sum(file["bytes"] for file in made.files.values()) / 1_000_000
    print(f"{options.folder}: {made.summary}, {size:.1f} MB; opens with backup key {made.key['mark']}")
    return 0


def restore_backup(options: Options) -> int:
    """Proves a backup, puts it back in an empty database, and compares."""
    from knooppunt.site.backup import keys

    # Both before an embedded server is started, which would make keys of its own.
    installation = environment.keys(os.environ)
    key = keys.read_key(os.environ, environment.data_folder(os.environ))
    if options.check:
        return _check_backup(options.folder, key, installation)
    with as_role("owner", anew=True):
        from knooppunt.site.backup import restore

        done = restore.restore(options.folder, key, installation)
    made = done.manifest
    print(f"restored the backup of {made.made_at}: {made.summary}, all as in the manifest; everyone logs in anew")
    for note in done.notes:
        print(note)
    return 0


def _check_backup(folder: Path, key: Any, installation: Any) -> int:
    from knooppunt.site.backup import proof

    made, _ = proof.prove(folder, key)
    wrong = proof.objections_to_keys(made, installation)
    if wrong:
        return _complain(f"secrets.json: {wrong[0]}", code=1)
    print(f"{folder}: whole, made at {made.made_at}, {made.summary}")
    return 0


def make_backup_key(options: Options) -> int:
    """Makes a key in a new file."""
    from knooppunt.site.backup import keys

    keys.make_key(options.file)
    print(f"{options.file}: keep it apart from the backups and name it in {keys.VARIABLE}")
    return 0


def load_region(options: Options) -> int:
    """Takes in a region's file."""
    with as_role("web"):
        from knooppunt.kernel.actor import system_actor
        from knooppunt.site import regions

        regions.load_region(system_actor("command line"), regions.read_region(options.file))
    return 0


def make_administrator(options: Options) -> int:
    """Makes the account of an organisation's first administrator, who then chooses a password by mail."""
    with as_role("web"):
        from knooppunt.kernel import clock
        from knooppunt.kernel.actor import system_actor
        from knooppunt.partners.actions.region import NewProfessional, load_professional
        from knooppunt.partners.queries import is_known

        if is_known(options.email):
            raise BadInput("--email", "this address has an account: let an administrator of the organisation change it")
        administrator = NewProfessional(
            name=options.name,
            email=options.email.lower(),
            organisation=options.organisation,
            functions=("maintenance",),
            job_title="beheerder",
            active_from=clock.today(),
            screened_on=None,
            trained_until=None,
        )
        load_professional(system_actor("command line"), administrator)
    print("made: choose 'Wachtwoord vergeten' on the log-in page to set a password")
    return 0


def make_token(options: Options) -> int:
    """Prints the token alone, once."""
    with as_role("web"):
        from knooppunt.kernel.actor import system_actor
        from knooppunt.partners.queries import organisation_by_code
        from knooppunt.signals import actions

        token = actions.make_token(
            system_actor("command line"),
            organisation=organisation_by_code(options.organisation).id,
            name=options.name,
            regions=options.region,
            routes=options.route or ["all"],
            outcome_url=options.outcome_url,
        )
    print(token)
    return 0


def verify_log(options: Options) -> int:
    """Prints the number of entries, or the first broken one."""
    with as_role("jobs"):
        from knooppunt.kernel import audit
        from knooppunt.site.worker import read_head

        kept = None
        if options.head:
            try:
                kept = read_head(options.head)
            except (OSError, ValueError):
                return _complain(f"--head {options.head}: name a file that the worker wrote under heads/")
        verdict = audit.verify(kept)
    if verdict.broken:
        print(verdict.broken)
        return 1
    print(f"{verdict.entries} entries, all whole; {verdict.unsealed} not sealed yet")
    return 0


def decide(options: Options) -> int:
    """Answers questions to the law. `__main__` comes here only for its help and for wrong use."""
    from knooppunt.site import answering

    return answering.decide(options.file)


def diff_regimes(options: Options) -> int:
    """Which answers change between two versions of a regime."""
    from knooppunt.site import lawcommands

    return lawcommands.diff(options.old, options.new, options.format)


def check_regimes(options: Options) -> int:
    """What versions leave unanswered or answer twice."""
    from knooppunt.site import lawcommands

    return lawcommands.check(options.version)


def show_figures(options: Options) -> int:
    """Figures for those whom the definition names; nothing is published yet."""
    with as_role("web"):
        from knooppunt.site import figures

        return figures.show(options)


def write_docs(options: Options) -> int:
    """Writes or checks what is made from the code."""
    with as_role("web"):
        from knooppunt.site import generated

        stale = generated.stale() if options.check else generated.write()
    for path in stale:
        print(path)
    if options.check and stale:
        return _complain(f"{len(stale)} of docs/generated differ from the code: run knooppunt docs", code=1)
    return 0


def check(_options: Options) -> int:
    """One line for each thing that is wrong."""
    with as_role("web"):
        from knooppunt.site.health import findings, unsent

        found = [*findings(), *unsent()]
    for finding in found:
        print(finding)
    return 1 if found else 0


def selftest(options: Options) -> int:
    """One line for each safeguard; 1 when one of them fails."""
    with as_role("web"):
        from knooppunt.site.selftest import Outcome, findings, installation_at

        found = []
        for finding in findings(installation_at(os.environ, options.url or "")):
            found.append(finding)
            if options.format == "table":
                print(finding.line, flush=True)
    if options.format == "json":
        print(json.dumps([finding.as_data() for finding in found], ensure_ascii=False, indent=2))
    else:
        counts = {outcome: sum(one.outcome is outcome for one in found) for outcome in Outcome}
        print(", ".join(f"{number} {outcome}" for outcome, number in counts.items()))
    return 1 if any(finding.outcome is Outcome.WRONG for finding in found) else 0
