"""The settings of production in a test process, which itself runs as a demo: over https, as a browser would come."""

import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import reload
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import override_settings
from django.urls import clear_url_caches

from knooppunt.site import urls

HOST = "testserver"
DIFFERENT = ("SECURE_", "SESSION_COOKIE_", "CSRF_", "CONTENT_SECURITY_POLICY", "DEMO", "X_FRAME_")
"""Which settings tell what browsers are told; files and mail stay those of the test."""


def settings_of_production() -> dict[str, Any]:
    """What `settings.py` says when nobody asks for a demo."""
    outside = {**os.environ, "KNOOPPUNT_DEMO": "0", "KNOOPPUNT_HOSTS": HOST}
    path = Path(str(urls.__file__)).with_name("settings.py")
    with mock.patch.dict(os.environ, outside):
        said = runpy.run_path(str(path))
    return {name: value for name, value in said.items() if name.isupper()}


@contextmanager
def in_production() -> Iterator[None]:
    """Settings and addresses of production."""
    said = {name: value for name, value in settings_of_production().items() if name.startswith(DIFFERENT)}
    with override_settings(**said):
        _read_addresses()
        yield
    assert settings.DEMO
    _read_addresses()


def _read_addresses() -> None:
    reload(urls)
    clear_url_caches()
