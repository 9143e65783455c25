"""Celery carries the wake-up; the row in PostgreSQL says what is to be done."""

import logging
from uuid import UUID

from celery import shared_task

from kernel import clock, outbox

logger = logging.getLogger(__name__)


@shared_task(name="kernel.tasks.deliver")
def deliver(delivery_id: str) -> None:
    try:
        outbox.deliver(delivery_id=UUID(delivery_id), at=clock.now())
    except Exception:
        # The failure is on the row with its next due time; the relay comes back to it. Raising would only make Celery
        # hand the same wake-up to the next worker at once.
        logger.exception("Delivery %s failed and will be tried again.", delivery_id)
