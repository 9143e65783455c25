"""Every page that an officer can open, in each language: nothing of it is left in English."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import Person
from marketplace.models import Assignment
from tests.crawler.addresses import address, routes_for
from tests.crawler.inventory import all_routes
from tests.crawler.recipes import For
from tests.crawler.undoing import undone
from tests.crawler.visiting import Visits
from tests.crawler.world import MARKETPLACE, World

# Words that neither French nor Spanish has: one of them alone gives an English sentence away.
_ENGLISH = re.compile(
    r"\b(the|your|you|yours|and|of|is|are|was|were|with|until|from|this|that|not|for|by|they|their|what|when|why|how|"
    r"who|which|has|have|had|been|be|will|may|can|it|its|at|to|shift|shifts|hours|award|awarded|bid|bids|officers|"
    r"department|agency|rules|pay|paid|work|worked|clock|see|open|closed|never|only)\b",
    re.IGNORECASE,
)
# What people of the world wrote themselves: names, ranks, reasons, and the texts of policies.
_WRITTEN = re.compile(
    r"cnry|Police Department|Police officer|\d hours|More than the limit|I was first|on the roster of|Muster",
    re.IGNORECASE,
)
_SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-countdown-prefix")
_VIEWS = {
    "officer/shifts/": ("?view=bids", "?view=past"),
    "officer/near-me/": ("?view=map",),
    "officer/near-me/<uuid:shift_id>/award/": ("?verify=1",),
}
_ACCOUNT_PAGES = ("/language/", "/accounts/email/", "/accounts/2fa/", "/accounts/logout/")


class _Texts(HTMLParser):
    """What a reader sees or hears, outside of scripts and of what is marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "html":
            self.language = given.get("lang") or ""
        hidden = tag in ("script", "style") or (tag != "html" and "lang" in given) or self._hidden
        if not hidden:
            self.found += [value for name in _SPOKEN_ATTRIBUTES if (value := given.get(name))]
        if tag not in ("meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "line", "circle", "source"):
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        if not self._hidden and text.strip():
            self.found.append(" ".join(text.split()))

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def texts_of(page: str) -> _Texts:
    reader = _Texts()
    reader.feed(page)
    return reader


def _pages(world: World) -> Iterator[str]:
    """Of the first officer: every page, with each of their shifts."""
    house = world.a
    theirs = Assignment.objects.filter(officer=house.officers[0]).values_list("id", flat=True)
    rows = {
        "<uuid:shift_id>": [{"shift_id": house.shift(job).id} for job in house.jobs],
        "<uuid:assignment_id>": [{"assignment_id": one} for one in theirs],
    }
    for route, recipe in routes_for(all_routes(), For.OFFICER):
        if not route.pattern.startswith("officer/") or "GET" not in route.methods or recipe.asks_provider:
            continue
        for named in next((found for place, found in rows.items() if place in route.pattern), [{}]):
            path = address(route, house, **named)
            yield path
            yield from (f"{path}{view}" for view in _VIEWS.get(route.pattern, ()))
    yield from _ACCOUNT_PAGES


def _read(client: Client, path: str) -> _Texts | None:
    """None for what is no page of its own: files, and what leads elsewhere."""
    with undone():
        response = client.get(path, HTTP_HOST=MARKETPLACE)
    assert response.status_code < 500, path
    if response.status_code >= 300 or not response.headers["Content-Type"].startswith("text/html"):
        return None
    page = texts_of(response.content.decode())
    # A fragment that htmx puts into a page has no frame to say its language.
    page.language = page.language or response.headers["Content-Language"]
    assert response.headers["Content-Language"] == page.language, path
    return page


@pytest.mark.parametrize("language", ["fr-CA", "es"])
def test_no_page_of_an_officer_is_left_in_english(world: World, visits: Visits, language: str) -> None:
    actor = world.actors["officer_a1"]
    assert actor.person is not None
    Person.objects.filter(id=actor.person.id).update(language=language)
    left, seen = set(), set()
    for path in _pages(world):
        page = _read(visits.client_of(actor), path)
        if page is None:
            continue
        seen.add(path)
        assert page.language == language.lower(), path
        left |= {f"{path}: {text}" for text in page.found if _ENGLISH.search(text) and not _WRITTEN.search(text)}
    assert len(seen) > 30
    assert not left, "\n".join(sorted(left))


def test_the_same_pages_in_english_would_be_found(world: World, visits: Visits) -> None:
    """Without this, a list of words that finds nothing would pass."""
    actor = world.actors["officer_a1"]
    for path in ("/officer/near-me/", "/officer/shifts/", "/officer/earnings/", "/officer/profile/"):
        page = _read(visits.client_of(actor), path)
        assert page is not None
        assert page.language == "en"
        assert sum(bool(_ENGLISH.search(text) and not _WRITTEN.search(text)) for text in page.found) > 5, path
