"""A signed-in person with a browser, served by this very process from the test's own database."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from accounts.models import Person
from embedded.browser import require_chromium


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Nothing: a test prints only what failed."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def keep_picture(page: Page, name: str) -> None:
    """For eyes: kept where PICTURES says, else not at all."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@contextmanager
def served() -> Iterator[int]:
    """The port. Needs the committed database: other threads read it."""
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), server_class=_Server, handler_class=_Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browsing(person: Person, *, host: str = "localhost", width: int = 390) -> Iterator[tuple[Page, list[str]]]:
    """A page at the host's root, and what its console complained of."""
    signed_in = Client(SERVER_NAME=host)
    signed_in.force_login(person)
    with served() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(require_chromium()), args=["--no-sandbox"])
        address = f"http://{host}:{port}"
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": signed_in.cookies[name].value, "url": address}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        browser.close()
