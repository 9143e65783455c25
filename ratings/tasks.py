"""Wake-ups only: what is due is in the rows."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.core.cache import caches

from kernel import clock
from ratings import nightly, publishing, telling
from tenants.tasks import PlatformTask

logger = logging.getLogger(__name__)

# Nobody waits for a figure to the minute, and a batch that is counted at once would tell who completed it.
_EVERY_SECONDS = 600


@shared_task(base=PlatformTask, name="ratings.tasks.scan_due")
def scan_due() -> None:
    """At most once in ten minutes, however often it is woken."""
    if not caches["shared"].add("ratings:scan", "1", timeout=_EVERY_SECONDS):
        return
    scans: list[Callable[..., object]] = [publishing.scan_batches, telling.scan_releases]
    for scan in scans:
        try:
            scan(at=clock.now())
        except Exception:
            logger.exception("%s failed; the next scan tries again.", scan.__name__)


@shared_task(base=PlatformTask, name="ratings.tasks.wake_nightly")
def wake_nightly() -> None:
    """The night's check is a task of its own, because it reads every rating."""
    if nightly.is_due(at=clock.now()):
        verify_ratings.delay()


@shared_task(base=PlatformTask, name="ratings.tasks.verify_ratings", time_limit=900)
def verify_ratings() -> None:
    nightly.run_due(at=clock.now())
