"""Brings everything to rest: what died is started, faults end, time passes, until nothing is left to do."""

from __future__ import annotations

import time
from collections.abc import Iterator

from simulation.calls import Web
from simulation.operations import disputing
from simulation.stage import Stage

# Past a lease; past the pause of what was held; past the longest pause between two tries; and again.
_JUMPS_SECONDS = (125, 125, 660, 960, 960, 960, 960, 960, 960, 960, 960, 960)
# Above the pause between two scans, with room for a busy machine.
_PATIENCE_SECONDS = 7.0

_UNDER_WAY = """
    SELECT 'outbox', count(*) FROM kernel_outboxdelivery WHERE state = 'pending'
    UNION ALL SELECT 'inbox', count(*) FROM kernel_inboxevent WHERE state = 'pending'
    UNION ALL SELECT 'refunds', count(*) FROM billing_refund WHERE state IN ('intended', 'unknown', 'sent', 'held')
    UNION ALL SELECT 'transfers', count(*) FROM billing_transfer t JOIN billing_payeeaccount p
        ON p.id = t.payee_account_id WHERE t.state IN ('intended', 'unknown', 'sent')
        OR (t.state = 'held' AND p.transfers_state = 'active')
    UNION ALL SELECT 'reversals', count(*) FROM billing_transferreversal
        WHERE state IN ('intended', 'unknown', 'sent', 'held')
    UNION ALL SELECT 'disputes', count(*) FROM billing_dispute
        WHERE closed_at IS NULL OR (state = 'lost' AND decided_at IS NULL)
    UNION ALL SELECT 'charges', count(*) FROM billing_charge
        WHERE kind <> 'checkout' AND state IN ('intended', 'unknown')
"""


def under_way(stage: Stage) -> dict[str, int]:
    return {name: count for name, count in stage.rows(_UNDER_WAY) if count}


def come_to_rest(stage: Stage, web: Web) -> dict[str, int]:
    """Returns what is still under way in the end: nothing, unless something is stuck."""
    stage.provider.control("DELETE", "faults")
    stage.revive()
    disputing.end_all(web, stage.provider)
    left: dict[str, int] = {}
    jumps: Iterator[int] = iter(_JUMPS_SECONDS)
    is_swept = False
    while True:
        left = _wait_while_less(stage, web)
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


def _wait_while_less(stage: Stage, web: Web) -> dict[str, int]:
    """Waits for as long as it becomes less; returns what is left."""
    left, last_change = under_way(stage), time.monotonic()
    while left and time.monotonic() - last_change < _PATIENCE_SECONDS:
        time.sleep(0.1)
        stage.revive()
        if left.get("disputes"):
            disputing.end_all(web, stage.provider)
            web.ask("bear_losses", most=100)
        now = under_way(stage)
        if now != left:
            left, last_change = now, time.monotonic()
    return left
