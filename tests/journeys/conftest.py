"""One real stack for all journeys: web, worker, beat, relay, databases and the stand-ins, with the demo's people.

`tests/conftest.py` keeps all journeys on one test worker, which then has the stack. MUSTER_JOURNEY_DATA and
MUSTER_JOURNEY_PORT name a stack that runs already (`PORT=… MUSTER_DATA=… make run`), for work on the journeys.
"""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from embedded.browser import require_chromium
from embedded.installation import WEB, Installation
from embedded.logs import last_lines
from embedded.secrets_file import load_or_create_secrets
from embedded.stack import Stack, stack
from tests.journeys.surroundings import Surroundings
from tests.journeys.visitors import DESK, PHONE, PHONE_AGENT, Visitor

# Periodic work comes every second here, so that nobody waits five for a wake-up.
FASTER = {"SCAN_EVERY_SECONDS": "1"}


_FAILED = pytest.StashKey[bool]()
_STACK = pytest.StashKey[Stack]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    running = item.session.stash.get(_STACK, None)
    if report.failed and running is not None:
        report.sections.append(("the stack", _state_of(running)))
    return report


def _state_of(running: Stack) -> str:
    """A page that does not come says nothing of why: who has ended, and what was written last."""
    ended = running.ended()
    logs = [f"{name}:\n{last_lines(running.log_file(name))}" for name in ended or (WEB, "worker")]
    return "\n".join([f"Ended by themselves: {', '.join(ended) or 'none'}", *logs])


@pytest.fixture(autouse=True)
def _public_schema_between_tests() -> None:
    """Journeys touch no database of their own process."""


@pytest.fixture(scope="package")
def surroundings(request: pytest.FixtureRequest) -> Iterator[Surroundings]:
    running = os.environ.get("MUSTER_JOURNEY_DATA")
    if running:
        yield _described(Installation(Path(running), port=int(os.environ["MUSTER_JOURNEY_PORT"])))
        return
    with stack(environment=FASTER) as started:
        request.session.stash[_STACK] = started
        yield _described(started.installation)


@pytest.fixture
def running(surroundings: Surroundings, request: pytest.FixtureRequest) -> Stack | None:
    """For stopping and starting a process; None for a stack that somebody else runs, which is theirs to stop."""
    return request.session.stash.get(_STACK, None)


def _described(installation: Installation) -> Surroundings:
    secrets = load_or_create_secrets(installation.secrets_file)
    return Surroundings(
        base_url=installation.base_url,
        sandbox_url=installation.sandbox_url,
        webhook_secret=f"whsec_{secrets.stripe_webhook_secret}",
    )


# Not for the whole session: while the browser's loop is there, Django refuses its database in this process.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(require_chromium()), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


Arrive = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, surroundings: Surroundings, request: pytest.FixtureRequest) -> Iterator[Arrive]:
    """`arrive("client")`: somebody with a browser; `on_phone=True` for one in the hand. Complaints fail the test.

    When a journey fails, var/journeys/ shows what everybody saw last.
    """
    present: list[Visitor] = []

    def somebody(name: str, *, on_phone: bool = False, **context: Any) -> Visitor:
        device: dict[str, Any] = {"viewport": DESK}
        if on_phone:
            device = {"viewport": PHONE, "user_agent": PHONE_AGENT, "is_mobile": True, "has_touch": True}
        visitor = Visitor(browser, surroundings, name=name, **{**device, **context})
        present.append(visitor)
        return visitor

    yield somebody
    complaints = [complaint for visitor in present for complaint in visitor.complaints]
    for visitor in present:
        if request.node.stash.get(_FAILED, False):
            visitor.photograph("when-it-failed")
        visitor.leave()
    assert complaints == []
