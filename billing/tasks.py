"""Celery carries the wake-up; the rows say what is to be done."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.cache import caches

from billing import disputes, inbox, senders, sweeping
from kernel import clock
from tenants.tasks import PlatformTask

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 600
SWEPT_OFTEN = timedelta(hours=6)
NIGHTLY_SECONDS = 86_400


@shared_task(base=PlatformTask, name="billing.tasks.scan_due")
def scan_due() -> None:
    """Everything whose time has come. Each step fails by itself: one broken object must not stop the others."""
    for inbox_event_id in inbox.due_events(at=clock.now()):
        process_inbox_event.delay(str(inbox_event_id))
    _try("sending", lambda: senders.send_due_moves(at=clock.now()))
    _try("ended sessions", lambda: sweeping.close_ended_sessions(at=clock.now()))
    _try("missing fees", lambda: sweeping.fetch_missing_fees(at=clock.now()))
    # Only a throttle: when the cache forgets, a sweep too many does no harm.
    if caches["shared"].add("billing:sweep", "1", timeout=SWEEP_EVERY_SECONDS):
        _try("sweep", lambda: sweeping.sweep_events(at=clock.now()))
        _try("disputes", lambda: disputes.sweep(at=clock.now()))
        _try("payees", lambda: sweeping.refresh_payees(at=clock.now()))


@shared_task(base=PlatformTask, name="billing.tasks.process_inbox_event")
def process_inbox_event(inbox_event_id: str) -> None:
    _try("inbox", lambda: inbox.process_inbox_event(inbox_event_id=UUID(inbox_event_id), at=clock.now()))


@shared_task(base=PlatformTask, name="billing.tasks.send_moves")
def send_moves() -> None:
    _try("sending", lambda: senders.send_due_moves(at=clock.now()))


def _try(what: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:
        # The row keeps the error and its next due time; raising would only repeat the wake-up at once.
        logger.exception("Billing, %s: failed, and will be tried again.", what)
