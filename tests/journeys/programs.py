"""Somebody's program that calls the API with a session token, over real HTTP."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.demo_data import PASSWORD
from tests.journeys.surroundings import Surroundings, eventually


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    raw: bytes
    headers: dict[str, str]


def exchange(
    port: int, method: str, path: str, *, host: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """One request to this machine under any host name: only browsers know that NAME.localhost is here."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=body, headers={"Host": f"{host}:{port}", **(headers or {})})
        response = connection.getresponse()
        raw = response.read()
        found = {name.lower(): value for name, value in response.getheaders()}
        parsed = json.loads(raw) if raw and "json" in found.get("content-type", "") else None
        return Answer(response.status, parsed, raw, found)
    finally:
        connection.close()


@dataclass
class Program:
    """`host` is whose door it calls at: the marketplace's or a department's."""

    surroundings: Surroundings
    host: str = "localhost"
    token: str = ""

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token:
            headers["X-Session-Token"] = self.token
        payload = json.dumps(body).encode() if body is not None else None
        whole = path if path.startswith("/") else f"/api/v1/{path}"
        return exchange(self.surroundings.port, method, whole, host=self.host, body=payload, headers=headers)

    def get(self, path: str) -> Any:
        return self._must(self.call("GET", path), path)

    def post(self, path: str, body: Any = None) -> Any:
        return self._must(self.call("POST", path, {} if body is None else body), path)

    def wait_for(self, path: str, until: Callable[[Any], Any], *, what: str) -> Any:
        return eventually(lambda: until(self.get(path)), what=what)

    def sign_in(self, email: str, password: str = PASSWORD) -> "Program":
        answer = self.call("POST", "/_allauth/app/v1/auth/login", {"email": email, "password": password})
        self.token = answer.body["meta"]["session_token"]
        return self

    def press(self, url: str, **fields: str) -> None:
        """Press a button of one of the payment service's pages."""
        parts = urlsplit(url)
        form = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        answer = exchange(
            parts.port or 80,
            "POST",
            parts.path + (f"?{parts.query}" if parts.query else ""),
            host="localhost",
            body=form,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status in {200, 302, 303}, answer.raw[:500]

    def _must(self, answer: Answer, path: str) -> Any:
        assert 200 <= answer.status < 300, f"{path}: {answer.status} {answer.raw[:600]!r}"
        return answer.body
