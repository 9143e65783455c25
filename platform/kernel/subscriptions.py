"""The registry that `config.subscriptions` fills: event name → handlers. The kernel itself knows no business noun."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Event:
    """What a handler is given. `payload` is JSON: identifiers as text, never model instances."""

    id: UUID
    name: str
    tenant_id: UUID | None
    payload: dict[str, Any]
    announced_at: datetime


Handler = Callable[..., None]


@dataclass
class Registry:
    _handlers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def subscribe(self, *, event: str, handlers: Iterable[str]) -> None:
        """`handlers` are dotted paths, which are what the delivery row stores: they must stay importable."""
        for handler in handlers:
            if handler not in self._handlers[event]:
                self._handlers[event].append(handler)

    def handlers_of(self, event: str) -> tuple[str, ...]:
        return tuple(self._handlers.get(event, ()))

    def all_handlers(self) -> set[str]:
        return {handler for handlers in self._handlers.values() for handler in handlers}


registry = Registry()


def resolve(handler: str) -> Handler:
    return import_string(handler)  # type: ignore[no-any-return]
