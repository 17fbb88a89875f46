"""What `./dev check`, `fix`, `test` and `bench` do, once the environment stands."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from knooppunt.site.embedded import folder

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CODE = ["src", "tools", "tests", "benchmarks"]


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands; 0 is fine, 1 is a finding, 2 is wrong use."""
    commands = {"check": check, "fix": fix, "test": test, "bench": bench}
    if not arguments or arguments[0] not in commands:
        print(f"dev: choose one of {', '.join(commands)}", file=sys.stderr)
        return 2
    return commands[arguments[0]](arguments[1:])


def check(_arguments: Sequence[str]) -> int:
    """Everything that needs no database and no browser."""
    environment = _environment()
    failed = [name for name, command in _checks().items() if not _passes(name, command, environment)]
    if failed:
        print(f"check: {', '.join(failed)} failed (./dev fix repairs format and simple lint)", file=sys.stderr)
    return 1 if failed else 0


def fix(_arguments: Sequence[str]) -> int:
    """Repair what can be repaired without thinking."""
    code = _existing(CODE)
    steps = {
        "lint": ["ruff", "check", "--fix", "--quiet", *code],
        "format": ["ruff", "format", "--quiet", *code],
    }
    if (ROOT / "docs/generated").exists():
        steps["generated docs"] = [PYTHON, "-m", "knooppunt", "docs"]
    failed = [name for name, command in steps.items() if not _passes(name, command, _environment())]
    return 1 if failed else 0


def test(arguments: Sequence[str]) -> int:
    """Check, tests, browser journeys. With pytest arguments: only what they name."""
    nightly = "--nightly" in arguments
    chosen = [argument for argument in arguments if argument != "--nightly"]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "nightly" if nightly else "ci"}
    if chosen:
        code, _closing = _pytest(chosen, environment)
        return code
    wrong = check([])
    usual = "not journey" if nightly else "not journey and not nightly"
    tests, closing = _pytest(["-n", "2", "-m", usual], environment)
    journeys, last = _pytest(["-m", "journey" if nightly else "journey and not nightly"], environment)
    print(f"\ncheck     {'failed' if wrong else 'passed'}\ntests     {closing}\njourneys  {last}", flush=True)
    return 1 if wrong or tests or journeys else 0


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks, where there are any."""
    if not (ROOT / "benchmarks" / "__main__.py").exists():
        print("dev: this version has no benchmarks", file=sys.stderr)
        return 2
    return subprocess.run([PYTHON, "-m", "benchmarks", *arguments], cwd=ROOT, check=False).returncode


def _checks() -> Mapping[str, Sequence[str]]:
    code = _existing(CODE)
    rooms = sorted(path.parent.name for path in (ROOT / "src/knooppunt").glob("*/migrations"))
    django = [PYTHON, "-W", "ignore::RuntimeWarning", "-m", "django"]
    steps: dict[str, Sequence[str]] = {
        "format": ["ruff", "format", "--check", "--quiet", *code],
        "lint": ["ruff", "check", "--quiet", *code],
        "types": ["mypy", "src", "tools"],
        "floors": ["lint-imports"],
        # Lint only: its formatter puts white space inside links and titles, which readers see.
        "templates": ["djlint", "--lint", "--quiet", "src"],
        "security": ["bandit", "-q", "-c", "pyproject.toml", "-r", "src"],
        "settings and addresses": [*django, "check", "--fail-level", "WARNING"],
        # There is no database here, and the warning about that is the one that is ignored.
        "migrations": [*django, "makemigrations", "--check", "--dry-run", *rooms],
    }
    if (ROOT / "docs/generated").exists():
        steps["generated docs"] = [PYTHON, "-m", "knooppunt", "docs", "--check"]
    return steps


def _passes(name: str, command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Run a step; show what it said only when it fails."""
    begin = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:24}{verdict:8}{time.monotonic() - begin:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def _pytest(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run pytest, pass its output on, and give its exit code and closing line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    process = subprocess.Popen(
        [PYTHON, "-m", "pytest", *colour, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    closing = ""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        closing = line.strip(" =\n") or closing
    return process.wait(), closing


def _environment() -> Mapping[str, str]:
    """An environment in which Django starts without a database."""
    data = ROOT / ".knooppunt" / "check"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.ensure_secrets(data)
    nowhere = dict.fromkeys(("owner", "web", "jobs", "counts"), "postgresql:///none?host=/nonexistent")
    folder.write_private(data / folder.DATABASE, nowhere)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KNOOPPUNT_")}
    return {
        **kept,
        "KNOOPPUNT_DATA": str(data),
        "KNOOPPUNT_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "knooppunt.site.settings",
    }


def _existing(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
