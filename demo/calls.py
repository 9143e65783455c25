"""HTTP as the players speak it: JSON with a session token, every call told to the story."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from demo.story import Story

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 1.0
TOO_MANY_REQUESTS = 429


class DemoFailed(Exception):
    """The play cannot go on; the message says where it stopped."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    raw: bytes
    headers: dict[str, str]
    ms: float


def send(
    *, port: int, host: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One exchange on a connection of its own. `host` is the name asked for: NAME.localhost is this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    try:
        connection.request(method, path, body=body, headers={"Host": f"{host}:{port}", **(headers or {})})
        response = connection.getresponse()
        raw = response.read()
    finally:
        connection.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    parsed = None
    if raw and "json" in found.get("content-type", ""):
        parsed = json.loads(raw)
    return Answer(response.status, parsed, raw, found, (time.perf_counter() - started) * 1000)


@dataclass
class Caller:
    """Somebody at an address. `token` is allauth's session token once they have signed in."""

    story: Story
    port: int
    host: str
    name: str
    token: str = ""
    seen_ms: float = field(default=0.0)

    def at(self, host: str) -> Caller:
        """The same person on another host of the platform."""
        return Caller(self.story, self.port, host, self.name, self.token)

    def ask(self, method: str, path: str, body: Any = None, *, expect: tuple[int, ...] = (200, 201, 202, 204)) -> Any:
        """The parsed answer. Raises DemoFailed for any other status than expected."""
        return self.exchange(method, path, body, expect=expect).body

    def exchange(
        self, method: str, path: str, body: Any = None, *, expect: tuple[int, ...] = (200, 201, 202, 204)
    ) -> Answer:
        answer = self._send(method, path, body)
        self.story.call(
            actor=self.name, method=method, path=path, status=answer.status, ms=answer.ms, answer=answer.body
        )
        if answer.status not in expect:
            said = answer.raw[:1500].decode(errors="replace")
            raise DemoFailed(f"{self.name}: {method} http://{self.host}{path} answered {answer.status}: {said}")
        return answer

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", api(path, query))

    def post(self, path: str, body: Any = None, *, expect: tuple[int, ...] = (200, 201, 202, 204)) -> Any:
        return self.ask("POST", api(path), {} if body is None else body, expect=expect)

    def put(self, path: str, body: Any) -> Any:
        return self.ask("PUT", api(path), body)

    def wait_for(self, path: str, until: Callable[[Any], Any], *, what: str, **query: Any) -> Any:
        """Ask again until `until(answer)` is true, and answer with that. Told to the story once, with all the time."""
        started, pause = time.monotonic(), PAUSE_SECONDS
        while True:
            answer = self._send("GET", api(path, query))
            found = until(answer.body) if answer.status == 200 else None
            if found:
                ms = (time.monotonic() - started) * 1000
                self.seen_ms = ms
                self.story.call(
                    actor=self.name,
                    method="GET",
                    path=api(path, query),
                    status=200,
                    ms=ms,
                    answer=answer.body,
                    waited=True,
                )
                return found
            if time.monotonic() - started > PATIENCE_SECONDS:
                said = answer.raw[:1500].decode(errors="replace")
                raise DemoFailed(f"{self.name} waited {PATIENCE_SECONDS:.0f} s in vain for {what}. Last answer: {said}")
            # A little longer each time: on a slow machine the questions must not be what keeps it busy.
            pause = min(pause * 1.3, LONGEST_PAUSE_SECONDS)
            time.sleep(pause)

    def sign_in(self, email: str, password: str) -> None:
        answer = self.ask("POST", "/_allauth/app/v1/auth/login", {"email": email, "password": password})
        self.token = answer["meta"]["session_token"]

    def _send(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Accept": "application/json"}
        if self.token:
            headers["X-Session-Token"] = self.token
        payload = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(body).encode()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = send(port=self.port, host=self.host, method=method, path=path, body=payload, headers=headers)
            # A refusal for asking too often: nothing was done, and it says when to ask again.
            if answer.status != TOO_MANY_REQUESTS or time.monotonic() > deadline:
                return answer
            time.sleep(float(answer.headers.get("retry-after", "1")))


def api(path: str, query: dict[str, Any] | None = None) -> str:
    asked = f"?{urlencode(query)}" if query else ""
    return f"/api/v1/{path}{asked}"


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
