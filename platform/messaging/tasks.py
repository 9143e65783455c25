from celery import shared_task

from kernel import clock
from messaging import sending
from tenants.tasks import PlatformTask


@shared_task(base=PlatformTask, name="messaging.tasks.scan_due")
def scan_due() -> None:
    """Send what is due until nothing is left."""
    while sending.send_due(at=clock.now()):
        pass
