from django.apps import AppConfig


class GeoConfig(AppConfig):
    """No models: an app only so that query expressions and data files have a home in INSTALLED_APPS."""

    name = "geo"
    default_auto_field = "django.db.models.BigAutoField"
