"""A running stand-in for tests: its process, its SDK clients, its controls. Use `launch` from any test."""

import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import stripe
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEBHOOK_SECRET = "whsec_test"
ACCOUNT_SID = "AC" + "1" * 32
AUTH_TOKEN = "test-token"
SERVICE_SID = "MG" + "2" * 32
# A busy machine takes its time; a stand-in that ended says so at once.
START_PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Received:
    """One request that the receiver got."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """Stands where the application would: keeps what it is sent; answers `answers_with`."""

    port: int
    answers_with: int = 200
    received: list[Received] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(item.body) for item in self.received if item.path == "/webhooks/stripe"]

    def event_types(self) -> list[str]:
        return [event["type"] for event in self.events()]

    def wait_for(self, condition: Callable[["Receiver"], bool], seconds: float = 8) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition(self):
                return
            time.sleep(0.02)
        raise AssertionError(f"Never came; received {[(item.path, item.body[:90]) for item in self.received]}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Page:
    status: int
    text: str
    location: str | None


@dataclass
class Sandbox:
    """A running stand-in, its SDK clients, and its controls."""

    port: int
    smtp_port: int
    data: pathlib.Path
    receiver: Receiver
    process: subprocess.Popen[bytes]
    arguments: list[str]
    environment: dict[str, str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stripe(self, key: str = "sk_test_muster", retries: int = 0, seconds: float = 80) -> stripe.StripeClient:
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.base},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=seconds),
        )

    def twilio(self, token: str = AUTH_TOKEN) -> Client:
        return Client(ACCOUNT_SID, token, http_client=RewritingClient(self.base))

    def control(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.base}/control/{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"},
            method=method or ("POST" if body is not None else "GET"),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return dict(json.load(answer))

    def page(self, path: str, form: dict[str, str] | None = None) -> Page:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        opener = urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(f"{self.base}{path}", data=data, timeout=20) as answer:
                return Page(answer.status, answer.read().decode(errors="replace"), None)
        except urllib.error.HTTPError as error:
            return Page(error.code, error.read().decode(), error.headers.get("Location"))

    def advance(self, **units: int) -> None:
        seconds = units.get("seconds", 0) + units.get("hours", 0) * 3600 + units.get("days", 0) * 86_400
        self.control("clock", {"advance_seconds": seconds})

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.data / "requests.jsonl").read_text().splitlines()]

    def start(self) -> None:
        self.process = subprocess.Popen(self.arguments, env=self.environment, cwd=ROOT)
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.control("health")
                return
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise AssertionError("The stand-in did not start.")

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=10)


class RewritingClient(TwilioHttpClient):
    """Sends to the stand-in what the SDK would send to the service."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = urllib.parse.urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        target = urllib.parse.urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urllib.parse.urlunsplit(target), *args, **kwargs)


def launch(folder: pathlib.Path, receiver: Receiver) -> Sandbox:
    """Starts a stand-in on free ports with its data in `folder`; it tells `receiver` its webhooks.

    Stop it afterwards.
    """
    port, smtp_port, data = free_port(), free_port(), folder / "data"
    arguments = [
        sys.executable, "-m", "sandbox", "--port", str(port), "--smtp-port", str(smtp_port), "--data", str(data),
        "--app-base", receiver.base, "--clock-file", str(folder / "clock.json"),
    ]  # fmt: skip
    environment = {
        **{name: value for name, value in os.environ.items() if not value.startswith(("sk_live_", "rk_live_"))},
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "PYTHONPATH": str(ROOT / "platform"),
    }
    running = Sandbox(port, smtp_port, data, receiver, None, arguments, environment)  # type: ignore[arg-type]
    running.start()
    return running


def listen() -> tuple[Receiver, http.server.ThreadingHTTPServer]:
    """A receiver that keeps what it is sent, and its server, to be shut down afterwards."""
    keeper = Receiver(port=0)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            wanted = int(self.headers["Content-Length"])
            sent = self.rfile.read(wanted)
            if len(sent) < wanted:
                # The sender was killed in the middle: a server would not call that a request.
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            keeper.received.append(Received(self.path, headers, sent.decode()))
            self.send_response(keeper.answers_with)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    keeper.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return keeper, server


def make_account(sandbox: Sandbox, *, active: bool = True, country: str = "us", name: str = "Officer One") -> str:
    """A connected account, onboarded through the hosted page unless `active` is false."""
    client = sandbox.stripe()
    account = client.v2.core.accounts.create(
        {
            "contact_email": "officer@example.com",
            "display_name": name,
            "dashboard": "express",
            "identity": {"country": country},
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
        }
    )
    if active:
        link = client.v2.core.account_links.create(
            {
                "account": account.id,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "refresh_url": f"{sandbox.receiver.base}/refresh",
                        "return_url": f"{sandbox.receiver.base}/return",
                    },
                },
            }  # type: ignore[arg-type]
        )
        path = urllib.parse.urlsplit(link.url).path
        assert sandbox.page(path).status == 200
        assert sandbox.page(path, {"outcome": "complete"}).location == f"{sandbox.receiver.base}/return"
    return str(account.id)


def make_session(sandbox: Sandbox, amount: int = 50_000, **more: Any) -> Any:
    return sandbox.stripe().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Four officers"}},
                    "quantity": 1,
                }
            ],
            "success_url": f"{sandbox.receiver.base}/paid?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{sandbox.receiver.base}/cancelled",
            **more,
        }
    )


def pay(sandbox: Sandbox, amount: int = 50_000, **more: Any) -> Any:
    """A paid checkout session; answers its payment intent."""
    session = make_session(sandbox, amount, **more)
    assert sandbox.page(f"/pay/{session.id}", {"outcome": "pay"}).status == 303
    paid = sandbox.stripe().v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    return paid.payment_intent
