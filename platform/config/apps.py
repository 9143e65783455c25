from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: the only app that knows all the others."""

    name = "config"

    def ready(self) -> None:
        from config.subscriptions import connect

        connect()
