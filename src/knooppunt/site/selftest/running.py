"""The pages as they run (`--url`): what an outsider gets to see. Asks a handful of pages, and logs in nowhere."""

import re
import secrets
import time
from collections.abc import Iterator
from email.message import Message
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from knooppunt.site.selftest.finding import Finding, Installation, judged, skipped

SECONDS = 10
YEAR = 365 * 24 * 3600
LOG_IN = "/account/login/"
PROXY = "zet dit in de webserver ervoor, of laat die de koppen van Knooppunt doorgeven"
CLOCK_WITHIN = 60.0
TELLING = re.compile(rb"Traceback|DEBUG|urlpatterns|URLconf|psycopg|settings\.py")
HASHED = re.compile(r"\.[0-9a-f]{8,}\.(?:css|js|svg)$")
NAMED = {
    "default-src": {"'none'", "'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: "Message[str, str]"
    body: bytes


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer too."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follows nothing."""


_opener = build_opener(_NoRedirect)


def ask(url: str, host: str = "") -> Answer | None:
    """One GET; None when nobody answers."""
    try:
        with _opener.open(Request(url, headers={"Host": host} if host else {}), timeout=SECONDS) as found:
            return Answer(found.status, found.headers, found.read())
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.headers, refused.read())
    except (URLError, OSError):
        return None


def findings(installation: Installation) -> Iterator[Finding]:
    """All of them, or one line that there is no address to ask."""
    says = "De draaiende site geeft antwoord"
    if not installation.url:
        yield skipped("site", "De draaiende site is bekeken", "geef --url mee")
        return
    page = ask(urljoin(installation.url, LOG_IN))
    if page is None or page.status != 200:
        yield judged("site", says, ["de inlogpagina komt niet"], "controleer het adres en of knooppunt web draait")
        return
    yield judged("site", says, [], "")
    yield _policy(page)
    yield _headers(page)
    yield from _transport(installation, page)
    yield from _outside(installation)
    yield _files(installation, page)


def _policy(page: Answer) -> Finding:
    said = {}
    for one in (page.headers.get("Content-Security-Policy") or "").split(";"):
        name, _, sources = one.strip().partition(" ")
        said[name] = set(sources.split())
    wrong = [name for name, wanted in NAMED.items() if not said.get(name) or not said[name] <= wanted]
    wrong += [f"{name} {source}" for name, sources in said.items() for source in sources if "unsafe" in source]
    return judged("csp", "De browser mag alleen laden wat van de site zelf is (CSP)", wrong, PROXY)


def _headers(page: Answer) -> Finding:
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    wrong = [name for name, value in wanted.items() if page.headers.get(name) != value]
    wrong += [] if "camera=()" in page.headers.get("Permissions-Policy", "") else ["Permissions-Policy"]
    wrong += [] if "no-store" in page.headers.get("Cache-Control", "") else ["Cache-Control: no-store"]
    wrong += [name for name in ("X-Powered-By", "Access-Control-Allow-Origin") if name in page.headers]
    wrong += ["Server noemt een versie"] if re.search(r"\d", page.headers.get("Server", "")) else []
    return judged("headers", "Pagina's blijven niet in een cache, en gaan niet naar andere sites", wrong, PROXY)


def _transport(installation: Installation, page: Answer) -> Iterator[Finding]:
    parts = urlsplit(installation.url)
    hsts = re.search(r"max-age=(\d+)", page.headers.get("Strict-Transport-Security", ""))
    wrong = [] if hsts and int(hsts[1]) >= YEAR else ["geen Strict-Transport-Security van een jaar"]
    wrong += [] if parts.scheme == "https" else ["het adres is geen https"]
    plain = ask(f"http://{parts.hostname}{LOG_IN}") if parts.scheme == "https" else page
    if plain is not None and not (
        300 < plain.status < 309 and plain.headers.get("Location", "").startswith("https://")
    ):
        wrong.append("over http komt er een antwoord dat niet naar https leidt")
    for name, says, found, mend in (
        ("tls", "De site is er alleen over https, en browsers onthouden dat", wrong, PROXY),
        (
            "cookies",
            "Cookies gaan alleen over https, en scripts lezen ze niet",
            _cookies(page),
            "haal KNOOPPUNT_DEMO weg",
        ),
    ):
        if installation.example:
            yield skipped(name, says, "dit is een voorbeeldomgeving")
        else:
            yield judged(name, says, found, mend)
    at = page.headers.get("Date")
    apart = abs(parsedate_to_datetime(at).timestamp() - time.time()) if at else CLOCK_WITHIN + 1
    late = [f"{apart:.0f} seconden verschil"] if apart > CLOCK_WITHIN else []
    yield judged(
        "site-clock", "De klok van de site loopt gelijk met die van deze machine", late, "zet tijdsynchronisatie aan"
    )


def _cookies(page: Answer) -> list[str]:
    wrong = []
    for line in page.headers.get_all("Set-Cookie") or []:
        for name, cookie in SimpleCookie(line).items():
            whole = cookie["secure"] and cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}
            if not (whole and name.startswith("__Host-") and cookie["path"] == "/" and not cookie["domain"]):
                wrong.append(name)
    return wrong


def _outside(installation: Installation) -> Iterator[Finding]:
    """What somebody who does not log in meets."""
    made_up = secrets.token_hex(8)
    nowhere = ask(urljoin(installation.url, f"/{made_up}/"))
    telling = (
        nowhere is None or nowhere.status != 404 or TELLING.search(nowhere.body) or made_up.encode() in nowhere.body
    )
    says = "Een adres dat niet bestaat, geeft een pagina zonder bijzonderheden"
    yield judged("not-found", says, ["de pagina zegt te veel"] if telling else [], "KNOOPPUNT_DEMO en DEBUG uit")
    shut = {"/": {302}, "/casussen/": {302}, "/api/v1/meldingen": {401}}
    if not installation.example:
        shut["/demo/"] = {404}
    wrong = []
    for path, wanted in shut.items():
        answer = ask(urljoin(installation.url, path))
        if answer is None or answer.status not in wanted or "no-store" not in answer.headers.get("Cache-Control", ""):
            wrong.append(path)
    yield judged(
        "outsiders", "Wie niet inlogt, ziet geen enkele pagina van het werk", wrong, "zet ActorMiddleware terug"
    )
    other = ask(urljoin(installation.url, LOG_IN), host="elders.example")
    wrong = [] if other is None or other.status >= 300 else ["onder een andere naam komt er ook antwoord"]
    yield judged("other-host", "De site antwoordt alleen onder haar eigen namen", wrong, "zet KNOOPPUNT_HOSTS")
    if installation.example:
        return
    contact = ask(urljoin(installation.url, "/.well-known/security.txt"))
    there = contact is not None and contact.status == 200 and b"Contact:" in contact.body
    says = "Wie een zwakke plek vindt, leest in security.txt waar dat te melden is"
    yield judged("security-txt", says, [] if there else ["het bestand komt niet"], "zet KNOOPPUNT_SECURITY_CONTACT")


def _files(installation: Installation, page: Answer) -> Finding:
    says = "Bestanden die een browser lang bewaart, hebben hun inhoud in hun naam"
    found = re.search(rb'href="([^"]+\.css)"', page.body)
    path = found[1].decode() if found else ""
    answer = ask(urljoin(installation.url, path)) if path else None
    kept = answer.headers.get("Cache-Control", "") if answer else ""
    wrong = [] if answer and answer.status == 200 else ["de stijl van de pagina komt niet"]
    wrong += (
        ["een bestand zonder inhoud in de naam wordt lang bewaard"]
        if "immutable" in kept and not HASHED.search(path)
        else []
    )
    return judged("files-cached", says, wrong, "voer knooppunt django collectstatic uit")
