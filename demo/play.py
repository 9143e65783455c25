"""One play from the empty roster to the bank: both departments on one stack, one clock, by HTTP only."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2

from demo.acts import agency_month, asking, calling_off, joining, on_credit, reconciling, settling, staffing
from demo.agenda import Agenda
from demo.calls import DemoFailed
from demo.drawing import draw
from demo.stage import Stage, Troupe
from demo.story import Story
from embedded.logs import last_lines
from embedded.stack import Stack, stack

# Rows are found by scans; a demo has less patience than a server.
SCAN_EVERY_SECONDS = "0.5"


@contextlib.contextmanager
def stack_of_its_own(*, seed: int) -> Iterator[Stack]:
    """Own ports and data, removed afterwards; departments and their staff, and nobody else yet."""
    with stack(demo_data=False, environment={"SCAN_EVERY_SECONDS": SCAN_EVERY_SECONDS}) as running:
        fees = [
            argument
            for script in draw(seed=seed, today=datetime.now(UTC).date())
            for argument in ("--service-fee", f"{script.department.slug}={script.service_fee_basis_points}")
        ]
        running.manage("load_demo", "--staff-only", *fees)
        yield running


# What has not been done yet, and why: the first question when money or a message does not come.
_WAITING = """
SELECT 'transfer', state, due_at, leased_until, attempts, last_error FROM billing_transfer WHERE state <> 'done'
UNION ALL SELECT 'refund', state, due_at, leased_until, attempts, last_error FROM billing_refund WHERE state <> 'done'
UNION ALL SELECT 'settlement', 'not distributed', settled_at, NULL, billed_cents - drawn_cents, ''
    FROM billing_settlement WHERE distributed_at IS NULL
UNION ALL SELECT delivery.handler, delivery.state, delivery.due_at, delivery.leased_until, delivery.attempts,
    delivery.last_error FROM kernel_outboxdelivery AS delivery WHERE delivery.state <> 'done'
"""

# Each for both departments, one after the other; what comes after them goes by the clock.
ACTS: tuple[Callable[[Stage, Troupe], None], ...] = (
    joining.fill_roster,
    joining.join,
    joining.prove_phones,
    joining.open_accounts,
    asking.sign_up,
    asking.ask,
    asking.decide,
    asking.accept_and_pay,
    staffing.look_and_bid,
)
Interruption = Callable[[str, Stage, Stack], None]


@dataclass
class Played:
    """What remains of a play: its story, and the people, who can still look at pages."""

    stage: Stage
    troupes: list[Troupe]

    @property
    def story(self) -> Story:
        return self.stage.story


def play(
    running: Stack,
    *,
    seed: int,
    folder: Path,
    before: Interruption | None = None,
    say: bool = True,
) -> Played:
    """Play everything and write story.jsonl and asked.json. Raises DemoFailed where it cannot go on.

    `before` is for harm and for faults: it is called with the name of each act, the stage and the stack.
    """
    story = Story(folder / "story.jsonl", quiet=not say)
    stage = Stage(
        story,
        running.installation.port,
        running.installation.sandbox_port,
        wait_until_quiet=lambda: wait_until_quiet(running),
    )
    try:
        troupes = _play(stage, running, seed=seed, before=before)
    except DemoFailed as problem:
        raise DemoFailed(f"{problem}\n{_what_waits(running)}\n{_ends_of_logs(running)}") from problem
    finally:
        story.close()
        (folder / "asked.json").write_text(json.dumps(story.asked, indent=1))
    return Played(stage, troupes)


def _play(stage: Stage, running: Stack, *, seed: int, before: Interruption | None) -> list[Troupe]:
    scripts = draw(seed=seed, today=stage.now().date())
    troupes = [joining.open_desk(stage, script) for script in scripts]
    stage.story.asked = {"seed": seed, "troupes": [troupe.asked for troupe in troupes]}

    def interrupt(name: str) -> None:
        if before is not None:
            before(name, stage, running)

    for act in ACTS:
        interrupt(act.__name__)
        if act is asking.ask:
            # Where a department serves is known to the marketplace once its published policy has been delivered.
            wait_until_quiet(running)
        for troupe in troupes:
            act(stage, troupe)
    agenda = Agenda()
    for troupe in troupes:
        staffing.put_closing(stage, agenda, troupe)
    agenda.play(stage, before=interrupt)
    # Of the department that charges a client who cancels in the last two days.
    charging = troupes[0]
    calling_off.call_off(stage, charging)
    calling_off.dispute(stage, charging)
    on_credit.pay_invoice(stage, on_credit.invoice(stage, charging))
    agency_month.agency_month(stage, charging)
    stage.move_clock(stage.now() + timedelta(days=4))
    stage.story.asked["books"] = settling.pay_out(stage, troupes)
    reconciling.reconcile(stage)
    for troupe in troupes:
        joining.leave_roster(stage, troupe)
    return troupes


def wait_until_quiet(running: Stack, *, seconds: float = 30) -> None:
    """Until nothing waits in the outbox and every message has left; what takes longer than `seconds` is let be."""
    deadline = time.monotonic() + seconds
    with contextlib.closing(psycopg2.connect(superuser_url(running))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM kernel_outboxdelivery WHERE state = 'pending' UNION ALL "
                "SELECT count(*) FROM messaging_outboundmessage WHERE state IN ('queued', 'sending')"
            )
            if not any(count for (count,) in cursor.fetchall()):
                return
            time.sleep(0.1)


def superuser_url(running: Stack) -> str:
    """The stack's own database, past row-level security."""
    url = running.services.superuser_url
    if url is None:
        raise DemoFailed("A stack with somebody else's database has no superuser for the demo.")
    return f"{url.rsplit('/', 1)[0]}/{running.environment['DATABASE_OWNER_URL'].rsplit('/', 1)[1]}"


def _what_waits(running: Stack) -> str:
    with contextlib.closing(psycopg2.connect(superuser_url(running))) as connection, connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return "\n".join(["── what waits", *(" · ".join(str(part) for part in row) for row in cursor.fetchall()[:40])])


def _ends_of_logs(running: Stack) -> str:
    return "\n".join(f"── {name}\n{last_lines(running.log_file(name))}" for name in ("web", "worker"))
