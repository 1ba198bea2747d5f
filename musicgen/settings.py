"""Every setting, read from the environment; docs/configuration.md explains each variable."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from musicgen import logs
from musicgen.environment import Environment, stored_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR)

# What we write (songs, keys, what people typed) is our user's alone, whichever process writes it.
os.umask(0o077)

# --- Where things are -------------------------------------------------------------------------------------
DATA_DIR = (BASE_DIR / env.text("DATA_DIR", "var")).resolve()
SCRATCH_DIR = DATA_DIR / "scratch"
MEDIA_ROOT = DATA_DIR / "media"
# Locks and heartbeats of this machine's processes; DATA_DIR may be shared by several machines.
RUN_DIR = DATA_DIR / "run" / socket.gethostname()
DATABASE_URL = env.text("DATABASE_URL")

DEBUG = env.flag("DEBUG")
PUBLIC_URL = env.origin("PUBLIC_URL", "http://localhost:8000")
# Providers call back to this host: without it in the list every callback would be refused.
_public_host = urlsplit(PUBLIC_URL).hostname or ""
_public_host = f"[{_public_host}]" if ":" in _public_host else _public_host
ALLOWED_HOSTS = list(dict.fromkeys([*env.words("ALLOWED_HOSTS", "localhost,127.0.0.1"), _public_host]))
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE = PUBLIC_URL.startswith("https://")

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY and DATABASE_URL:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set; with DATABASE_URL set it must be, and the same for every web and worker."
    )
SECRET_KEY = SECRET_KEY or stored_secret(DATA_DIR)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")


# --- Databases --------------------------------------------------------------------------------------------
# Any libpq parameter of DATABASE_URL wins over these.
_POSTGRES_OPTIONS = {
    # A session that holds a row lock causes errors that are logged and retried, not silence.
    "options": "-c lock_timeout=15s",
    # A server that vanishes is noticed in about a minute, not after two hours.
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def _postgres(url: str) -> dict[str, object]:
    try:
        return _postgres_parts(url)
    except ValueError:
        # An unescaped "/" or "#" in a password shifts what follows: no part of the URL may be shown.
        sentence = "DATABASE_URL must look like postgres://user:password@host:5432/name."
        raise ImproperlyConfigured(sentence) from None


def _postgres_parts(url: str) -> dict[str, object]:
    """Raises ValueError, whose message may contain parts of the password."""
    parts = urlsplit(url)
    name = parts.path.strip("/")
    if parts.scheme not in ("postgres", "postgresql") or not name or "/" in name or parts.fragment:
        raise ValueError
    if "@" in parts.path + parts.query:
        raise ValueError
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or query.pop("port", "")),
        # Connecting anew for each request is about seven times slower; no pool, because forked workers would
        # share its sockets.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _POSTGRES_OPTIONS | {name: unquote(value) for name, value in query.items()},
    }


def _sqlite() -> dict[str, object]:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "db.sqlite3",
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # FULL: a callback is on disk when it is answered, even if the power fails.
            # IMMEDIATE: a transaction takes the write lock when it begins, so it never fails half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        },
    }


DATABASES = {"default": _postgres(DATABASE_URL) if DATABASE_URL else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Django -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_q",
    "axes",
    "csp",
    "musicgen",
    "tracks",
    "callbacks",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "musicgen.compression.CompressedStatic",
    "musicgen.compression.TextCompression",
    "musicgen.private_answers.PrivateAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "musicgen.urls"
WSGI_APPLICATION = "musicgen.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracks.presentation.rail.rail",
            ],
        },
    },
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "tracks"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served from the source tree: there is nothing to collect after an update.
WHITENOISE_USE_FINDERS = True

# --- Who may do what --------------------------------------------------------------------------------------
AXES_HANDLER = "musicgen.login_limit.LoginLimit"
AXES_FAILURE_LIMIT = 10
# Of all names together; an office behind one address has several people who mistype.
LOGIN_FAILURES_PER_ADDRESS = 30
# Of one name, through one proxy, whatever addresses that names.
LOGIN_FAILURES_PER_NAME = 30
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# The page says until when: what is refused by a lock does not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_LOCKOUT_CALLABLE = "musicgen.login_limit.locked"
AXES_USERNAME_CALLABLE = "musicgen.login_limit.name_of"
AXES_CLIENT_IP_CALLABLE = "musicgen.client_ip.client_ip"

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^callbacks/", r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "musicgen.error_pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # blob: the song to come, which is fetched before it is needed.
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- The API ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracks.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "musicgen",
    "DESCRIPTION": "Tasks, tracks, lyrics and files of hosted music generators.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAdminUser"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "callbacks.openapi.describe_callbacks",
    ],
}

# --- The providers ----------------------------------------------------------------------------------------
TEMPOLOR_URL = env.origin("TEMPOLOR_URL", "https://api.tempolor.com")
TEMPOLOR_API_KEY = env.text("TEMPOLOR_API_KEY")
SUNO_URL = env.origin("SUNO_URL", "https://api.sunoapi.org")
SUNO_API_KEY = env.text("SUNO_API_KEY")
SUNO_WEBHOOK_KEY = env.text("SUNO_WEBHOOK_KEY")
_by_host = "kie" if (urlsplit(SUNO_URL).hostname or "").endswith("kie.ai") else "sunoapi"
SUNO_DIALECT = env.choice("SUNO_DIALECT", _by_host, ("sunoapi", "kie"))
# https://docs.sunoapi.org/ : 20 requests in 10 seconds. TemPolor refuses queries above a limit that its pages
# do not name; integrators send at most one request a second.
SUNO_RATE = env.rate("SUNO_RATE", "20/10")
TEMPOLOR_RATE = env.rate("TEMPOLOR_RATE", "10/10")
# At most 50: the lease of a request is twice this and a margin, and no lease is over 120 s.
PROVIDER_TIMEOUT = env.number("PROVIDER_TIMEOUT", 30, minimum=0.1, maximum=50)

CALLBACK_TOKENS = env.words_like("CALLBACK_TOKEN", r"[A-Za-z0-9_.~-]+", "token of a-z, digits and - . _ ~")
CALLBACK_TRUST = env.choice("CALLBACK_TRUST", "token", ("token", "readback"))
CALLBACK_MAX_BYTES = 1024 * 1024

FETCH_ALLOW_HOSTS = frozenset(
    env.words_like("FETCH_ALLOW_HOSTS", r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?", "host or host:port")
)
FETCH_MAX_BYTES = env.whole("FETCH_MAX_BYTES", 512 * 1024 * 1024, minimum=1)

# --- Times (seconds), all of them settings so that tests can be quick --------------------------------------
TASK_DEADLINE = env.number("TASK_DEADLINE", 7200, minimum=1)
POLL_FIRST = env.number("POLL_FIRST", 25, minimum=0.05)
POLL_EVERY = env.number("POLL_EVERY", 30, minimum=0.05)
POLL_MOST = env.number("POLL_MOST", 300, minimum=0.05)
POLL_OVERDUE = env.number("POLL_OVERDUE", 3600, minimum=0.05)
ARCHIVE_BACKOFF = env.numbers("ARCHIVE_BACKOFF", "10,30,90,300,900,1800,3600")
FETCH_PATIENCE = env.number("FETCH_PATIENCE", 10, minimum=0.05, maximum=30)
FETCH_SLICE = env.number("FETCH_SLICE", 20, minimum=0.05, maximum=60)
SUBMIT_BACKOFF = env.numbers("SUBMIT_BACKOFF", "5,15,45,120,300")
WORDS_BACKOFF = env.numbers("WORDS_BACKOFF", "10,30,120,600,3600")
BREAKER_BACKOFF = env.numbers("BREAKER_BACKOFF", "30,60,120,300,600")
BALANCE_EVERY = env.number("BALANCE_EVERY", 900, minimum=0.05)
LEASE = env.number("LEASE", 45, minimum=0.2, maximum=120)
MAX_CLAIMS = env.whole("MAX_CLAIMS", 5, minimum=2)

# --- The worker -------------------------------------------------------------------------------------------
# At least 6: for each of two providers one submits and one polls; one archives, one is left for callbacks.
WORKERS = env.whole("WORKERS", 8, minimum=6)
TICK = env.number("TICK", 0.1, minimum=0.01)
SLICE = env.number("SLICE", 10, minimum=0.1)
WATCHDOG_STALL = env.number("WATCHDOG_STALL", 90, minimum=1)
if WATCHDOG_STALL < 2 * PROVIDER_TIMEOUT:
    raise ImproperlyConfigured(
        f"WATCHDOG_STALL is {WATCHDOG_STALL:g}; it must be at least twice PROVIDER_TIMEOUT "
        f"({2 * PROVIDER_TIMEOUT:g}), which one request may take."
    )
_JOB_TIMEOUT = 600
Q_CLUSTER = {
    "name": "musicgen",
    "orm": "default",
    "workers": WORKERS,
    "timeout": _JOB_TIMEOUT,
    "retry": _JOB_TIMEOUT * 5,
    "max_attempts": 1,
    "ack_failures": True,
    "queue_limit": 1,
    "save_limit": 0,
    "catch_up": False,
    "poll": 0.1,
    "recycle": 500,
    "label": "Job queue",
}

# --- Logs -------------------------------------------------------------------------------------------------
LOGGING = logs.config(as_json=env.flag("LOG_JSON", not DEBUG))
