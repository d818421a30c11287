"""Settings of the stand-in; the command line hands its choices over in the environment."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent

SECRET_KEY = secrets.token_urlsafe(40)  # signs nothing that outlives the process
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

# What the demo data is made with, at the first start and at each reset.
SANDBOX_EMPTY = os.environ.get("SANDBOX_EMPTY") == "1"
SANDBOX_SEATS = int(os.environ.get("SANDBOX_SEATS", "150"))

INSTALLED_APPS = ["provisioning.sandbox"]
MIDDLEWARE = [
    "provisioning.sandbox.journal.record",
    "provisioning.sandbox.pages.protect",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.locale.LocaleMiddleware",
]
ROOT_URLCONF = "provisioning.sandbox.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "provisioning.sandbox.pages.surroundings",
            ],
        },
    }
]

_DATA = os.environ.get("SANDBOX_DATA", ":memory:")
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": None,  # each thread keeps its connection
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
}
# The second is the copy that stale reads come from; past.py writes it.
DATABASES = {"default": {**_SQLITE, "NAME": _DATA}, "past": {**_SQLITE, "NAME": f"{_DATA}.past"}}
DATABASE_ROUTERS = ["provisioning.sandbox.past.Router"]
# Cookies do not regard the port: the portal beside it has one of its own.
CSRF_COOKIE_NAME = "sandbox_csrf"
CSRF_COOKIE_SAMESITE = "Strict"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
PASSWORD_HASHERS = ["provisioning.sandbox.models.QuickHasher"]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR.parent.parent / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
    "loggers": {"django": {"level": "ERROR"}},
}
