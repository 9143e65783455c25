"""The style guide in a real browser: no console error, no axe finding, no sideways scroll, targets of 44 px."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Page, sync_playwright

from embedded.browser import require_chromium

SMALL_TARGETS = """
    [...document.querySelectorAll("a, button, input, select, summary")]
        .filter((element) => {
            const box = element.getBoundingClientRect();
            const label = element.closest("label");
            const drawn = getComputedStyle(element);
            const height = Math.max(box.height, label ? label.getBoundingClientRect().height : 0);
            return box.width > 1 && height < 43.5 && drawn.display !== "inline"
                && !element.matches(".btn-small, .skip-link") && !element.closest(".leaflet-control-attribution");
        })
        .map((element) => element.outerHTML.slice(0, 120))
"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Nothing: a test prints only what failed."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    application = StaticFilesHandler(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def page_of(*, width: int, dark: bool = False) -> Iterator[tuple[Page, list[str]]]:
    """A page and what its console complained of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(require_chromium()), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()


@pytest.mark.parametrize(
    ("query", "width", "dark"),
    [("shell=side", 1280, False), ("shell=top&hue=95", 1280, True), ("shell=bottom&errors=1", 360, False)],
)
def test_the_guide_is_clean(address: str, query: str, width: int, dark: bool) -> None:
    with page_of(width=width, dark=dark) as (page, complaints):
        page.goto(f"{address}/styleguide/?{query}", wait_until="networkidle")
        findings = Axe().run(page).response["violations"]
        assert [(finding["id"], finding["nodes"][0]["html"][:200]) for finding in findings] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        if width == 360:
            assert page.evaluate(SMALL_TARGETS) == []
        assert complaints == []


def test_the_pin_moves_by_keyboard_and_says_so(address: str) -> None:
    with page_of(width=1280) as (page, complaints):
        page.goto(f"{address}/styleguide/", wait_until="networkidle")
        pin = page.locator("#pin-map [role=button][aria-label^='Venue pin']")
        pin.focus()
        pin.press("ArrowUp")
        assert float(page.locator("#pin-latitude").input_value()) > 43.4675
        pin.press("Shift+ArrowRight")
        assert float(page.locator("#pin-longitude").input_value()) > -79.68
        assert "Pin moved to" in page.locator("[data-map-status]").nth(1).inner_text()
        assert complaints == []


def test_dialog_menu_and_error_summary_by_keyboard(address: str) -> None:
    with page_of(width=1280) as (page, complaints):
        page.goto(f"{address}/styleguide/?errors=1", wait_until="networkidle")
        assert "error-summary" in str(page.evaluate("document.activeElement.className"))
        page.locator(".error-summary a", has_text="E-mail").press("Enter")
        assert page.evaluate("document.activeElement.id") == "id_email"
        page.get_by_role("button", name="Open a dialog").press("Enter")
        assert page.get_by_role("dialog").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#sample-dialog").is_visible()
        summary = page.locator("header details[data-menu] > summary").first
        summary.press("Enter")
        assert page.get_by_role("link", name="Your details").is_visible()
        page.keyboard.press("Escape")
        assert not page.get_by_role("link", name="Your details").is_visible()
        assert complaints == []
