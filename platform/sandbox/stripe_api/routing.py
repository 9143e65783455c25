"""Which function answers which call."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.world import World


@dataclass(frozen=True)
class Call:
    """One authenticated call. `account`: `platform`, or the connected account that the call acts as."""

    world: World
    method: str
    path: str
    parameters: dict[str, Any]
    account: str
    request_id: str
    idempotency_key: str | None
    at: int

    def integer(self, name: str) -> int | None:
        value = self.parameters.get(name)
        return int(value) if value not in (None, "") else None

    def text(self, name: str) -> str | None:
        value = self.parameters.get(name)
        return str(value) if value not in (None, "") else None

    def texts(self, *names: str) -> dict[str, Any]:
        """The given ones among these parameters."""
        return {name: self.text(name) for name in names if self.text(name)}

    def truth(self, name: str) -> bool:
        return self.parameters.get(name) in (True, "true")

    def group(self, name: str) -> dict[str, Any]:
        value = self.parameters.get(name)
        return value if isinstance(value, dict) else {}


Handler = Callable[..., dict[str, Any]]
_routes: list[tuple[str, re.Pattern[str], Handler]] = []
_templates: list[tuple[str, str]] = []


def route(method: str, template: str) -> Callable[[Handler], Handler]:
    """`@route("POST", "/v1/transfers/{id}/reversals")`; identifiers arrive as positional strings after the call."""
    pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(template)) + "$")

    def register(handler: Handler) -> Handler:
        _routes.append((method, pattern, handler))
        _templates.append((method, template))
        return handler

    return register


def answered_calls() -> list[tuple[str, str]]:
    """Method and template of every call that is answered."""
    return list(_templates)


def find_handler(method: str, path: str) -> tuple[Handler, tuple[str, ...]] | None:
    for candidate, pattern, handler in _routes:
        if candidate == method and (found := pattern.match(path)):
            return handler, found.groups()
    return None
