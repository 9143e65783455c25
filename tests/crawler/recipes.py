"""How each address is tried: whom it is for, and what is sent to it. One without a recipe fails the inventory."""

from tests.crawler.api_recipes import API
from tests.crawler.page_recipes import PAGES
from tests.crawler.recipe import For, Recipe

RECIPES: dict[str, Recipe] = {**PAGES, **{f"api/v1/{pattern}": one for pattern, one in API.items()}}

# Sign-in belongs to a library with tests of its own; what our settings and templates make of it is crawled as well.
LIBRARY_PREFIXES = ("accounts/", "_allauth/")


def recipe_of(pattern: str) -> Recipe | None:
    if pattern.startswith(LIBRARY_PREFIXES):
        return Recipe(For.LIBRARY, {})
    return RECIPES.get(pattern)
