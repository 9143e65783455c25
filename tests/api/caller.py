"""A program that calls the API, over the whole stack of middleware, with a session token and nothing else."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from messaging.models import OutboundMessage
from tenants.context import acting_as

MARKETPLACE = "localhost"
PASSWORD = "quiet-harbour-41"


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass
class Caller:
    """`token` empty: a stranger. `host` is where calls go unless they say otherwise."""

    token: str = ""
    host: str = MARKETPLACE
    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def call(self, method: str, path: str, body: Any = None, *, host: str | None = None) -> Answer:
        address = path if path.startswith("/") else f"/api/v1/{path}"
        extra: dict[str, Any] = {"HTTP_HOST": host or self.host}
        if self.token:
            extra["HTTP_X_SESSION_TOKEN"] = self.token
        self.client.cookies.clear()
        response = self.client.generic(
            method, address, "" if body is None else _json(body), content_type="application/json", **extra
        )
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return Answer(response.status_code, response.json() if is_json else response.content, response.headers)

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.call("POST", path, {} if body is None else body, **more)

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The body of an answer that must be a yes."""
        answer = self.call(method, path, body, **more)
        assert 200 <= answer.status < 300, (answer.status, answer.body)
        return answer.body

    # ── Signing in, by the library's own endpoints ──────────────────────────────────────────────────────────────────

    def sign_up(self, email: str, **changes: Any) -> Answer:
        fields = {
            "email": email,
            "password": PASSWORD,
            "given_name": "Kim",
            "family_name": "Orchard",
            "accept_terms": True,
        }
        answer = self.call("POST", "/_allauth/app/v1/auth/signup", {**fields, **changes})
        self._keep_token(answer)
        return answer

    def verify_email(self, code: str) -> Answer:
        answer = self.call("POST", "/_allauth/app/v1/auth/email/verify", {"key": code})
        self._keep_token(answer)
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        answer = self.call("POST", "/_allauth/app/v1/auth/login", {"email": email, "password": password})
        self._keep_token(answer)
        return answer

    def _keep_token(self, answer: Answer) -> None:
        token = answer.body.get("meta", {}).get("session_token") if isinstance(answer.body, dict) else None
        if token:
            self.token = token


def signed_up(email: str, **more: Any) -> Caller:
    """Somebody new, their address proved by the code that was mailed."""
    caller = Caller()
    assert caller.sign_up(email, **more).status == 401
    verified = caller.verify_email(code_for(email))
    assert verified.status == 200, verified.body
    return caller


def signed_in(email: str, *, host: str = MARKETPLACE, password: str = PASSWORD) -> Caller:
    caller = Caller()
    answer = caller.sign_in(email, password)
    assert answer.status == 200, answer.body
    caller.host = host
    return caller


def messages_to(recipient: str) -> list[OutboundMessage]:
    with acting_as(purpose="worker"):
        return list(OutboundMessage.objects.filter(recipient=recipient).order_by("created_at", "id"))


def code_for(recipient: str, pattern: str = r"\b\d{6}\b") -> str:
    """The code in the last message to an address or number."""
    found = re.search(pattern, messages_to(recipient)[-1].text)
    assert found, messages_to(recipient)[-1].text
    return found.group(found.lastindex or 0)


def _json(body: Any) -> str:
    import json

    return json.dumps(body)
