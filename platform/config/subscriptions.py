"""Who listens to what. The one place that shows how the parts are wired together."""

from kernel.subscriptions import registry

SUBSCRIPTIONS: dict[str, list[str]] = {}


def connect() -> None:
    for event, handlers in SUBSCRIPTIONS.items():
        registry.subscribe(event=event, handlers=handlers)
