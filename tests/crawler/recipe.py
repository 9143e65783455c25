"""The words of a recipe: whom an address is for, and what is sent to it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.crawler.house import House

Body = Callable[[House], dict[str, Any]]


class For(StrEnum):
    ANYBODY = "anybody"
    KEY_HOLDERS = "whoever holds the key in the address"
    SIGNED_IN = "whoever is signed in, of their own"
    CLIENT = "the client's people"
    OFFICER = "the officer"
    DESK = "the department's staff"
    AGENCY = "the agency's staff"
    OPERATOR = "the platform's staff"
    LIBRARY = "sign-in, the library's own"
    MACHINES = "providers that sign what they send"


@dataclass(frozen=True)
class Recipe:
    """`bodies` by method, what is sent; `writes` which methods of a desk change something and so need a role.

    `asks_provider`: an owner's own attempt would be put to the payment service, so only refusals are tried.
    `readers` None: every role of the desk reads it.
    """

    audience: For
    bodies: dict[str, Body]
    asks_provider: bool = False
    readers: frozenset[str] | None = None
    never_found: bool = False


def recipe(audience: For, post: Body | dict[str, Any] | None = None, **more: Any) -> Recipe:
    bodies = {name: more.pop(name) for name in ("PUT", "PATCH", "DELETE") if name in more}
    if post is not None:
        bodies["POST"] = post
    return Recipe(audience, {name: body if callable(body) else _always(body) for name, body in bodies.items()}, **more)


def _always(data: dict[str, Any]) -> Body:
    return lambda house: data
