"""Every address that the product answers, read from its URL resolvers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

URLCONFS = {
    "marketplace": "config.urls_public",
    "department": "config.urls_department",
    "agency": "config.urls_agency",
}
_API = "api/v1/"
_HTTP_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """`pattern` as the URLconf writes it, `kinds` the hosts that answer it, `methods` those worth trying."""

    pattern: str
    kinds: frozenset[str]
    methods: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith(_API)


def all_routes() -> list[Route]:
    """By pattern; the same pattern on several hosts is one route."""
    kinds: dict[str, set[str]] = {}
    methods: dict[str, tuple[str, ...]] = {}
    for kind, urlconf in URLCONFS.items():
        for pattern, view in _walk(get_resolver(urlconf), ""):
            kinds.setdefault(pattern, set()).add(kind)
            methods[pattern] = _methods(view)
    return [Route(pattern, frozenset(kinds[pattern]), methods[pattern]) for pattern in sorted(kinds)]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield pattern, entry.callback


def _methods(view: Callable[..., Any]) -> tuple[str, ...]:
    """What a view class has handlers for. A function does not tell, so both are tried."""
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    found = tuple(name.upper() for name in _HTTP_METHODS if hasattr(view_class, name)) if view_class else ()
    return found or ("GET", "POST")
