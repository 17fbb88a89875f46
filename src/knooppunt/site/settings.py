"""Django's settings, from the environment and the data folder only. There is no debug mode.

A demo (KNOOPPUNT_DEMO=1) differs from production in three ways: plain http on this machine,
persona log-in, and static files straight from the package.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from knooppunt.site import environment
from knooppunt.site.entry import providers

DEMO = os.environ.get("KNOOPPUNT_DEMO") == "1"
DEBUG = False
DATA = environment.data_folder(os.environ)
ROLE = environment.login_role(os.environ)

# --- Keys and database ------------------------------------------------------------------------
_keys = environment.keys(os.environ)
SECRET_KEY = str(_keys["secret_key"])
FIELD_KEYS: dict[str, str] = dict(_keys["field_keys"])
INDEX_KEY = str(_keys["index_key"])
SEAL_KEY = str(_keys["seal_key"])

DATABASES = environment.databases(os.environ, ROLE)
# Work opens its own durable transaction, so a request must not be inside one already.
for _database in DATABASES.values():
    _database["ATOMIC_REQUESTS"] = False

# --- Applications: the floors of the house, and what they stand on -----------------------------
INSTALLED_APPS = [
    "knooppunt.site",
    "knooppunt.cases",
    "knooppunt.signals",
    "knooppunt.people",
    "knooppunt.sharing",
    "knooppunt.partners",
    "knooppunt.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    # What stands first holds for every answer, also for a redirect to https and for static files.
    "knooppunt.site.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "knooppunt.site.receiving.RequestSizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "knooppunt.site.limits.LimitsMiddleware",
    "knooppunt.site.middleware.ActorMiddleware",
    "knooppunt.site.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "knooppunt.site.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # cotton puts its own loader in front
        "OPTIONS": {
            "builtins": ["knooppunt.site.templatetags.knooppunt"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "knooppunt.site.context.page",
            ],
        },
    },
]

# --- Who is at the other end --------------------------------------------------------------------
ALLOWED_HOSTS = environment.allowed_hosts(os.environ, demo=DEMO)
PROXIES = environment.whole_number(os.environ, "KNOOPPUNT_PROXIES", 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SECURITY_CONTACT = environment.security_contact(os.environ)

AUTH_USER_MODEL = "partners.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "knooppunt.site.entry.passwords.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "knooppunt.site.entry.passwords.NotWhatEverybodyTries"},
]
# The second opens passwords from before; whoever logs in gets a new hash.
PASSWORD_HASHERS = [
    "knooppunt.site.entry.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "knooppunt.site.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An organisation makes its people's accounts with addresses of its own domain; there is nothing to prove.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Guesses per account are for axes; all other limits stand in site/limits.py, and hold for all processes together.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
LIMITS_TIMES = 10 if DEMO else 1
MFA_ADAPTER = "knooppunt.site.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "knooppunt.site.entry.forms.PasskeyForm",
    "edit_webauthn": "knooppunt.site.entry.forms.PasskeyNameForm",
    "authenticate_webauthn": "knooppunt.site.entry.forms.PasskeyAnswer",
    "login_webauthn": "knooppunt.site.entry.forms.PasskeyLogIn",
    "reauthenticate_webauthn": "knooppunt.site.entry.forms.PasskeyAgain",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Knooppunt"

# The log-in services of organisations. They say who knocks and nothing else (ADR 0018).
SSO_PROVIDERS = providers.read(os.environ, demo=DEMO)
SOCIALACCOUNT_ADAPTER = "knooppunt.site.accounts.ServiceAdapter"
SOCIALACCOUNT_STORE_TOKENS = False

AXES_CLIENT_IP_CALLABLE = "knooppunt.site.middleware.origin_of"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"  # what allauth calls it when it hands the credentials on
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "login", "email", "password"]

# --- Sessions, cookies, headers -----------------------------------------------------------------
SESSION_ENGINE = "knooppunt.kernel.sessions"
SESSION_COOKIE_AGE = 30 * 60  # seconds without a request
SESSION_LONGEST = timedelta(hours=8)  # since log-in; the actor's middleware ends it
DRAFT_TERM = timedelta(days=7)  # how long what was typed and not sent is kept
# The actor's middleware touches a session at most once a minute: a page should not wait for a write.
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# With this prefix a browser takes a cookie only over https and for this host alone.
_prefix = "" if DEMO else "__Host-"
SESSION_COOKIE_NAME = f"{_prefix}knooppunt_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_NAME = f"{_prefix}knooppunt_csrf"
CSRF_COOKIE_AGE = None  # until the browser closes
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not DEMO
# Messages may name a person, so they wait in the session and not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^api/"]  # the interface refuses instead, in site/headers.py
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Only what is named may be loaded. Trusted Types are left out: htmx parses each fragment itself, so a policy that
# lets it through would let everything through.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- Files that people send ---------------------------------------------------------------------
LARGEST_FILE = environment.whole_number(os.environ, "KNOOPPUNT_LARGEST_FILE_MB", 10) * 1024 * 1024
# Whoever sends more than this is stopped before anything is read.
LARGEST_REQUEST = LARGEST_FILE + 20 * 1024 * 1024
# The only one: files stay in memory, never in a temporary folder, and only where a page asks for one.
FILE_UPLOAD_HANDLERS = ["knooppunt.site.receiving.Receiver"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# The socket of a virus scanner (clamd); empty: our own checks only.
CLAMD = os.environ.get("KNOOPPUNT_CLAMD", "")
QUARANTINE_DAYS = environment.whole_number(os.environ, "KNOOPPUNT_QUARANTINE_DAYS", 30)

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands")]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("KNOOPPUNT_STATIC") or DATA / "static")
# The demo serves from the package, so that it needs no collecting; production hashes and compresses.
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site draws with our files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Mail and jobs ------------------------------------------------------------------------------
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if DEMO else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = os.environ.get("KNOOPPUNT_SMTP_HOST", "localhost")
EMAIL_PORT = environment.whole_number(os.environ, "KNOOPPUNT_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("KNOOPPUNT_SMTP_USER", "")
EMAIL_HOST_PASSWORD = environment.secret(os.environ, "KNOOPPUNT_SMTP_PASSWORD")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER)  # a password is never sent in the clear
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("KNOOPPUNT_MAIL_FROM", "knooppunt@localhost")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Log lines: to stderr, without what somebody asked or typed ---------------------------------
# A line that cannot be written would be told in full on the error stream, values included.
logging.raiseExceptions = False
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "knooppunt.site.logs.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # A wrong address may hold what somebody typed; an error's address is one of our own routes.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # Lock-outs name the account; they stand in axes' own table.
        "axes": {"handlers": ["nowhere"], "propagate": False},
        "procrastinate": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
