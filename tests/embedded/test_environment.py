"""Settings come from the environment and the data folder; a mistake says how to mend it."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from knooppunt.site import environment
from knooppunt.site.logs import WithoutValues


def kept(path: Path, text: str, mode: int = 0o600) -> Path:
    """A file that its owner keeps to itself."""
    path.write_text(text)
    path.chmod(mode)
    return path


def test_an_address_of_a_server_goes_before_the_data_folder(tmp_path: Path) -> None:
    addresses = {
        "KNOOPPUNT_DATA": str(tmp_path),
        "KNOOPPUNT_DATABASE_URL_WEB": "postgresql://kn_web:a%2Fb@db.example:5433/kn?sslmode=verify-full",
        "KNOOPPUNT_DATABASE_URL_COUNTS": "postgresql://kn_counts@db.example/kn",
    }
    found = environment.databases(addresses, "web")
    assert found["default"]["HOST"] == "db.example"
    assert found["default"]["PORT"] == "5433"
    assert found["default"]["PASSWORD"] == "a/b"
    assert found["default"]["OPTIONS"]["sslmode"] == "verify-full"
    assert found["counts"]["USER"] == "kn_counts"


def test_each_role_has_its_own_address(tmp_path: Path) -> None:
    addresses = {role: f"postgresql://kn_{role}@/kn" for role in ("owner", "web", "jobs", "counts")}
    kept(tmp_path / "database.json", json.dumps(addresses))
    for role in environment.ROLES:
        found = environment.databases({"KNOOPPUNT_DATA": str(tmp_path)}, role)
        assert (found["default"]["USER"], found["counts"]["USER"]) == (f"kn_{role}", "kn_counts")


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        ({}, r"database\.json does not exist: .*KNOOPPUNT_DATABASE_URL_WEB"),
        ({"KNOOPPUNT_DATABASE_URL_WEB": "http:/nonsense"}, "KNOOPPUNT_DATABASE_URL_WEB cannot be read"),
        ({"KNOOPPUNT_DATABASE_URL_WEB": "postgresql://kn_web@host"}, "names no database"),
    ],
)
def test_a_wrong_address_names_the_variable(tmp_path: Path, variables: dict[str, str], advice: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=advice):
        environment.databases({"KNOOPPUNT_DATA": str(tmp_path), **variables}, "web")


def test_an_unknown_role_names_the_choices() -> None:
    with pytest.raises(ImproperlyConfigured, match="web, jobs, owner"):
        environment.login_role({"KNOOPPUNT_ROLE": "kn_cluster"})


def test_an_incomplete_file_of_keys_names_what_it_lacks(tmp_path: Path) -> None:
    kept(tmp_path / "secrets.json", '{"secret_key": "x", "field_keys": {"1": "y"}, "index_key": "z"}')
    with pytest.raises(ImproperlyConfigured, match="lacks seal_key"):
        environment.keys({"KNOOPPUNT_DATA": str(tmp_path)})


def test_a_damaged_file_of_keys_shows_nothing_of_its_content(tmp_path: Path) -> None:
    kept(tmp_path / "secrets.json", "hunter2")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.keys({"KNOOPPUNT_DATA": str(tmp_path)})
    assert "hunter2" not in str(refused.value)


def test_a_log_line_of_an_error_says_where_but_not_with_which_data() -> None:
    try:
        int("Roodkapje")
    except ValueError:
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info())
    written = WithoutValues("%(levelname)s %(message)s").format(record)
    assert "ValueError" in written
    assert "test_environment.py" in written
    assert "Roodkapje" not in written


def test_outside_a_demo_cookies_need_https_and_pages_are_never_framed() -> None:
    script = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.ALLOWED_HOSTS, s.CONTENT_SECURITY_POLICY['DIRECTIVES']]))"
    )
    outside = {**os.environ, "KNOOPPUNT_DEMO": "0", "KNOOPPUNT_HOSTS": "knooppunt.example"}
    done = subprocess.run([sys.executable, "-c", script], env=outside, capture_output=True, text=True, check=True)
    debug, *secure, hosts, policy = json.loads(done.stdout)
    assert not debug
    assert all(secure)
    assert hosts == ["knooppunt.example"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in policy.values() for source in sources)
