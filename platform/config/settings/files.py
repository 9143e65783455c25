from config.environment import environment
from config.settings.paths import ROOT

STATIC_URL = "/static/"
# Only production collects; elsewhere WhiteNoise finds the files where they are and would warn of the missing folder.
STATIC_ROOT = ROOT / "var" / "static" if environment.is_production else None
STATICFILES_DIRS = [ROOT / "static"]
# Issued documents and uploads: never under a public URL; an authorising view serves them.
MEDIA_ROOT = environment.optional("MEDIA_ROOT", str(ROOT / "var" / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.HashedStaticFiles"
        if environment.is_production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not environment.is_production
WHITENOISE_AUTOREFRESH = False
