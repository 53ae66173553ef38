"""Settings, chosen by environment: everything a user may set is read here and nowhere else.

``ZHENWU_HOME`` (default ``var/``) holds the database, keys, files and columns. ``ZHENWU_DATABASE_URL`` moves the store
to PostgreSQL. ``ZHENWU_QUIET_HOURS`` (22:00-07:00) is when nothing is pushed. ``ZHENWU_DIGEST`` (sha256, sm3) and ``ZHENWU_CIPHER`` (aes-gcm, sm4-gcm) choose the algorithms.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from zhenwu.lib.problems import Problem

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("ZHENWU_HOME") or ROOT / "var").resolve()
PACK_FOLDERS = [ROOT / "packs", *(Path(p) for p in os.environ.get("ZHENWU_PACKS", "").split(os.pathsep) if p)]

GIVEN_KEY = os.environ.get("ZHENWU_SECRET_KEY", "")
SESSION_KEY = HOME / "keys" / "session"
PROFILE_LEDGER = "profile.fact"  # the ledger of names and fixed facts that reports print; a pack's, so it is named here

# Open311: the line in which what comes in is opened, and the ledger of the kinds that a township lets the public report (docs/api.md).
OPEN311_LINE, OPEN311_LEDGER = "grid", "grid.public_service"

REPORT_LINE = "report"  # the line of whoever draws up, reads and issues the yearly report
PLAN_PACK = "plan"  # whose ledgers sentence, task and progress keep the plan (decision 0019)

# The address under which villagers' phones reach this installation (https://…), printed as a code on public signs; by default the address by which the page was asked for.
PUBLIC_ADDRESS = os.environ.get("ZHENWU_ADDRESS", "").rstrip("/")

FONT_FOLDERS = [folder for folder in os.environ.get("ZHENWU_FONTS", "").split(os.pathsep) if folder]
QUIET = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", os.environ.get("ZHENWU_QUIET_HOURS", "22:00-07:00"))
if QUIET is None:
    raise Problem("settings.quiet_hours", "ZHENWU_QUIET_HOURS 写得不对", "写成 22:00-07:00 这样；00:00-00:00 表示夜里也提醒。")
QUIET_HOURS = tuple(QUIET[0].split("-"))  # what is told in between reaches people when they are over, unless it is urgent
DIGEST = os.environ.get("ZHENWU_DIGEST", "sha256")
CIPHER = os.environ.get("ZHENWU_CIPHER", "aes-gcm")


def _secret_key() -> str:
    """The session key: from the environment, or kept under ``ZHENWU_HOME``, or a new one (kept once there is a store)."""
    if GIVEN_KEY:
        return GIVEN_KEY
    return SESSION_KEY.read_text() if SESSION_KEY.exists() else secrets.token_urlsafe(48)


def _database(url: str) -> dict[str, object]:
    """SQLite in WAL mode with immediate transactions (a deferred one fails with 'locked' instead of waiting), or PostgreSQL."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "zhenwu.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
                "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlparse(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": 60,
    }


def _whole(name: str, usual: int) -> int:
    """A whole number above nothing, from the environment."""
    told = os.environ.get(name, "")
    if told and not (told.isascii() and told.isdigit() and 0 < len(told) < 9 and int(told)):
        raise Problem("settings.number", f"{name} 写的是“{told[:40]}”，不是大于零的整数", f"改成整数，或者去掉它（默认 {usual}）。")
    return int(told or usual)


# How many proxies of ours stand before this server: the so-manyth entry from the end of X-Forwarded-For is whoever asks. None: the header is not read.
PROXIES = _whole("ZHENWU_PROXIES", 0)
SECRET_KEY = _secret_key()
DEBUG = os.environ.get("ZHENWU_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ZHENWU_HOSTS", "127.0.0.1,localhost").split(",")
DATABASES = {"default": _database(os.environ.get("ZHENWU_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SHELVES = ("journal", "orgs", "definitions", "files", "ledgers", "telemetry", "matters", "documents", "metrics", "plans", "reports", "rounds", "rules", "outbox")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    *(f"zhenwu.kernel.{shelf}" for shelf in SHELVES),
    "zhenwu.web",
]
# Matters of these lines are there only for whoever's appointment names the line (docs/house.md, Units and rights).
CLOSED_LINES = ("integrity",)
# Where other systems may be told of events: host names, addresses, networks, or "public"; nowhere by default (decision 0023).
OUTBOX_ALLOW = [one for one in os.environ.get("ZHENWU_OUTBOX_ALLOW", "").replace(",", " ").split() if one]
OUTBOX_PLAIN = os.environ.get("ZHENWU_OUTBOX_PLAIN") == "1"  # http also to others than this machine
OUTBOX_AUTHORITIES = os.environ.get("ZHENWU_OUTBOX_CA", "")  # a PEM file of certificates trusted beside the system's
OUTBOX_BACKLOG = _whole("ZHENWU_OUTBOX_BACKLOG", 10_000)  # messages that may wait for one receiver
OUTBOX_FAILING_DAYS = _whole("ZHENWU_OUTBOX_FAILING_DAYS", 3)
AUTH_USER_MODEL = "orgs.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "zhenwu.web.callers.address_of"
AXES_LOCKOUT_CALLABLE = "zhenwu.web.views.session.locked"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhenwu.web.middleware.ContentSecurityPolicy",
    "zhenwu.api.middleware.Doorkeeper",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "zhenwu.web.middleware.PlainProblems",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "zhenwu.site.urls"
WSGI_APPLICATION = "zhenwu.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhenwu.web.context.frame",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many requests a minute one token, or one person, may make of the interfaces (in each process); 0 sets no limit.
API_PER_MINUTE = int(os.environ.get("ZHENWU_API_PER_MINUTE") or 300)
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
