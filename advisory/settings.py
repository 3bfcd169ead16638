"""Settings, read from the environment and safe by default.

`SELVKOST_ENV` is `production` (the default), `demo` or `test`. Production wants its own `SECRET_KEY`
and refuses DEBUG; the demo and the tests bring a known key and need no variable at all.
Every variable is named in `.env.example`.
"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

env = Env()
env.read_env(str(BASE_DIR / ".env"))

DEMO_KEY = "demo-key-that-production-refuses-because-everyone-can-read-it-0123456789"

SELVKOST_ENV: str = env.str("SELVKOST_ENV", "production")
if SELVKOST_ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("SELVKOST_ENV must be production, demo or test.")
PRODUCTION = SELVKOST_ENV == "production"
DEMO = SELVKOST_ENV == "demo"

DEBUG: bool = env.bool("DEBUG", False)
SECRET_KEY: str = env.str("SECRET_KEY", "" if PRODUCTION else DEMO_KEY)
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG shows secrets to visitors: production refuses to start with it.")
    if not SECRET_KEY:
        raise ImproperlyConfigured("Set SECRET_KEY to a long random text of your own (see .env.example).")
    if SECRET_KEY == DEMO_KEY or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("SECRET_KEY is the demo's or shorter than 50 signs: make one of your own.")

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# Where links in mails and documents lead.
SITE_URL: str = env.str("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_filters",
    "djmoney",
    "django_q",
    "rest_framework",
    "drf_spectacular",
    "advisory.kernel",
    "clients",
    "engagements",
    "billing",
    "advisory.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "advisory.web.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "advisory.kernel.sessions.SessionLimitMiddleware",
    "advisory.kernel.language.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "advisory.kernel.second_factor.SecondFactorMiddleware",
    "advisory.web.middleware.NotAllowedMiddleware",
    "advisory.web.middleware.SafeTextMiddleware",
    "advisory.web.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "advisory.web.urls"
WSGI_APPLICATION = "advisory.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "advisory.web.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "advisory.kernel.templatetags.selvkost"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database: SQLite needs nothing; DATABASE_URL=postgres://… is where an installation goes when it grows.
if not env.str("DATABASE_URL", ""):
    VAR_DIR.mkdir(exist_ok=True)  # SQLite makes the file, but not its folder.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'selvkost.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE takes the write lock at BEGIN: select_for_update is a silent no-op on SQLite.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # recursive_triggers makes INSERT OR REPLACE fire the delete guard.
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
            # A table remake renames: the modern check would stumble over guards that mention the table.
            "PRAGMA legacy_alter_table=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Money: one currency, fixed before the first migration.
CURRENCIES = ("NOK",)
DEFAULT_CURRENCY = "NOK"

# --- Who: e-mail with password or a one-time code; nobody signs up by himself.
AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "advisory.kernel.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
# An address nobody has gets the same page and no mail, so that the door cannot be used to pester strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Guesses at most: ten an hour for one account (three codes of three tries, or ten passwords), a hundred from one place.
SIGN_IN_LIMITS = {
    "login": "30/m/ip,200/h/ip",
    "login_failed": "100/h/ip,10/h/key",
    "request_login_code": "30/h/ip,3/h/key",
    "reset_password": "30/h/ip,3/h/key",
    "reset_password_from_key": "20/h/ip",
    "change_password": "10/h/user",
    # Opening and accepting invitations: a whole board behind one address, and no search for a token.
    "invitation": "20/m/ip,120/h/ip",
    "reauthenticate": "10/h/user",
    "change_email": "5/h/user",
}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = SIGN_IN_LIMITS
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# X-Forwarded-For and X-Forwarded-Proto are believed only where a proxy of our own sets them.
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# How long a session lives unused, and at most. Staff see everyone's affairs and come back every day; members come
# seldom, see their own, and should not ask for a code each time.
SESSION_LIMITS = {
    "staff": (timedelta(hours=8), timedelta(hours=24)),
    "member": (timedelta(days=14), timedelta(days=90)),
}
# A day longer than the longest idle time, so that the door still knows that someone was away.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 15
# Every change of how one signs in is told to the person by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True

# --- Second factor: an app, a passkey, and recovery codes for the day the phone is lost.
SECOND_FACTOR: str = env.str("SECOND_FACTOR", "demanded" if PRODUCTION else "offered")
if SECOND_FACTOR not in {"demanded", "offered"}:
    raise ImproperlyConfigured("SECOND_FACTOR must be demanded (of administrators) or offered.")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey cannot be guessed; the limit is for those who would try anyway.
MFA_RATE_LIMITS: dict[str, str] | bool = {"webauthn_login": "30/m/ip"} if SELVKOST_ENV != "test" else False
MFA_TOTP_ISSUER = "Selvkost"
MFA_FORMS = {
    "add_webauthn": "advisory.web.me.forms.PasskeyForm",
    "login_webauthn": "advisory.web.me.forms.PasskeyAtTheDoorForm",
    "authenticate_webauthn": "advisory.web.me.forms.PasskeyAfterPasswordForm",
    "reauthenticate_webauthn": "advisory.web.me.forms.PasskeyAgainForm",
}
MFA_ADAPTER = "advisory.kernel.sign_in.SecondFactorAdapter"
# People are let in by invitation to their address; there is no sign-up whose address could be somebody else's.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers refuse passkeys outside https, but for localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# --- Sign-in through OpenID Connect: off until a provider is named (docs/operations.md).
OIDC = {
    "issuer": env.str("OIDC_ISSUER", "").rstrip("/"),
    "name": env.str("OIDC_NAME", "ID-porten"),
    "client_id": env.str("OIDC_CLIENT_ID", ""),
    "client_secret": env.str("OIDC_CLIENT_SECRET", ""),
    "acr_values": env.list("OIDC_ACR_VALUES", []),
    "match_email": env.bool("OIDC_MATCH_EMAIL", False),
}
if OIDC["issuer"]:
    if not (OIDC["client_id"] and OIDC["client_secret"]):
        raise ImproperlyConfigured("OIDC_ISSUER wants OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too.")
    if PRODUCTION and not str(OIDC["issuer"]).startswith("https://"):
        raise ImproperlyConfigured("OIDC_ISSUER must be https: the answer is trusted because of the connection.")
SOCIALACCOUNT_ADAPTER = "advisory.kernel.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10


def oidc_providers(facts: dict[str, object]) -> dict[str, object]:
    """What allauth wants to know of the provider: PKCE always on, and the assurance level asked for."""
    if not facts["issuer"]:
        return {}
    acr = " ".join(facts["acr_values"])  # type: ignore[arg-type]  # one list among strings
    app = {
        "provider_id": "oidc",
        "name": facts["name"],
        "client_id": facts["client_id"],
        "secret": facts["client_secret"],
        "settings": {
            "server_url": facts["issuer"],
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile", "email"] if facts["match_email"] else ["openid", "profile"],
            "auth_params": {"acr_values": acr} if acr else {},
        },
    }
    return {"openid_connect": {"APPS": [app]}}


SOCIALACCOUNT_PROVIDERS = oidc_providers(OIDC)
# Chromium applies form-action to where a form is sent on to: the provider's sign-in pages, only where there is one.
_issuer = urlsplit(str(OIDC["issuer"]))
OIDC_ORIGINS: list[str] = env.list("OIDC_ORIGINS", [f"{_issuer.scheme}://{_issuer.netloc}"]) if OIDC["issuer"] else []
# Throttles count in the database, so that all processes see the same tries.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        # Above this many, counts that still run are thrown out: someone with many addresses could clear his own.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
    if SELVKOST_ENV != "test"
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if SELVKOST_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ACCOUNT_RATE_LIMITS = False

# --- The registers: live asks them, recorded answers from files with invented organisations, off asks nobody.
REGISTER: str = env.str("REGISTER", "live" if PRODUCTION else "recorded")
if REGISTER not in {"live", "recorded", "off"}:
    raise ImproperlyConfigured("REGISTER must be live, recorded or off.")

# --- Language and time
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LANGUAGE_CODE = "nb"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["advisory.kernel.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# --- Files that the browser gets: five from npm, the rest ours. No other host is asked.
STATIC_URL = "static/"
# Only production collects; the demo and the tests serve the files from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "advisory.kernel.uploads.Ceiling",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Mail: in the demo the outbox page is all there is; production names its server.
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if PRODUCTION
    else "django.core.mail.backends.dummy.EmailBackend"
    if DEMO
    else "django.core.mail.backends.locmem.EmailBackend"
)
if PRODUCTION:
    _mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "Kompetansebasen <faktura@kompetansebasen.example>")

# --- Jobs: django-q2 on the database, so that a job is queued in the transaction that wants it.
Q_CLUSTER = {
    "name": "selvkost",
    "orm": "default",
    "workers": 1 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2,
    "timeout": 30,
    "retry": 120,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.2,
    "save_limit": -1,
    "catch_up": False,
    "max_attempts": 5,
    "ack_failures": False,
    "sync": False,
}

# --- Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "advisory.web.failures.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    # The prefix makes browsers refuse a cookie of this name from a neighbouring host or without https.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- The API: JSON in and out, tokens or the browser's session, problems instead of pages (advisory.kernel.api).
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "advisory.kernel.api.authentication.TokenAuthentication",
        "advisory.kernel.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["advisory.kernel.api.reading.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["advisory.kernel.api.reading.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "advisory.kernel.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "advisory.kernel.api.refusals.handle",
    "URL_FORMAT_OVERRIDE": None,
}
# Requests in a minute: of a person with all his tokens and sessions, and of an address nobody has signed in from.
API_LIMITS: dict[str, int] = {"person": 600, "address": 60} if SELVKOST_ENV != "test" else {}
SPECTACULAR_SETTINGS = {
    "TITLE": "Selvkost",
    "VERSION": VERSION,
    "OAS_VERSION": "3.0.3",
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    # Names that stay when another resource gets a field of the same name.
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKind": "clients.organisations.models.Kind",
        "OrganisationStatus": "clients.organisations.models.Status",
        "LegalForm": "clients.organisations.forms.LEGAL_FORMS",
        "EvidenceKind": "clients.income.models.EvidenceKind",
        "DeclarationBasis": "clients.income.models.DeclarationBasis",
        "Language": LANGUAGES,
        "EngagementPhase": "engagements.work.models.Phase",
        "FundingArea": "engagements.work.models.FundingArea",
        "SelfcostService": "engagements.work.models.SelfcostService",
        "HoursBilling": "engagements.work.api.time.BILLING",
        "OutcomeStatus": "engagements.outcomes.models.OutcomeStatus",
        "OutcomeEvidence": "engagements.outcomes.models.Evidence",
        "DecisionBasis": "billing.discounts.models.Basis",
        "RateUnit": "billing.selfcost.models.Unit",
        "DocumentKind": "billing.invoicing.api.documents.DocumentKind",
        "DocumentState": "billing.invoicing.api.documents.DocumentState",
        "DocumentMail": "billing.invoicing.api.documents.MailState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "advisory.kernel.api.schema.with_problems",
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO" if PRODUCTION else "WARNING"},
}
