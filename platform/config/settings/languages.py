from config.settings.http import PUBLIC_BASE_URL
from config.settings.paths import ROOT
from kernel.languages import LANGUAGES as _LANGUAGES

LANGUAGE_CODE = "en"
LANGUAGES = [(code.lower(), name) for code, name in _LANGUAGES.items()]
LOCALE_PATHS = [ROOT / "locale"]
# Django's own formats of fr-CA print "15 03 05" for five past three; Spanish here is North America's.
FORMAT_MODULE_PATH = ["portals.formats"]
USE_I18N = True
USE_TZ = True
# UTC inside; each page shows the zone of the venue, by name.
TIME_ZONE = "UTC"
# The choice of whoever is not signed in. Browsers accept the __Host- prefix over HTTPS only.
LANGUAGE_COOKIE_SECURE = PUBLIC_BASE_URL.startswith("https://")
LANGUAGE_COOKIE_NAME = "__Host-language" if LANGUAGE_COOKIE_SECURE else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
