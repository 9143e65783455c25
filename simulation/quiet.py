"""Brings everything to rest: what died is started, faults end, time passes, until nothing is left to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from billing.tasks import SWEEP_EVERY_SECONDS
from kernel import clock
from simulation.calls import Web
from simulation.stage import Stage

# Past a lease; past the pause of what was held; past the longest pause between two tries; and again.
_JUMPS_SECONDS = (125, 125, 660, 960, 960, 960, 960, 960, 960, 960, 960, 960)
# Above the pause between two scans, with room for a busy machine.
_PATIENCE_SECONDS = 7.0
# What is leased may be under way just now.
_NOTHING_DUE_SECONDS = 1.5

# What a bank or the operator has to decide first waits for them, not for time. The last column: how many can go on now.
_WAITING = """
    WITH undecided AS (SELECT job_id FROM billing_dispute
        WHERE closed_at IS NULL OR (state = 'lost' AND decided_at IS NULL)),
    waiting (name, id, state, last_error, due_at, leased_until) AS (
        SELECT 'outbox', id, handler, last_error, due_at, leased_until FROM kernel_outboxdelivery
            WHERE state = 'pending'
        UNION ALL SELECT 'inbox', id, name, last_error, due_at, leased_until FROM kernel_inboxevent
            WHERE state = 'pending'
        UNION ALL SELECT 'refunds', r.id, r.state, r.last_error, r.due_at, r.leased_until FROM billing_refund r
            JOIN billing_charge c ON c.id = r.charge_id
            WHERE r.state IN ('intended', 'unknown', 'sent') OR (r.state = 'held'
                AND NOT EXISTS (SELECT 1 FROM undecided d WHERE d.job_id = c.job_id))
        UNION ALL SELECT 'reversals', id, state, last_error, due_at, leased_until FROM billing_transferreversal
            WHERE state IN ('intended', 'unknown')
        UNION ALL SELECT 'transfers', t.id, t.state, t.last_error, t.due_at, t.leased_until FROM billing_transfer t
            JOIN billing_payeeaccount p ON p.id = t.payee_account_id JOIN billing_charge c ON c.id = t.charge_id
            WHERE t.state IN ('intended', 'unknown', 'sent') OR (t.state = 'held' AND p.transfers_state = 'active'
                AND NOT EXISTS (SELECT 1 FROM undecided d WHERE d.job_id = c.job_id))
        UNION ALL SELECT 'charges', id, kind || ' ' || state, last_error, due_at, leased_until FROM billing_charge
            WHERE kind <> 'checkout' AND state IN ('intended', 'unknown'))
"""
_UNDER_WAY = f"""{_WAITING}
    SELECT name, count(*),
        count(*) FILTER (WHERE due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s))
    FROM waiting GROUP BY name
"""
_EACH = f"""{_WAITING}
    SELECT name, id::text, state, last_error, due_at - %(now)s, leased_until - %(now)s FROM waiting
    ORDER BY name, due_at
"""


@dataclass(frozen=True)
class UnderWay:
    """By name: how many there are, and how many of them could go on now."""

    counts: dict[str, int]
    is_due: bool


def under_way(stage: Stage) -> UnderWay:
    rows = stage.rows(_UNDER_WAY, {"now": clock.now()})
    return UnderWay({name: count for name, count, _ in rows}, any(due for _, _, due in rows))


def queued(stage: Stage) -> int:
    """Events that wait for a worker, those that have been given to one included."""
    counts = under_way(stage).counts
    return counts.get("outbox", 0) + counts.get("inbox", 0)


def stuck(stage: Stage) -> list[str]:
    """A sentence for each that waits, with the reason that it gives."""
    return [
        f"{name} {row_id} is stuck: {state}, due in {due_in}, leased for {leased_for}, {error or 'no error'}"
        for name, row_id, state, error, due_in, leased_for in stage.rows(_EACH, {"now": clock.now()})
    ]


def come_to_rest(stage: Stage, web: Web) -> list[str]:
    """Returns what is still under way in the end: nothing, unless something is stuck."""
    stage.provider.control("DELETE", "faults")
    stage.revive()
    jumps: Iterator[int] = iter(_JUMPS_SECONDS)
    is_swept = False
    while True:
        left = _wait_while_less(stage)
        if not left and is_swept:
            return []
        if not left:
            # Webhooks that were lost are found now, and lead to more.
            is_swept = web.ask("sweep").get("missing") == 0
            continue
        is_swept = False
        following = next(jumps, None)
        if following is None:
            return stuck(stage)
        stage.jump(following)
        # Patience is for the work, not for the start of who does it.
        stage.wait_for_worker()
        if following > SWEEP_EVERY_SECONDS:
            # The worker's own sweep is paced by a clock that does not jump.
            web.ask("sweep")


def _wait_while_less(stage: Stage) -> dict[str, int]:
    """Waits for as long as it becomes less; returns what is left."""
    left, last_change = under_way(stage), time.monotonic()
    while left.counts:
        patience = _PATIENCE_SECONDS if left.is_due else _NOTHING_DUE_SECONDS
        if time.monotonic() - last_change > patience:
            break
        time.sleep(0.1)
        stage.revive()
        now = under_way(stage)
        if now != left:
            left, last_change = now, time.monotonic()
    return left.counts
