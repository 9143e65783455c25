"""The running stack as a journey sees it: addresses, the mailbox and phones of the stand-ins, and the clock."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

Found = TypeVar("Found")
PATIENCE_SECONDS = 30.0


def eventually(look: Callable[[], Found | None], *, what: str, patience_seconds: float = PATIENCE_SECONDS) -> Found:
    """What `look` finds as soon as it finds something true. Fails with `what` in words when it never does."""
    until = time.monotonic() + patience_seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"Waited {patience_seconds:.0f} s in vain for {what}.")
        time.sleep(0.2)


@dataclass(frozen=True)
class Surroundings:
    """`base_url` is the marketplace's; webhooks are signed with `webhook_secret`."""

    base_url: str
    sandbox_url: str
    webhook_secret: str

    @property
    def port(self) -> int:
        return urllib.parse.urlsplit(self.base_url).port or 80

    def portal(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.port}"

    def control(self, path: str, body: dict[str, Any] | None = None, *, method: str = "") -> dict[str, Any]:
        """Ask the stand-ins' control desk."""
        request = urllib.request.Request(
            f"{self.sandbox_url}/control/{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json"},
            method=method or ("POST" if body is not None else "GET"),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)  # type: ignore[no-any-return]

    # The clock

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.control("clock")["now"], tz=UTC)

    def move_clock_to(self, moment: datetime) -> None:
        """Only forward; a moment that has passed changes nothing."""
        seconds = int((moment - self.now()).total_seconds()) + 1
        if seconds > 0:
            self.control("clock", {"advance_seconds": seconds})

    # Mails and texts

    def mails(self, address: str) -> list[dict[str, Any]]:
        """Newest first."""
        return self.control(f"mailbox.json?{urllib.parse.urlencode({'to': address})}")["mails"]  # type: ignore[no-any-return]

    def mail(self, address: str, *, about: str) -> dict[str, Any]:
        """The newest mail whose subject or text holds `about`; waits for it."""

        def look() -> dict[str, Any] | None:
            matching = (mail for mail in self.mails(address) if about in mail["subject"] or about in mail["text"])
            return next(matching, None)

        return eventually(look, what=f"a mail to {address} about “{about}”")

    def mailed_code(self, address: str, *, about: str = "") -> str:
        """The six digits of the newest mail that holds some."""

        def look() -> str | None:
            for mail in self.mails(address):
                if about in mail["subject"] + mail["text"] and (found := re.search(r"\b\d{6}\b", mail["text"])):
                    return found.group()
            return None

        return eventually(look, what=f"a code mailed to {address}")

    def texts(self, phone: str) -> list[str]:
        """Newest first."""
        query = urllib.parse.urlencode({"to": phone})
        return [message["body"] for message in self.control(f"messages.json?{query}")["messages"]]

    def texted_code(self, phone: str) -> str:
        def look() -> str | None:
            matches = (re.search(r"\b\d{6}\b", text) for text in self.texts(phone))
            return next((found.group() for found in matches if found), None)

        return eventually(look, what=f"a code texted to {phone}")
