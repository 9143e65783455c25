"""Wakes a worker after the commit, so that nobody waits for the next scan. A lost wake-up loses nothing but seconds."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)


def wake_senders() -> None:
    """Refunds, transfers or charges were intended in this transaction: send them once it has committed."""
    transaction.on_commit(lambda: _wake(lambda tasks: tasks.send_moves.delay()))


def wake_inbox(inbox_event_id: str) -> None:
    transaction.on_commit(lambda: _wake(lambda tasks: tasks.process_inbox_event.delay(inbox_event_id)))


def _wake(send: Callable[[Any], object]) -> None:
    # Imported late: tasks are built on the modules that wake them.
    from billing import tasks

    try:
        send(tasks)
    except Exception:
        # Stripe must get its 2xx, and a settlement its commit, although the broker is away: the scan finds the rows.
        logger.warning("Nobody could be woken; the scan will find what is due.", exc_info=True)
