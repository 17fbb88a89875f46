"""Who gets in, as the settings of this installation say it: no demo, no debug page, a second factor, a lock-out."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from knooppunt.kernel.actor import NOBODY
from knooppunt.kernel.work import answer_to
from knooppunt.site.demo.cast import LOADED
from knooppunt.site.middleware import ActorMiddleware
from knooppunt.site.selftest.finding import Finding, Installation, judged, skipped

MOST_GUESSES, SHORTEST_PAUSE = 10, timedelta(minutes=5)
REFUSED_PASSWORDS = {"korter dan twaalf tekens mag": "q7Vw-m2Kz!x", "bekende wachtwoorden mogen": "password123456"}
PERSONA = "/demo/enter/iemand"


def findings(installation: Installation) -> Iterator[Finding]:
    """From the settings, and by asking the middleware."""
    for name, says, wrong, mend in _of_production():
        if installation.example:
            yield skipped(name, says, "dit is een voorbeeldomgeving; zet er nooit echte gegevens in")
        else:
            yield judged(name, says, wrong, mend)
    yield judged(
        "debug", "Foutpagina's tonen nooit code", ["DEBUG staat aan"] if settings.DEBUG else [], "DEBUG = False"
    )
    yield _lock_out()
    yield _passwords()


def _of_production() -> Iterator[tuple[str, str, list[str], str]]:
    off = "haal KNOOPPUNT_DEMO weg, en laat het voorbeeld nooit in deze database"
    example = ["KNOOPPUNT_DEMO is 1"] if settings.DEMO else []
    example += ["de mensen en casussen van het voorbeeld staan in deze database"] if answer_to(LOADED) else []
    yield "demo", "Dit is geen voorbeeldomgeving", example, off
    yield (
        "persona",
        "Inloggen als een rol uit het voorbeeld heeft geen adres",
        [PERSONA] if _exists(PERSONA) else [],
        off,
    )
    hosts = "zet in KNOOPPUNT_HOSTS de namen waaronder de site bereikbaar is"
    wrong = ["geen enkele naam"] if not settings.ALLOWED_HOSTS else ["*"] if "*" in settings.ALLOWED_HOSTS else []
    yield "hosts", "De site antwoordt alleen onder haar eigen namen", wrong, hosts
    loose = [
        name
        for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
        if not getattr(settings, name)
    ]
    yield "https", "Alles gaat over https, ook de cookies", loose, off
    let_through = [] if _stopped_without_second_factor() else ["wie alleen een wachtwoord heeft, komt verder"]
    yield (
        "second-factor",
        "Zonder tweede stap komt niemand binnen",
        let_through,
        "zet ActorMiddleware in MIDDLEWARE terug",
    )


def _exists(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


def _stopped_without_second_factor() -> bool:
    """Somebody who logged in but has nothing beside a password knocks at the home page; nothing is stored."""
    if "knooppunt.site.middleware.ActorMiddleware" not in settings.MIDDLEWARE:
        return False
    request = RequestFactory().get("/")
    request.user, request.session = get_user_model()(), {}  # type: ignore[assignment]
    request.actor = NOBODY  # type: ignore[attr-defined]
    request.standing = ()  # type: ignore[attr-defined]
    request.resolver_match = resolve("/")
    answer = ActorMiddleware(_answered).process_view(request, request.resolver_match.func, [], {})
    return answer is not None and 300 <= answer.status_code < 400


def _is_taken(password: str) -> bool:
    try:
        validate_password(password)
    except ValidationError:
        return False
    return True


def _answered(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _lock_out() -> Finding:
    pause = settings.AXES_COOLOFF_TIME
    there = {
        "het staat uit": getattr(settings, "AXES_ENABLED", True),
        "meer dan tien pogingen": 0 < settings.AXES_FAILURE_LIMIT <= MOST_GUESSES,
        "korter dan vijf minuten": pause is None or pause >= SHORTEST_PAUSE,
        "de middleware ontbreekt": "axes.middleware.AxesMiddleware" in settings.MIDDLEWARE,
        "het staat niet vooraan": settings.AUTHENTICATION_BACKENDS[0] == "axes.backends.AxesStandaloneBackend",
    }
    wrong = [said for said, fine in there.items() if not fine]
    return judged(
        "lock-out", "Wie wachtwoorden raadt, wordt even buitengesloten", wrong, "zet de AXES-instellingen terug"
    )


def _passwords() -> Finding:
    """Tries one that is too short and one that everybody tries; the rules need no person to say no."""
    wrong = [said for said, tried in REFUSED_PASSWORDS.items() if _is_taken(tried)]
    says = "Een wachtwoord is lang en staat niet op de lijst met bekende wachtwoorden"
    return judged("passwords", says, wrong, "zet AUTH_PASSWORD_VALIDATORS terug")
