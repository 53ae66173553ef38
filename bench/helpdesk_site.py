"""A plain site around django-helpdesk (BSD-3-Clause), the peer of ``bench/matters.py``: settings and addresses, nothing of ours.

Django's usual middleware, tokens of Django REST framework, connections kept as long as ours, no mail, no scripts from elsewhere. It runs
in an environment of its own and imports nothing of Zhenwu.
"""

import os
from urllib.parse import urlparse

_database = urlparse(os.environ["PEER_DATABASE_URL"])
SECRET_KEY = "a benchmark keeps no secrets"
DEBUG, USE_TZ, SITE_ID, STATIC_URL, ROOT_URLCONF = False, True, 1, "/static/", __name__
ALLOWED_HOSTS = ["127.0.0.1"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": _database.path.lstrip("/"), "USER": _database.username or "postgres",
        "PASSWORD": _database.password or "", "HOST": _database.hostname, "PORT": _database.port or 5432, "CONN_MAX_AGE": 60,
    }
}  # fmt: skip
INSTALLED_APPS = [
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "sites", "messages", "staticfiles", "admin", "humanize")),
    "rest_framework", "rest_framework.authtoken", "helpdesk",
]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]  # fmt: skip
_CONTEXT = [f"django.contrib.{name}" for name in ("auth.context_processors.auth", "messages.context_processors.messages")]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request", *_CONTEXT]},
    }
]  # fmt: skip
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_API_ENABLED, HELPDESK_TEAMS_MODE_ENABLED = True, False


def __getattr__(name: str) -> object:
    """The addresses, asked for once Django is up; this module holds the settings that it needs for that."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path

    return [path("", include("helpdesk.urls", namespace="helpdesk"))]
