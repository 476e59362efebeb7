"""Django settings. Everything that differs between machines comes from the environment, and a wrong value stops the start.

The table of variables stands in `docs/operations.md`.
"""

from importlib.util import find_spec
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from geo import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def _choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
    return value


def _secret_key() -> str:
    """SECRET_KEY from the environment, else the one that `./run` keeps in var/secret_key."""
    key = env.str("SECRET_KEY", default="")
    kept = VAR_DIR / "secret_key"
    if not key and kept.is_file():
        key = kept.read_text().strip()
    if len(key) < 32:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or shorter than 32 characters: set it, or let ./run make one."
        )
    return key


def _wheel_library(package: str, pattern: str) -> str | None:
    """The shared library that a wheel brings beside `package`; None where it was not installed from a wheel.

    The libraries of the pyogrio and shapely wheels serve GeoDjango too: newer than Debian's, and one copy in the process.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    found = [*home.parent.glob(f"{package}.libs/{pattern}*"), *home.glob(f".dylibs/{pattern}*")]
    return str(found[0]) if found else None


SECRET_KEY = _secret_key()
# Keys for private texts at rest (stations/private.py), the writing one first; without any, one that follows from SECRET_KEY.
JIELI_PRIVATE_KEYS = env.list("JIELI_PRIVATE_KEYS", default=[]) or [f"private texts:{SECRET_KEY}"]
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("JIELI_HTTPS", default=False)

INSTALLED_APPS = [
    "geo.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "axes",
    "csp",
    "django_filters",
    "django_tables2",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "rest_framework_gis",
    "geo.apps.GeoConfig",
    "stations.unions",
    "stations.registry",
    "stations.filing",
    "stations.checkins",
    "analysis",
    "analysis.activity",
    "maps",
    "maps.desk",
    "maps.emap",
    "maps.planner",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "geo.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stations.unions.signing_in.OwnPasswordFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "geo.urls"
WSGI_APPLICATION = "geo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "maps.frame.site",
            ],
        },
    }
]

# Database: DATABASE_URL, else the private cluster in var/ (see geo/postgres). Two roles: the tables' owner for commands, and
# the application's, which cannot rewrite history (geo/history.py), for serving (geo/wsgi.py asks for it).
_AS_APP = _choice("JIELI_DATABASE_ROLE", ("owner", "app"), "owner") == "app"
_OWNER_URL, _APP_URL = env.str("DATABASE_URL", default=""), env.str("JIELI_APP_DATABASE_URL", default="")
if _OWNER_URL or (_APP_URL and _AS_APP):  # the process that serves need not know the owner's password
    _OWNER, _APP = env.db_url_config(_OWNER_URL or _APP_URL), env.db_url_config(_APP_URL or _OWNER_URL)
    JIELI_APP_ROLE = _APP["USER"] if _APP_URL else ""
    if _OWNER_URL and _OWNER["USER"] == JIELI_APP_ROLE:
        raise ImproperlyConfigured("JIELI_APP_DATABASE_URL must name another role than DATABASE_URL.")
else:
    _OWNER = {**postgres.database_settings(), "TEST": {"TEMPLATE": "template_postgis"}}
    JIELI_APP_ROLE = postgres.APP_ROLE
    _APP = {**_OWNER, "USER": JIELI_APP_ROLE}
# Off loses what was acknowledged last when the database is killed: for the control run of the durability harness only.
JIELI_SYNCHRONOUS_COMMIT = _choice("JIELI_SYNCHRONOUS_COMMIT", ("on", "off"), "on")
DATABASES = {"default": _APP if _AS_APP else _OWNER}
DATABASES["default"].setdefault("TEST", {})
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={env.int('JIELI_STATEMENT_TIMEOUT_MS', default=60_000)}"
    f" -c synchronous_commit={JIELI_SYNCHRONOUS_COMMIT}"
    " -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
)
DATABASES["default"]["TEST"]["NAME"] = env.str("JIELI_TEST_DATABASE", default="test_jieli")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

GDAL_LIBRARY_PATH = _wheel_library("pyogrio", "libgdal")
GEOS_LIBRARY_PATH = _wheel_library("shapely", "libgeos_c")

# People
AUTH_USER_MODEL = "unions.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "stations.unions.signing_in.NameOrPhoneBackend",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
]
LOGIN_URL = "unions:login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "emap:map"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "stations.unions.signing_in.counted_as"
AXES_LOCKOUT_TEMPLATE = "unions/locked.html"
JIELI_PROXY_COUNT = AXES_IPWARE_PROXY_COUNT = env.int("JIELI_PROXY_COUNT", default=0)

# Language and time: Chinese unless the reader asks for English; Asia/Shanghai for people, UTC in the database.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "maps" / "locale"]
FILTERS_EMPTY_CHOICE_LABEL = _("All")
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# History of stations by database triggers, deletions included.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# Static files: our own and the pinned npm packages; nothing comes from another host.
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    ("vendor/leaflet", BASE_DIR / "node_modules" / "leaflet" / "dist"),
    ("vendor/leaflet.markercluster", BASE_DIR / "node_modules" / "leaflet.markercluster" / "dist"),
]
WHITENOISE_USE_FINDERS = DEBUG

# Photos of stations: served by a view to those who may see the station, never by the web server.
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Maps. What a public map must show by law is a setting; while it is empty in public mode the checks warn.
JIELI_PUBLIC = env.bool("JIELI_PUBLIC", default=False)
JIELI_BASEMAP = _choice("JIELI_BASEMAP", ("districts", "tianditu", "amap", "osm"), "districts")
JIELI_TIANDITU_KEY = env.str("JIELI_TIANDITU_KEY", default="")
JIELI_MAP_APPROVAL_NO = env.str("JIELI_MAP_APPROVAL_NO", default="")  # 审图号
JIELI_ICP_NO = env.str("JIELI_ICP_NO", default="")
if JIELI_BASEMAP == "tianditu" and not JIELI_TIANDITU_KEY:
    raise ImproperlyConfigured(
        "JIELI_BASEMAP=tianditu needs JIELI_TIANDITU_KEY: apply for a key at Tianditu."
    )

# A station's move on the map is confirmed first when it is farther than this (stations/registry/moves.py).
JIELI_MOVE_CONFIRM_M = env.float("JIELI_MOVE_CONFIRM_M", default=200.0)

# Nameplates: `district` (GB code), `year`, `kind` (J relay, H sanitation), and last a running `number`, counted for each text
# before it. The pattern is checked at the start (stations/filing/checks.py).
JIELI_NAMEPLATE_PATTERN = env.str("JIELI_NAMEPLATE_PATTERN", default="{district}-{number:04d}")
# A filing waits too long after so many days in one state. The regulation names none: an example.
JIELI_FILING_OVERDUE_DAYS = env.int("JIELI_FILING_OVERDUE_DAYS", default=7)

# Check-ins (chapter 4, 1). Where the site is reached, as printed in QR codes; empty: as the printing request reached it.
JIELI_SITE_URL = env.str("JIELI_SITE_URL", default="").rstrip("/")
# Keys that sign the QR codes, the signing one first; the others still verify. They outlive SECRET_KEY: posters hang for years.
JIELI_CODE_KEYS = env.list("JIELI_CODE_KEYS", default=[]) or [f"codes:{SECRET_KEY}"]
JIELI_CHECKIN_COOLING_MINUTES = env.int("JIELI_CHECKIN_COOLING_MINUTES", default=30)
JIELI_CHECKIN_DEVICE_CAP = env.int("JIELI_CHECKIN_DEVICE_CAP", default=8)  # counted a phone and day
JIELI_CHECKIN_ADDRESS_CAP = env.int(
    "JIELI_CHECKIN_ADDRESS_CAP", default=30
)  # counted an address, station and day
# The same for what a station's screen proves: a hub of 500 a day may have one network, and a script at a screen has one too.
JIELI_CHECKIN_SCREEN_CAP = env.int("JIELI_CHECKIN_SCREEN_CAP", default=600)
JIELI_CHECKIN_RATE = env.int("JIELI_CHECKIN_RATE", default=120)  # check-ins a minute and address before 429
JIELI_CHECKIN_LATE_DAYS = env.int(
    "JIELI_CHECKIN_LATE_DAYS", default=7
)  # how long a phone may keep one that was not sent
JIELI_CHECKIN_KEPT_DAYS = env.int("JIELI_CHECKIN_KEPT_DAYS", default=90)  # raw rows; counts stay

# In each process. Counts of the last minutes, one an address, lie apart: a cache that is full forgets, and the default one holds
# what the maps show while the database is away.
_IN_PROCESS = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _IN_PROCESS},
    "rates": {"BACKEND": _IN_PROCESS, "LOCATION": "rates", "OPTIONS": {"MAX_ENTRIES": 20_000}},
}

# Fonts of printed forms, besides the system's: folders; first the ones that ./run unpacked where it is not root.
JIELI_FONT_PATHS = [str(VAR_DIR / "system/usr/share/fonts"), *env.list("JIELI_FONT_PATHS", default=[])]

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "stations.rest.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],  # each view says who else may
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["stations.rest.parsing.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["stations.rest.paging.ListedFilters"],
    "DEFAULT_PAGINATION_CLASS": "stations.rest.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "stations.rest.schema.DescribedOperation",
    "DEFAULT_THROTTLE_RATES": {"sign-in": "30/min"},
    "EXCEPTION_HANDLER": "stations.rest.errors.refused",
    "NUM_PROXIES": JIELI_PROXY_COUNT,
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jieli API",
    "DESCRIPTION": (
        "Relay stations as GeoJSON, and their filings. Coordinates are WGS-84 unless `datum=` says otherwise. "
        "Every answer has an ETag: send it as `If-None-Match` to read again, as `If-Match` to write. "
        'What is refused is answered by `{"field": ["what is wrong"]}` or `{"detail": "…"}`.'
    ),
    "VERSION": "1",
    "ENUM_NAME_OVERRIDES": {
        "ConditionEnum": "stations.registry.choices.Condition",
        "ShownConditionEnum": ["working", "broken"],
        "StationKindEnum": "stations.registry.choices.StationKind",
        "FilingKindEnum": "stations.filing.choices.FilingKind",
        "DraftKindEnum": ["new", "upgrade", "withdrawal"],
        "FilingStateEnum": "stations.filing.choices.FilingState",
        "FilingStepEnum": ["approve", "recommend", "return", "review", "submit", "take_back"],
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Security. No inline script anywhere; Leaflet positions its panes by style attributes.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "https://*.tianditu.gov.cn", "https://*.is.autonavi.com",
                    "https://tile.openstreetmap.org"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"stations.checkins.keeping.upkeep": {"level": "INFO"}},  # each run leaves its line
}
