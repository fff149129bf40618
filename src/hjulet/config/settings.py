"""One settings file, driven by the environment. SQLite in HJULET_DATA_DIR unless HJULET_DATABASE_URL says otherwise."""

import secrets
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.core.exceptions import ImproperlyConfigured

from hjulet.operations import logs

ROOT = Path(__file__).resolve().parents[3]
env = environ.FileAwareEnv()

DATA_DIR = Path(env.str("HJULET_DATA_DIR", default=str(ROOT / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DATA_DIR.chmod(0o700)

BASE_URL = env.str("HJULET_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
_host = urlsplit(BASE_URL).hostname or "127.0.0.1"
LOCAL = _host in {"127.0.0.1", "localhost", "::1"}
DEMO = env.bool("HJULET_DEMO", default=False)
if DEMO and not LOCAL and not env.bool("HJULET_DEMO_FORCE", default=False):
    raise ImproperlyConfigured(
        "HJULET_DEMO=1 ger vem som helst inloggning med ett känt lösenord. "
        "Adressen i HJULET_BASE_URL är inte lokal, därför startar inte Hjulet."
    )
if not LOCAL and urlsplit(BASE_URL).scheme != "https":
    raise ImproperlyConfigured("Utanför den egna datorn måste HJULET_BASE_URL börja med https://.")
TESTING = env.bool("HJULET_TESTING", default=False)
if TESTING and not LOCAL:
    raise ImproperlyConfigured("HJULET_TESTING försvagar lösenord och får bara användas på den egna datorn.")


def _strong(name: str, key: str) -> str:
    if len(key) < 32 or key.startswith("django-insecure"):
        raise ImproperlyConfigured(f"{name} är för kort eller ett standardvärde. Välj minst 32 slumpade tecken.")
    return key


def _secret_key() -> str:
    """The key from the environment, or a generated one kept in the data folder (demo and local use only)."""
    given = env.str("HJULET_SECRET_KEY", default="").strip()
    if given:
        return _strong("HJULET_SECRET_KEY", given)
    if not LOCAL:
        raise ImproperlyConfigured("HJULET_SECRET_KEY saknas. Utanför den egna datorn måste den vara satt.")
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
# The keys before this one, while what they signed is still about: sessions for 12 hours.
SECRET_KEY_FALLBACKS = [
    _strong("HJULET_OLD_SECRET_KEYS", key) for key in env.str("HJULET_OLD_SECRET_KEYS", default="").split()
]
DEBUG = False
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]"] if LOCAL else [_host]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PROXIES = env.int("HJULET_PROXIES", default=0)  # how many stand in front and add to X-Forwarded-For
CLOCK = env.str("HJULET_CLOCK", default="")
if CLOCK and not (DEMO or TESTING):
    raise ImproperlyConfigured("HJULET_CLOCK får bara användas i demo och test.")

ROOMS = [
    *(
        "core",
        "rest",
        "org",
        "audit",
        "files",
        "notify",
        "law",
        "diary",
        "exports",
        "receipts",
        "documents",
        "measures",
        "services",
        "wheel",
        "processes",
        "cases",
        "search",
        "checks",
        "samples",
        "internal_reviews",
        "learning",
        "stats",
        "learning_stops",
        "handover",
        "management_system",
        "setups",
    ),
    "operations",
    "shell",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    *[f"hjulet.{room}" for room in ROOMS],
]
AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = ["hjulet.org.login.LoginBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "hjulet.org.passwords.NotGuessable"},
]
LOGIN_URL = "/konto/logga-in/"

MIDDLEWARE = [
    "hjulet.operations.logs.RequestLog",
    "hjulet.core.middleware.DatabaseErrors",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hjulet.core.middleware.SentInBackground",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hjulet.org.middleware.ActorMiddleware",
    "hjulet.core.middleware.AccessMiddleware",
]
ROOT_URLCONF = "hjulet.config.urls"
WSGI_APPLICATION = "hjulet.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "hjulet.shell.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "hjulet.shell.templatetags.hjulet",
                "hjulet.core.templatetags.clocks",
                "hjulet.core.templatetags.lists",
                "hjulet.org.templatetags.account",
            ],
            "string_if_invalid": "‹saknas: %s›" if TESTING else "",
        },
    }
]

# Stripped: a value read from a file (HJULET_…_FILE) ends with a line break.
_address = env.str("HJULET_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'hjulet.sqlite3'}").strip()
DATABASES = {"default": env.db_url_config(_address)}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: two writers wait for each other instead of failing. FULL: an acknowledged case survives a power cut.
    _flush = "OFF" if TESTING else "FULL"
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={_flush};PRAGMA foreign_keys=ON;",
    }
else:
    _database["ENGINE"] = "hjulet.core.postgresql"
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
    _database.setdefault("OPTIONS", {})["connect_timeout"] = 5

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src/hjulet/locale"]
LANGUAGE_COOKIE_NAME = "hjulet_language"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
ASSETS_DIR = ROOT / "build" / "assets"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [ASSETS_DIR] if ASSETS_DIR.exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_ENGINE = "hjulet.org.session_store"
# With __Host- no neighbouring host can set them; browsers allow that name over https only.
SESSION_COOKIE_NAME = "hjulet_session" if LOCAL else "__Host-hjulet_session"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-hjulet_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_AGE = 12 * 3600  # also the longest time between two passwords, see ActorMiddleware
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
IDLE_MINUTES = env.int("HJULET_IDLE_MINUTES", default=30)
REAUTH_MINUTES = env.int("HJULET_REAUTH_MINUTES", default=15)
CSRF_FAILURE_VIEW = "hjulet.shell.web.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^api/(?!v1/docs$)"]
# The first three are asked from inside, without TLS; the API refuses instead (ActorMiddleware).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not LOCAL else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],  # /sw.js, for a self-check without a network
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

EMAIL_CONFIG = env.email_url_config(env.str("HJULET_EMAIL_URL", default="consolemail://").strip())
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25) or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("HJULET_EMAIL_FROM", default=f"hjulet@{_host if not LOCAL else 'localhost'}")

BACKUP_KEY = env.str("HJULET_BACKUP_KEY", default="").strip()

# From one place in ten minutes, in each worker process; see hjulet.org.crowd.
DOOR_MOST = env.int("HJULET_DOOR_MOST", default=30)
DOOR_MOST_ACUTE = env.int("HJULET_DOOR_MOST_ACUTE", default=3)
PUBLIC_PHONE = env.str("HJULET_PUBLIC_PHONE", default="0999-120 00" if DEMO else "").strip()[:40]

UPLOAD_MAX_BYTES = 15 * 1024 * 1024
TEXT_MAX_CHARACTERS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "hjulet.files.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOG_FORMAT = env.str("HJULET_LOG_FORMAT", default="text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured("HJULET_LOG_FORMAT ska vara text eller json.")
LOGGING = logs.config(LOG_FORMAT, env.str("HJULET_LOG_LEVEL", default="WARNING"))
MIN_FREE_MB = env.int("HJULET_MIN_FREE_MB", default=200)

METRICS = env.bool("HJULET_METRICS", default=False)
METRICS_TOKEN = env.str("HJULET_METRICS_TOKEN", default="").strip()
METRICS_FROM = [ip_network(one) for one in env.list("HJULET_METRICS_FROM", default=[])]
if METRICS and not (METRICS_TOKEN or METRICS_FROM):
    raise ImproperlyConfigured(
        "HJULET_METRICS=1 behöver HJULET_METRICS_TOKEN eller HJULET_METRICS_FROM: vem får läsa mätvärdena?"
    )
