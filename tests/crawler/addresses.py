"""From a route to addresses that can be asked for: with one house's identifiers, or with those of nobody."""

import re
from collections.abc import Iterable
from typing import Any

from tests.crawler.agency_house import AgencyHouse
from tests.crawler.bodies import NOBODYS_ID, NOBODYS_KEY
from tests.crawler.house import House
from tests.crawler.inventory import Route
from tests.crawler.recipes import For, Recipe, recipe_of

_PLACE = re.compile(r"<(\w+):(\w+)>")
# What names nothing of anybody's: versions are counted inside one department, the rest is public.
_HARMLESS = {
    "version": "1", "number": "1", "hue": "150", "name": "404", "digest": "0" * 12, "pk": "1", "template": "roster",
    "month": "2026-03",
}  # fmt: skip
# Where one name stands for rows of two kinds: what the house calls the other, by the beginning of the route.
_OTHERWISE = {
    ("desk/imports/", "run_id"): "import_run_id",
    ("desk/exceptions/", "assignment_id"): "disputed_assignment_id",
    ("/dispositions", "assignment_id"): "disputed_assignment_id",
    ("client/agency-offers/", "offer_id"): "agency_offer_id",
    ("client/ratings/", "rating_id"): "site_rating_id",
    ("v1/ratings/", "rating_id"): "site_rating_id",
    ("operator/ratings/", "report_id"): "operator_report_id",
}
# Each department decides about every agency of the platform: none is another department's.
_EVERYBODYS = {"desk/agencies/<uuid:agency_id>/decide"}


def places_of(route: Route) -> list[str]:
    return [name for _, name in _PLACE.findall(route.pattern)]


def names_a_row(route: Route) -> bool:
    if route.pattern in _EVERYBODYS:
        return False
    return any(name not in {*_HARMLESS, "slug", "department_id"} for name in places_of(route))


def address(route: Route, house: House | AgencyHouse | None, **other: Any) -> str:
    """The route with the house's own identifiers, or with never-existing ones when there is no house."""
    known: dict[str, Any] = {**(house.identifiers if house else {}), **other}

    def fill(found: re.Match[str]) -> str:
        kind, name = found.groups()
        if name in _HARMLESS:
            return _HARMLESS[name]
        nobodys = NOBODYS_ID if kind == "uuid" else NOBODYS_KEY
        if house is not None and name in ("department_id", "slug"):
            return str(house.tenant.id if name == "department_id" else house.tenant.slug)
        named = next((own for (start, one), own in _OTHERWISE.items() if one == name and start in route.pattern), name)
        return str(known.get(named, nobodys))

    return "/" + _PLACE.sub(fill, route.pattern)


def routes_for(routes: Iterable[Route], *audiences: For) -> list[tuple[Route, Recipe]]:
    found = [(route, recipe_of(route.pattern)) for route in routes]
    return [(route, recipe) for route, recipe in found if recipe is not None and recipe.audience in audiences]


def attempts(route: Route, recipe: Recipe, house: House) -> list[tuple[str, dict[str, Any] | None]]:
    """Methods with their bodies: what the recipe sends, and a plain GET unless only sending is possible."""
    found: list[tuple[str, dict[str, Any] | None]] = [
        (method, body(house)) for method, body in recipe.bodies.items() if method in route.methods
    ]
    if "GET" in route.methods:
        found.insert(0, ("GET", None))
    return found
