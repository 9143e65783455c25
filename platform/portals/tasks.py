"""Work that a page asks for and a worker does."""

from uuid import UUID

from celery import shared_task

from kernel import clock
from kernel.actors import system
from portals import job_report_mail
from tenants.provisioning import provision
from tenants.tasks import PlatformTask


@shared_task(name="portals.tasks.provision_tenant")
def provision_tenant(*, tenant_id: str) -> None:
    """Walk a requested tenant to active. Repeating it goes on where an earlier run stopped."""
    provision(tenant_id=UUID(tenant_id), actor=system("tenant set-up"), at=clock.now())


@shared_task(base=PlatformTask, name="portals.tasks.scan_job_reports")
def scan_job_reports() -> None:
    """Reports of a day, week or month that is over, to whoever wished for them."""
    job_report_mail.scan_job_reports(at=clock.now())
