"""The demo's data on an embedded server, for measuring in one process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knooppunt.site import embedded


@contextmanager
def running_demo(data: Path) -> Iterator[None]:
    """Starts the server, makes and loads what is missing, and starts Django."""
    with embedded.start(data):
        (data / "static").mkdir(exist_ok=True)
        for command in ("migrate", "demo-load"):
            subprocess.run([sys.executable, "-m", "knooppunt", command], env=dict(os.environ), check=True)
        import django

        django.setup()
        yield
