"""Nobody adds an address without saying whom it is for."""

from tests.crawler.inventory import all_routes
from tests.crawler.recipes import RECIPES, recipe_of


def test_every_address_has_a_recipe() -> None:
    without = [route.pattern for route in all_routes() if recipe_of(route.pattern) is None]
    assert not without, f"Say in tests/crawler/recipes.py whom these are for: {without}"


def test_no_recipe_has_lost_its_address() -> None:
    patterns = {route.pattern for route in all_routes()}
    assert not sorted(set(RECIPES) - patterns)


def test_every_method_that_changes_something_is_tried() -> None:
    silent = [
        f"{method} {route.pattern}"
        for route in all_routes()
        if route.is_api and (recipe := recipe_of(route.pattern)) is not None and not recipe.never_found
        for method in route.methods
        if method != "GET" and method not in recipe.bodies
    ]
    assert not silent
