"""Which views of a portal are for people who do not belong to it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

View = TypeVar("View", bound=Callable[..., Any] | type)


def open_to_visitors(view: View) -> View:
    """Mark a view function or class for signed-in people without a membership: a client's request, an invitation.

    The view still decides what it shows.
    """
    view.open_to_visitors = True  # type: ignore[union-attr]
    return view


def needs_membership(*, view: Callable[..., Any], path: str) -> bool:
    if path.startswith(tuple(settings.TENANT_VISITOR_PATHS)):
        return False
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return not (getattr(view, "open_to_visitors", False) or getattr(view_class, "open_to_visitors", False))
