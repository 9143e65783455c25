"""Whose page it is: the name above it, the colours, and where the menu stands. Read by `base/page.html`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from portals.theme import css_for_hue, fingerprint

PRODUCT_NAME = "Muster"


def frame_of(context: Mapping[str, Any]) -> dict[str, str]:
    """`{name, kind, home_url, shell, theme_url}` from a page's context.

    What a view puts into `portal` wins; the rest follows from the tenant, the membership and the audience.
    Shells: `side` for people at a desk, `bottom` for officers with a phone in hand, `top` for everybody else.
    """
    request = context.get("request")
    tenant = context.get("tenant") or getattr(request, "tenant", None)
    frame = {
        "name": tenant.name if tenant else PRODUCT_NAME,
        "kind": tenant.kind if tenant else "marketplace",
        "home_url": "/",
        "shell": _shell(context, tenant),
        "theme_url": theme_url(slug=tenant.slug, hue=tenant.hue) if tenant else "",
    }
    given = context.get("portal")
    if isinstance(given, Mapping):
        frame.update({name: value for name, value in given.items() if value})
    return frame


@lru_cache(maxsize=2048)
def theme_url(*, slug: str, hue: int) -> str:
    """The address of a tenant's sheet; it changes with the hue, so browsers may keep it for ever."""
    try:
        return reverse("theme", kwargs={"slug": slug, "digest": fingerprint(css_for_hue(hue))})
    except NoReverseMatch:
        return ""


def _shell(context: Mapping[str, Any], tenant: Any) -> str:
    if tenant is not None:
        membership = context.get("membership") or getattr(context.get("request"), "membership", None)
        return "side" if membership else "top"
    if getattr(context.get("user"), "is_staff", False):
        return "side"
    return "bottom" if getattr(context.get("audience"), "is_officer", False) else "top"
