"""Wake-ups only: what is due is in the rows."""

import logging
from collections.abc import Callable

from celery import shared_task

from kernel import clock
from marketplace import awarding, due, duty_conflicts
from tenants.tasks import PlatformTask

logger = logging.getLogger(__name__)


@shared_task(base=PlatformTask, name="marketplace.tasks.scan_due")
def scan_due() -> None:
    """Awards at closing time, expiries, no-shows, approvals by silence, finished shifts; no failure stops the rest."""
    scans: list[Callable[..., object]] = [
        awarding.scan_closings,
        due.scan_expiries,
        due.scan_no_shows,
        due.scan_silent_approvals,
        due.scan_finished,
        duty_conflicts.scan_releases,
        duty_conflicts.scan_ended,
    ]
    for scan in scans:
        try:
            scan(at=clock.now())
        except Exception:
            logger.exception("%s failed; the next scan tries again.", scan.__name__)
