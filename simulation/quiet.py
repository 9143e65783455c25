"""Brings everything to rest: what died is started, faults end, time passes, until nothing is left to do."""

from __future__ import annotations

import time
from collections.abc import Iterator

from billing.tasks import SWEEP_EVERY_SECONDS
from simulation.calls import Web
from simulation.stage import Stage

# Past a lease; past the pause of what was held; past the longest pause between two tries; and again.
_JUMPS_SECONDS = (125, 125, 660, 960, 960, 960, 960, 960, 960, 960, 960, 960)
# Above the pause between two scans, with room for a busy machine.
_PATIENCE_SECONDS = 7.0

# What a bank or the operator has to decide first waits for them, not for time.
_UNDER_WAY = """
    WITH undecided AS (SELECT charge_id, job_id FROM billing_dispute
        WHERE closed_at IS NULL OR (state = 'lost' AND decided_at IS NULL))
    SELECT 'outbox', count(*) FROM kernel_outboxdelivery WHERE state = 'pending'
    UNION ALL SELECT 'inbox', count(*) FROM kernel_inboxevent WHERE state = 'pending'
    UNION ALL SELECT 'refunds', count(*) FROM billing_refund r WHERE r.state IN ('intended', 'unknown', 'sent')
        OR (r.state = 'held' AND NOT EXISTS (SELECT 1 FROM undecided d WHERE d.charge_id = r.charge_id))
    UNION ALL SELECT 'reversals', count(*) FROM billing_transferreversal WHERE state IN ('intended', 'unknown')
    UNION ALL SELECT 'transfers', count(*) FROM billing_transfer t JOIN billing_payeeaccount p
        ON p.id = t.payee_account_id JOIN billing_charge c ON c.id = t.charge_id
        WHERE t.state IN ('intended', 'unknown', 'sent') OR (t.state = 'held' AND p.transfers_state = 'active'
            AND NOT EXISTS (SELECT 1 FROM undecided d WHERE d.job_id = c.job_id))
    UNION ALL SELECT 'charges', count(*) FROM billing_charge
        WHERE kind <> 'checkout' AND state IN ('intended', 'unknown')
"""


def under_way(stage: Stage) -> dict[str, int]:
    return {name: count for name, count in stage.rows(_UNDER_WAY) if count}


def come_to_rest(stage: Stage, web: Web) -> dict[str, int]:
    """Returns what is still under way in the end: nothing, unless something is stuck."""
    stage.provider.control("DELETE", "faults")
    stage.revive()
    left: dict[str, int] = {}
    jumps: Iterator[int] = iter(_JUMPS_SECONDS)
    is_swept = False
    while True:
        left = _wait_while_less(stage)
        if not left and is_swept:
            return {}
        if not left:
            # Webhooks that were lost are found now, and lead to more.
            is_swept = web.ask("sweep").get("missing") == 0
            continue
        is_swept = False
        following = next(jumps, None)
        if following is None:
            return left
        stage.jump(following)
        if following > SWEEP_EVERY_SECONDS:
            # The worker's own sweep is paced by a clock that does not jump.
            web.ask("sweep")


def _wait_while_less(stage: Stage) -> dict[str, int]:
    """Waits for as long as it becomes less; returns what is left."""
    left, last_change = under_way(stage), time.monotonic()
    while left and time.monotonic() - last_change < _PATIENCE_SECONDS:
        time.sleep(0.1)
        stage.revive()
        now = under_way(stage)
        if now != left:
            left, last_change = now, time.monotonic()
    return left
