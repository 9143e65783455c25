"""People with a browser of their own. Whatever a browser complains of is kept, and fails the journey at its end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from tests.journeys.surroundings import Surroundings

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
# Without the preload, which would fetch style sheets of another host and break that page's policy itself.
AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}
GRAVE = {"serious", "critical"}
PHOTOGRAPHS = Path(__file__).resolve().parents[2] / "var" / "journeys"


class Visitor:
    """One person, one browser profile, one page; `name` begins the names of the photographs."""

    def __init__(self, browser: Browser, surroundings: Surroundings, *, name: str, **context: Any) -> None:
        self.name = name
        self.surroundings = surroundings
        self.complaints: list[str] = []
        self._awaited_statuses: set[int] = set()
        self.context = browser.new_context(locale="en-CA", accept_downloads=True, reduced_motion="reduce", **context)
        self.context.set_default_timeout(15_000)
        self.open_page()

    def open_page(self) -> None:
        """A new one, which is theirs from now on: at the beginning, and after the one before was closed."""
        self.page = self.context.new_page()
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._see)

    def _hear(self, said: ConsoleMessage) -> None:
        # A refused form says so by its status, which the console repeats; `_see` judges those.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.complaints.append(f"{self.page.url}: {said.text}")

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._awaited_statuses:
            self.complaints.append(f"{response.request.method} {response.url}: {response.status}")

    @contextmanager
    def awaiting(self, *statuses: int) -> Iterator[None]:
        """Within the block these refusals are what the journey wants to see."""
        self._awaited_statuses |= set(statuses)
        yield
        self._awaited_statuses -= set(statuses)

    # Going about

    def visit(self, address: str) -> None:
        """A path of the marketplace, or a whole address."""
        self.page.goto(address if "://" in address else self.surroundings.base_url + address)

    def heading(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("heading", name=text)

    def must_see(self, text: str | re.Pattern[str], *, patience_seconds: float = 15) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=patience_seconds * 1000)

    def reload_until(self, locator: Locator, *, patience_seconds: float = 30) -> None:
        """Look again every half second, as people do while something is worked on in the background."""
        for _ in range(int(patience_seconds / 0.5)):
            if locator.first.is_visible():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        expect(locator.first).to_be_visible()

    def press(self, name: str | re.Pattern[str]) -> None:
        """The one button or link of that name."""
        button = self.page.get_by_role("button", name=name)
        found = button.or_(self.page.get_by_role("link", name=name)).filter(visible=True)
        found.first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).filter(visible=True).fill(text)

    # What a page must be

    def look_at(self, page_name: str) -> None:
        """Photograph the page; no grave finding of axe, and no sideways scroll."""
        self.photograph(page_name)
        findings = [
            f"{finding['id']}: {node['html'][:160]}"
            for finding in Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
            if finding["impact"] in GRAVE
            for node in finding["nodes"][:3]
        ]
        assert findings == [], f"{self.page.url} shuts people out"
        self.must_fit()

    def must_fit(self) -> None:
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{self.page.url} scrolls sideways by {too_wide} px"

    def photograph(self, page_name: str) -> None:
        PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.screenshot(path=PHOTOGRAPHS / f"{self.name}-{page_name}.png", full_page=True, animations="disabled")

    def download(self, link: str) -> bytes:
        """What a link of this page leads to, when it is a file."""
        with self.page.expect_download() as download:
            self.press(link)
        return download.value.path().read_bytes()

    def fetch(self, address: str) -> bytes:
        """A page or file of the marketplace's host with this person's session, without opening it."""
        answer = self.context.request.get(self.surroundings.base_url + address)
        assert answer.ok, f"{address}: {answer.status}"
        return answer.body()

    def leave(self) -> None:
        self.context.close()
