"""What every act needs: the stack, the story, the clock, the stand-in's phones and mailbox, and the casts so far."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from demo.calls import PATIENCE_SECONDS, PAUSE_SECONDS, Caller, DemoFailed, path_of, send
from demo.drawing import OfficerDrawn, Script
from demo.story import Story

PASSWORD = "Tram-lantern-42-violet"
LONG_JUMP_SECONDS = 600
CODE = re.compile(r"code: ([A-Z0-9]{6,10})\b|\b(\d{6})\b")


@dataclass
class OfficerOnStage:
    drawn: OfficerDrawn
    caller: Caller
    entry_id: str = ""
    officer_id: str = ""
    assignment_id: str = ""
    bid_state: str = ""

    @property
    def name(self) -> str:
        return self.drawn.name


@dataclass
class Troupe:
    """One department's play as it goes on. `asked` is written down for the checker."""

    script: Script
    coordinator: Caller
    second_coordinator: Caller
    client: Caller
    officers: list[OfficerOnStage] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    department_id: str = ""
    job_id: str = ""
    shift_id: str = ""
    contract_id: str = ""
    timesheets: dict[str, str] = field(default_factory=dict)

    def expect_mail(self, to: str, about: str) -> None:
        """Somebody must hear of this by mail: the checker looks into the mailbox, nobody waits for it here."""
        self.asked.setdefault("expected_mails", []).append([to, about])

    def expect_text(self, to: str, about: str) -> None:
        self.asked.setdefault("expected_texts", []).append([to, about])

    @property
    def currency(self) -> str:
        return self.script.department.currency

    @property
    def short(self) -> str:
        return self.script.department.slug

    @property
    def workers(self) -> list[OfficerOnStage]:
        return [officer for officer in self.officers if officer.assignment_id]


@dataclass
class Stage:
    story: Story
    port: int
    sandbox_port: int
    offset_seconds: int = 0
    wait_until_quiet: Callable[[], None] | None = None

    # ── The clock of the whole stack ────────────────────────────────────────────────────────────────────────────────

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def move_clock(self, moment: datetime) -> None:
        """Forward only: the stand-ins and all processes of the application follow."""
        ahead = int((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
        if ahead <= self.offset_seconds:
            return
        if self.wait_until_quiet is not None and ahead - self.offset_seconds > LONG_JUMP_SECONDS:
            # Days do not pass in a moment: what is on its way arrives before they do.
            self.wait_until_quiet()
            ahead = int((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
        self.offset_seconds = ahead
        self.control("POST", "/control/clock", {"offset_seconds": ahead})

    # ── The stand-in's pages and controls ───────────────────────────────────────────────────────────────────────────

    def control(self, method: str, path: str, body: Any = None, *, expect: tuple[int, ...] = (200, 303)) -> Any:
        payload = json.dumps(body).encode() if body is not None else None
        answer = send(
            port=self.sandbox_port,
            host="localhost",
            method=method,
            path=path,
            body=payload,
            headers={"Content-Type": "application/json"} if payload else {},
        )
        self.story.call(
            actor="stand-in", method=method, path=path, status=answer.status, ms=answer.ms, answer=answer.body
        )
        if answer.status not in expect:
            raise DemoFailed(f"The stand-in answered {method} {path} with {answer.status}: {answer.raw[:500]!r}")
        return answer.body

    def visit(self, url: str, form: dict[str, str]) -> None:
        """Fill in a hosted page of the payment provider."""
        self.control("GET", path_of(url))
        self.control("POST", path_of(url), form)

    def mail(self, to: str, *, about: str) -> dict[str, Any]:
        """The newest mail to an address whose subject or text holds `about`; waits for it."""
        return self._wait(
            f"/control/mailbox.json?to={quote(to)}&limit=50",
            lambda answer: [mail for mail in answer["mails"] if about in mail["subject"] + mail["text"]][:1],
            what=f"mail to {to} about {about!r}",
        )

    def text(self, to: str, *, about: str) -> dict[str, Any]:
        """The newest text message to a phone that holds `about`; waits for it."""
        return self._wait(
            f"/control/messages.json?to={quote(to)}&limit=50",
            lambda answer: [message for message in answer["messages"] if about in message["body"]][:1],
            what=f"a text to {to} about {about!r}",
        )

    def _wait(self, path: str, found_in: Callable[[Any], list[dict[str, Any]]], *, what: str) -> dict[str, Any]:
        started = time.monotonic()
        while True:
            answer = send(port=self.sandbox_port, host="localhost", method="GET", path=path)
            found = found_in(answer.body)
            if found:
                ms = (time.monotonic() - started) * 1000
                self.story.call(actor="stand-in", method="GET", path=path, status=200, ms=ms, answer=None, waited=True)
                return found[0]
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise DemoFailed(f"Waited {PATIENCE_SECONDS:.0f} s in vain for {what}.")
            time.sleep(PAUSE_SECONDS)

    def dashboard(self, method: str, path: str, form: dict[str, str] | None = None) -> Any:
        """As somebody does who has the platform's account with the provider open, past Muster."""
        answer = send(
            port=self.sandbox_port,
            host="localhost",
            method=method,
            path=path,
            body=urlencode(form).encode() if form else None,
            headers={
                "Authorization": "Bearer sk_test_dashboard",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        self.story.call(
            actor="dashboard", method=method, path=path, status=answer.status, ms=answer.ms, answer=answer.body
        )
        if answer.status != 200:
            raise DemoFailed(f"The provider answered {method} {path} with {answer.status}: {answer.raw[:500]!r}")
        return answer.body

    def caller(self, host: str, name: str) -> Caller:
        return Caller(self.story, self.port, host, name)


def code_in(text: str) -> str:
    found = CODE.search(text)
    if found is None:
        raise DemoFailed(f"There is no code in: {text[:200]}")
    return found[1] or found[2]


def rows(answer: Any) -> list[Any]:
    """The entries of a list, paged or not."""
    return list(answer["results"]) if isinstance(answer, dict) else list(answer)
