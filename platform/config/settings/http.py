"""Hosts, middleware order, cookies, content security policy."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.environment import environment

ROOT_URLCONF = "config.urls_public"
WSGI_APPLICATION = "config.wsgi.application"

PUBLIC_BASE_URL = environment.text("PUBLIC_BASE_URL", development="http://localhost:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_BASE_URL).hostname or "localhost"
PUBLIC_PORT = urlsplit(PUBLIC_BASE_URL).port
_https = PUBLIC_BASE_URL.startswith("https://")

DEBUG = environment.optional("DJANGO_DEBUG") == "1" and not environment.is_production
SECRET_KEY = environment.text("SECRET_KEY", development="development-only-key-never-used-in-production", secret=True)
# The table of domains is the list of hosts: TenantMiddleware answers every other with a 404 page.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
USE_X_FORWARDED_HOST = False
# How many proxies stand in front and add the caller's address to X-Forwarded-For. Production has one, at least.
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 1 if environment.is_production else 0)
# The header in which the proxy writes the country of the caller's address, e.g. CF-IPCountry. It must overwrite what a
# caller sends; empty means that nobody knows, and that risk signal stays silent.
ADDRESS_COUNTRY_HEADER = environment.optional("ADDRESS_COUNTRY_HEADER")

# Signed-in people by person, everybody else by address. An office behind one address reads pages signed out, too.
REQUESTS_PER_MINUTE_PER_ADDRESS = environment.number("REQUESTS_PER_MINUTE_PER_ADDRESS", 600)
REQUESTS_PER_MINUTE_PER_PERSON = environment.number("REQUESTS_PER_MINUTE_PER_PERSON", 1200)

# Stand before the tenants': what a flood is refused with costs the database nothing.
MIDDLEWARE_WITHOUT_DATABASE = [
    "config.stack_room.StackRoomMiddleware",
    "config.middleware.CallerAddressMiddleware",
    "config.flood.FloodMiddleware",
]
MIDDLEWARE = [
    *MIDDLEWARE_WITHOUT_DATABASE,
    "tenants.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.RequestSizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.NothingStoredMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.PersonMiddleware",
    "config.upload_evidence.UploadEvidenceMiddleware",
    "portals.languages.LanguageMiddleware",
    "portals.same_person.SamePersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

# Browsers accept the __Host- prefix over HTTPS only; there is no cookie for the parent domain on purpose.
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = _https and environment.is_production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_production else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *filter(None, [environment.optional("MAP_TILE_ORIGIN")])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
MAP_TILE_URL = environment.optional("MAP_TILE_URL")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# Every upload has a smaller limit of its own, with a sentence; beyond this nothing is read at all.
MAXIMUM_REQUEST_BYTES = 25 * 1024 * 1024
# The e-mail address is unique by a constraint on its lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
