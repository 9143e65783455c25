"""Wake-ups only: what is due is in the rows."""

import logging
from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from kernel import clock
from marketplace import (
    alerts,
    answering,
    awarding,
    due,
    duty_conflicts,
    empty_places,
    invitation_summaries,
    inviting,
    job_threads,
    openings,
    watching,
    what_if_runs,
)
from marketplace.documents import scanning
from tenants.tasks import PlatformTask

logger = logging.getLogger(__name__)


@shared_task(base=PlatformTask, name="marketplace.tasks.scan_due")
def scan_due() -> None:
    """Awards, tiers, offers, expiries, absences, approvals by silence, finished shifts; no failure stops the rest."""
    scans: list[Callable[..., object]] = [
        awarding.scan_closings,
        openings.scan_tiers,
        inviting.scan_waves,
        invitation_summaries.scan_summaries,
        answering.scan_offers,
        due.scan_expiries,
        due.scan_no_shows,
        watching.scan_service_levels,
        empty_places.scan_empty_places,
        alerts.scan_escalations,
        alerts.scan_over,
        due.scan_silent_approvals,
        due.scan_finished,
        scanning.scan_reminders,
        job_threads.scan_notices,
        duty_conflicts.scan_releases,
        duty_conflicts.scan_ended,
    ]
    for scan in scans:
        try:
            scan(at=clock.now())
        except Exception:
            logger.exception("%s failed; the next scan tries again.", scan.__name__)


@shared_task(base=PlatformTask, name="marketplace.tasks.work_what_if", time_limit=900)
def work_what_if(*, run_id: str) -> None:
    """One draft on one past. Asked for twice, it is worked once."""
    what_if_runs.work_run(run_id=UUID(run_id), at=clock.now())


@shared_task(base=PlatformTask, name="marketplace.tasks.scan_what_ifs")
def scan_what_ifs() -> None:
    """What waits is woken again: a wake-up may have been lost."""
    for run_id in what_if_runs.scan_runs(at=clock.now()):
        work_what_if.delay(run_id=str(run_id))
