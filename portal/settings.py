"""Settings, read from the environment; every name is explained in docs/settings.md, and a test compares the two."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_PRODUCTION = env.bool("PORTAL_PRODUCTION", default=False)
VAR_DIR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))
if not PORTAL_PRODUCTION and (VAR_DIR / "secrets.env").exists():
    env.read_env(VAR_DIR / "secrets.env")  # first-run keys, written by `make run`; the environment wins

SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "PORTAL_SECRET_KEY is not set. Start with `make run`, which makes one, or set it in the environment."
    )
PORTAL_ENCRYPTION_KEYS = env.list("PORTAL_ENCRYPTION_KEYS", default=[])
DEBUG = env.bool("PORTAL_DEBUG", default=False)
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PORTAL_PORT = env.int("PORT", default=8000)
PORTAL_BIND = env.str("PORTAL_BIND", default="127.0.0.1")
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default=f"http://localhost:{PORTAL_PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PORTAL_ADDRESS]

PORTAL_SANDBOX = env.bool("PORTAL_SANDBOX", default=False)
PORTAL_SANDBOX_PORT = env.int("PORTAL_SANDBOX_PORT", default=PORTAL_PORT + 1)
PORTAL_ALLOW_PRIVATE = env.bool("PORTAL_ALLOW_PRIVATE", default=PORTAL_SANDBOX)

PORTAL_WORKERS = env.int("PORTAL_WORKERS", default=2)
PORTAL_WEB_THREADS = env.int("PORTAL_WEB_THREADS", default=8)
PORTAL_LEASE_SECONDS = env.int("PORTAL_LEASE_SECONDS", default=90)
PORTAL_API_REQUESTS = env.int("PORTAL_API_REQUESTS", default=1000)
PORTAL_METRICS_TOKEN = env.str("PORTAL_METRICS_TOKEN", default="")
PORTAL_KEEP_LOGS_DAYS = env.int("PORTAL_KEEP_LOGS_DAYS", default=30)
PORTAL_KEEP_EXCHANGES_DAYS = env.int("PORTAL_KEEP_EXCHANGES_DAYS", default=7)
PORTAL_IMPORT_MEGABYTES = env.int("PORTAL_IMPORT_MEGABYTES", default=100)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "csp",
    "django_q",
    "portal",
    "portal.accounts",
    "provisioning",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.PreferencesMiddleware",
    "portal.accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.toasts.ToastMiddleware",
    "portal.accounts.access.AccessMiddleware",
    "portal.refusals.WrongMethodMiddleware",
    "provisioning.views.gone.GoneMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "django.template.context_processors.i18n",
                "provisioning.navigation.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.templatetags.ui"],
        },
    }
]

# --- database and queue -----------------------------------------------------------------------
DATABASES = {"default": env.db_url("PORTAL_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured: without these three, a web server and four workers meet "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A worker that froze inside a transaction would hold its rows against everybody, whoever takes over its lease.
    _given = DATABASES["default"].setdefault("OPTIONS", {})
    _given.setdefault("options", f"-c idle_in_transaction_session_timeout={PORTAL_LEASE_SECONDS}s")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PORTAL_REDIS_URL = env.str("PORTAL_REDIS_URL", default="")
_BROKER = {"redis": PORTAL_REDIS_URL} if PORTAL_REDIS_URL else {"orm": "default"}
Q_CLUSTER = {
    "name": "portal",
    "cluster_name": "cycles",
    "workers": PORTAL_WORKERS,
    "queue_limit": PORTAL_WORKERS,
    "timeout": 120,  # a task stops claiming after 45 s; what it has in hand ends within a lease
    "retry": 300,  # more than timeout x (1 + queue_limit / workers), or tasks run twice
    "ack_failures": True,
    "max_attempts": 1,
    "save_limit": -1,  # reading saved results made the queue 2.7 times slower
    "catch_up": False,
    "label": "Queue",
    **_BROKER,
    "ALT_CLUSTERS": {"now": {"workers": 1, "queue_limit": 1}},
}

# --- people, texts, times ----------------------------------------------------------------------
MESSAGE_STORAGE = "provisioning.views.kept_toasts.KeptToasts"
AUTH_USER_MODEL = "accounts.Account"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("PORTAL_PASSWORD_LENGTH", default=10)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Sign in with Microsoft is offered when tenant and client are set.
PORTAL_MICROSOFT_TENANT = env.str("PORTAL_MICROSOFT_TENANT", default="")
PORTAL_MICROSOFT_CLIENT_ID = env.str("PORTAL_MICROSOFT_CLIENT_ID", default="")
PORTAL_MICROSOFT_CLIENT_SECRET = env.str("PORTAL_MICROSOFT_CLIENT_SECRET", default="")
PORTAL_MICROSOFT_AUTHORITY = env.str("PORTAL_MICROSOFT_AUTHORITY", default="").rstrip("/")
PORTAL_MICROSOFT_CA_FILE = env.str("PORTAL_MICROSOFT_CA_FILE", default="")
PORTAL_MICROSOFT_ROLES = env.dict("PORTAL_MICROSOFT_ROLES", default={})
LANGUAGE_CODE = env.str("PORTAL_LANGUAGE", default="en")
LANGUAGES = [("en", "English"), ("sv", "Svenska")]
FORMAT_MODULE_PATH = "portal.formats"
LOCALE_PATHS = [BASE_DIR / "locale", VAR_DIR / "locale"]  # as text in the one, made ready by `prepare` in the other
LANGUAGE_COOKIE_NAME = "portal_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = env.str("PORTAL_TIME_ZONE", default="UTC")
USE_TZ = True

# --- mail --------------------------------------------------------------------------------------
# Without a mail server mails stay in the outbox page, and say so there.
PORTAL_EMAIL_URL = env.str("PORTAL_EMAIL_URL", default="")
if PORTAL_EMAIL_URL:
    vars().update(env.email_url("PORTAL_EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("PORTAL_EMAIL_FROM", default="Provisioning Portal <portal@localhost>")
EMAIL_TIMEOUT = 20

# --- static files ------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- security ----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_AGE = env.int("PORTAL_SESSION_HOURS", default=10) * 3600
PORTAL_SESSION_IDLE_MINUTES = env.int("PORTAL_SESSION_IDLE_MINUTES", default=120)
PORTAL_TRUSTED_PROXIES = env.int("PORTAL_TRUSTED_PROXIES", default=0)
CSRF_COOKIE_NAME = "portal_csrf"
CSRF_FAILURE_VIEW = "portal.accounts.views.refused_form"
SECURE_REFERRER_POLICY = "same-origin"
if PORTAL_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("PORTAL_LOG_LEVEL", default="INFO")},
    "loggers": {"django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
