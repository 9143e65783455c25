"""A phone in the hand of an officer, and a server that can be stopped, started again, and made to lose an answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from socketserver import ThreadingMixIn
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright

from accounts.models import Person
from embedded.browser import require_chromium
from tenants.context import acting_as

Answer = TypeVar("Answer")
AGENT = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
IS_KEPT = """
    async (path) => {
        for (const until = Date.now() + 10000; Date.now() < until; ) {
            if (await caches.match(path, { ignoreVary: true })) return true;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return false;
    }
"""
SMALL_TARGETS = """
    [...document.querySelectorAll("main a, main button, main input, main select, main summary, .bottom-navigation a")]
        .filter((element) => {
            const box = element.getBoundingClientRect();
            const label = element.closest("label")?.getBoundingClientRect().height ?? 0;
            return box.width > 1 && Math.max(box.height, label) < 43.5 && getComputedStyle(element).display !== "inline"
                && !element.matches(".btn-small") && !element.closest(".leaflet-container");
        })
        .map((element) => element.outerHTML.slice(0, 160))
"""


class _Handler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "muster.connection": self.connection}

    def log_message(self, *arguments: object) -> None:
        """Nothing: a test prints only what failed."""


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers hang up as they like, and lost answers are wanted here."""


@dataclass
class Server:
    """Over real sockets. `sent` lists the paths of everything that was posted; `lose_answers` drops the connection
    after the next so many posts were worked on."""

    port: int = 0
    lose_answers: int = 0
    sent: list[str] = field(default_factory=list)
    _running: WSGIServer | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self._running = make_server(
            "127.0.0.1", self.port, self._application, server_class=_Threads, handler_class=_Handler
        )
        self.port = self._running.server_port
        threading.Thread(target=self._running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.shutdown()
            self._running.server_close()
            self._running = None

    def _application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        answer = _application()(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            self.sent.append(environ["PATH_INFO"])
            if self.lose_answers:
                self.lose_answers -= 1
                environ["muster.connection"].shutdown(socket.SHUT_RDWR)
        return answer


def _application() -> Any:
    global _made
    if _made is None:
        _made = StaticFilesHandler(get_wsgi_application())
    return _made


_made: Any = None


@dataclass
class Phone:
    """One browser profile, whoever is signed in."""

    context: BrowserContext
    server: Server

    def sign_in(self, person: Person) -> None:
        self.sign_out()
        cookie = apart(lambda: _session_of(person))
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.server.address}])

    def sign_out(self) -> None:
        """As when the session has ended on the server: nothing is posted, no page is told."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(self.server.address + path)
        return page

    def open_and_keep(self, path: str, *, ahead: str = "") -> Page:
        """When this returns the phone has kept the page, or the page that `ahead` names."""
        page = self.open(path)
        assert page.evaluate(IS_KEPT, ahead or path), "no service worker kept it"
        return page


def _session_of(person: Person) -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    cookies: SimpleCookie = client.cookies
    return cookies[settings.SESSION_COOKIE_NAME].value


def apart(act: Callable[[], Answer]) -> Answer:
    """Django refuses its database where a browser's loop runs, which is this thread."""

    def in_thread() -> Answer:
        try:
            with acting_as(purpose="worker"):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(in_thread).result()


@contextmanager
def phone(*, width: int = 360, **more: Any) -> Iterator[Phone]:
    server = Server()
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(require_chromium()), args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 800}, user_agent=AGENT, is_mobile=True, has_touch=True, **more
        )
        context.set_default_timeout(15_000)
        try:
            yield Phone(context, server)
        finally:
            browser.close()
            server.stop()


def must_be_fit(page: Page) -> None:
    """No finding of axe, no sideways scroll, nothing too small for a thumb."""
    findings = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in findings] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    small = page.evaluate(SMALL_TARGETS)
    assert small == [], small
