"""Asking for an address as somebody, and reading what came back whatever its format."""

import html
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from tests.crawler.undoing import undone
from tests.crawler.world import MARKETPLACE, Actor

IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OF_THE_MOMENT = {"Expires", "Content-Length"}
# Tokens against forged requests, and the keys of punches.
_CHANGING = re.compile(r'\b[A-Za-z0-9]{64}\b|name="punch_id"[^>]*>|data-punch-id="[^"]*"')


@dataclass(frozen=True)
class Answer:
    """`text` is everything that a person or a program can read out of it, headers included."""

    status: int
    text: str
    headers: dict[str, str]
    error: str = ""

    @property
    def is_sign_in(self) -> bool:
        return self.status == 302 and "/accounts/login/" in self.headers.get("Location", "")

    def without_identifiers(self) -> str:
        """For comparing: what differs by the identifier that was asked for, or from one rendering to the next."""
        return _CHANGING.sub("", IDENTIFIER.sub("<id>", self.text))


@dataclass
class Visits:
    """Browsers by actor, signed in once each. API addresses are asked with a session token and no cookie."""

    clients: dict[str, Client] = field(default_factory=dict)
    made: int = 0

    def ask(
        self, actor: Actor, method: str, path: str, *, host: str = MARKETPLACE, data: Any = None, undo: bool = True
    ) -> Answer:
        """What the request did is undone, unless `undo` is False."""
        self.made += 1
        if not undo:
            return self._ask(actor, method, path, host, data)
        with undone():
            return self._ask(actor, method, path, host, data)

    def _ask(self, actor: Actor, method: str, path: str, host: str, data: Any) -> Answer:
        client = self.client_of(actor)
        extra: dict[str, Any] = {"HTTP_HOST": host}
        if path.startswith(("/api/", "/_allauth/")):
            token = client.cookies["session"].value if "session" in client.cookies else ""
            client = Client(raise_request_exception=False)
            if token:
                extra["HTTP_X_SESSION_TOKEN"] = token
            body = "" if method == "GET" else json.dumps(data or {})
            response = client.generic(method, path, body, content_type="application/json", **extra)
        elif method == "POST":
            response = client.post(path, data or {}, **extra)
        else:
            response = client.generic(method, path, **extra)
        return read(response)

    def sign_in(self, actor: Actor) -> None:
        client = Client(raise_request_exception=False)
        if actor.person is not None:
            client.force_login(actor.person)
        self.clients[actor.name] = client

    def client_of(self, actor: Actor) -> Client:
        """Signed in before any attempt: what an attempt does is undone, and a session with it."""
        return self.clients[actor.name]


def read(response: HttpResponseBase) -> Answer:
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = dict(response.items())  # type: ignore[attr-defined]
    told = "\n".join(f"{name}: {value}" for name, value in headers.items() if name not in _OF_THE_MOMENT)
    error = getattr(response, "exc_info", None)
    return Answer(
        status=response.status_code,
        text=f"{told}\n\n{_text_of(content, headers.get('Content-Type', ''))}",
        headers=headers,
        error=repr(error[1]) if error else "",
    )


def _text_of(content: bytes, content_type: str) -> str:
    if content_type.startswith("application/pdf"):
        pages = PdfReader(io.BytesIO(content)).pages
        # Long words are broken at their hyphens.
        return re.sub(r"-\s+", "-", "\n".join(page.extract_text() for page in pages))
    if "spreadsheetml" in content_type:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        return "\n".join("\t".join(str(cell) for cell in row) for row in rows)
    return html.unescape(content.decode("utf-8", errors="replace"))
