from celery import shared_task

from kernel import clock
from messaging import delivery, sending
from messaging.models import Channel
from tenants.tasks import PlatformTask

# Well under the time limit of tasks; the next scan goes on where this one stops.
_TURN_SECONDS = 20


@shared_task(base=PlatformTask, name="messaging.tasks.scan_due")
def scan_due(*, channel: str = "") -> None:
    """Send what is due, for one turn."""
    for one in [channel] if channel else [Channel.EMAIL, Channel.SMS]:
        sending.take_turn(channel=one, at=clock.now(), seconds=_TURN_SECONDS)


@shared_task(base=PlatformTask, name="messaging.tasks.scan_reports")
def scan_reports() -> None:
    """Ask what became of texts, and what they cost."""
    delivery.scan_reports(at=clock.now())
