LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
# UTC inside; each page shows the zone of the venue, by name.
TIME_ZONE = "UTC"
