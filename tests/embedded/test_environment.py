"""Settings come from the environment and the data folder; a mistake says how to mend it."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from knooppunt.site import environment
from knooppunt.site.entry import providers
from knooppunt.site.entry.providers import Provider
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


ADDRESS = "postgresql://kn_web:geheim@db.example/kn"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = kept(tmp_path / "address", f"{ADDRESS}\n")
    given = {"KNOOPPUNT_DATABASE_URL_WEB_FILE": str(path), "KNOOPPUNT_DATABASE_URL_COUNTS": ADDRESS}
    found = environment.databases({"KNOOPPUNT_DATA": str(tmp_path), **given}, "web")
    assert found["default"]["PASSWORD"] == "geheim"
    for name in environment.SECRETS:
        assert environment.secret({f"{name}_FILE": str(path)}, name) == ADDRESS
        assert environment.is_given({f"{name}_FILE": str(path)}, name)
    assert environment.secret({}, "KNOOPPUNT_SMTP_PASSWORD") == ""


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644, 0o666, 0o601])
def test_a_secret_that_everyone_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = kept(tmp_path / "address", "hunter2", mode)
    with pytest.raises(ImproperlyConfigured, match=r"open to everyone.*chmod") as refused:
        environment.secret({"KNOOPPUNT_SMTP_PASSWORD_FILE": str(path)}, "KNOOPPUNT_SMTP_PASSWORD")
    assert "hunter2" not in str(refused.value)
    kept(tmp_path / "secrets.json", "{}", mode)
    with pytest.raises(ImproperlyConfigured, match="open to everyone"):
        environment.keys({"KNOOPPUNT_DATA": str(tmp_path)})


def test_a_secret_given_twice_or_in_no_file_names_the_variable(tmp_path: Path) -> None:
    name = "KNOOPPUNT_SMTP_PASSWORD"
    with pytest.raises(ImproperlyConfigured, match="are both set"):
        environment.secret({name: "hunter2", f"{name}_FILE": "x"}, name)
    with pytest.raises(ImproperlyConfigured, match=f"does not exist: set {name}_FILE"):
        environment.secret({f"{name}_FILE": str(tmp_path / "nergens")}, name)


SECRETIVE = re.compile(r"password|secret|(?<!public_)key|token|database_url", re.IGNORECASE)
SOURCE = Path(environment.__file__).parents[1]


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Whoever lists the processes of a machine sees their arguments."""
    options = re.findall(r'add_argument\(\s*"(--?[\w-]+)"', (SOURCE / "site/commandline.py").read_text("utf-8"))
    assert "--organisation" in options
    assert [option for option in options if SECRETIVE.search(option)] == []


def test_secrets_are_read_in_one_place_only() -> None:
    """Whoever reads one elsewhere forgets the file, or its rights."""
    reads = re.compile(r"""(?:environ|environment)(?:\.get\(|\[)\s*f?["'](KNOOPPUNT_\w*)""")
    found = {
        name
        for path in SOURCE.rglob("*.py")
        for name in reads.findall(path.read_text("utf-8"))
        if SECRETIVE.search(name) and name != "KNOOPPUNT_SECRETS"
    }
    assert found == set()


def test_settings_hold_no_secret_of_their_own() -> None:
    text = (SOURCE / "site/settings.py").read_text("utf-8")
    given = re.findall(r"^(\w*(?:_KEY|PASSWORD|SECRET|TOKEN)\w*)[^=\n]*= (.+)$", text, re.MULTILINE)
    assert {name for name, _ in given} >= {"SECRET_KEY", "EMAIL_HOST_PASSWORD"}
    taken = ("str(_keys", "dict(_keys", "environment.", "[", "False")
    assert [name for name, value in given if not value.startswith(taken)] == []


def test_a_log_in_service_keeps_its_secret_out_of_what_is_shown(tmp_path: Path) -> None:
    service = read_services(tmp_path)["zaanstad"]
    assert service.client_secret == "hunter2"
    assert "hunter2" not in repr(service)
    assert (service.domains, service.amr) == (("zaanstad.example",), ("mfa",))
    assert service.form_origins == ("https://login.zaanstad.example",)


def read_services(folder: Path, *, demo: bool = False, mode: int = 0o600, **changes: object) -> dict[str, Provider]:
    """The services of a file, with these changes to its one entry (None: left out)."""
    kept(folder / "zaanstad.secret", "hunter2\n", mode)
    row: dict[str, object] = {
        "code": "zaanstad",
        "label": "Gemeente Zaanstad",
        "issuer": "https://login.zaanstad.example/realm/",
        "client_id": "knooppunt",
        "client_secret_file": "zaanstad.secret",
        "organisation": "gemeente-zaanstad",
        "domains": ["@Zaanstad.example"],
        "second_factor": {"amr": ["mfa"]},
    }
    said = {name: value for name, value in {**row, **changes}.items() if value is not None}
    path = kept(folder / "sso.yaml", json.dumps({"providers": [said]}))
    return providers.read({"KNOOPPUNT_SSO": str(path)}, demo=demo)


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"issuer": "http://login.zaanstad.example"}, "make it an https:// address"),
        ({"issuer": "http://localhost:9400"}, "make it an https:// address"),
        ({"code": "Zaanstad!"}, "small letters"),
        ({"domains": []}, "domains: make it a list"),
        ({"domains": "zaanstad.example"}, "domains: make it a list"),
        ({"organisation": None}, "organisation: fill it in"),
        ({"client_secret": "hunter2"}, "client_secret is not known"),
        ({"client_secret_file": "nergens"}, "nergens does not exist"),
        ({"second_factor": {"loa": ["4"]}}, "give acr and amr"),
        ({"mode": 0o644}, "open to everyone"),
    ],
)
def test_a_wrong_log_in_service_names_what_to_mend(tmp_path: Path, changes: dict[str, Any], advice: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=advice) as refused:
        read_services(tmp_path, **changes)
    assert "hunter2" not in str(refused.value)


def test_without_a_file_there_are_no_log_in_services(tmp_path: Path) -> None:
    assert providers.read({}, demo=False) == {}
    assert read_services(tmp_path, demo=True, issuer="http://localhost:9400")["zaanstad"].issuer
    for text in ("[", "providers: 1", "- x"):
        path = kept(tmp_path / "wrong.yaml", text)
        with pytest.raises(ImproperlyConfigured, match=r"wrong\.yaml"):
            providers.read({"KNOOPPUNT_SSO": str(path)}, demo=False)
