from celery import shared_task

from kernel import clock
from messaging import delivery, sending
from messaging.models import Channel
from tenants.tasks import PlatformTask

# Workers have other things to do: the next scan goes on where this one stops, and one of them sends at a time.
_TURN_SECONDS = 5


@shared_task(base=PlatformTask, name="messaging.tasks.scan_due")
def scan_due(*, channel: str = "") -> None:
    """Send what is due, for one turn."""
    for one in [channel] if channel else [Channel.EMAIL, Channel.SMS]:
        sending.take_turn(channel=one, at=clock.now(), seconds=_TURN_SECONDS, places=1)


@shared_task(base=PlatformTask, name="messaging.tasks.scan_reports")
def scan_reports() -> None:
    """Ask what became of texts, and what they cost."""
    delivery.scan_reports(at=clock.now())
