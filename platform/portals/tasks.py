"""Work that a page asks for and a worker does."""

from uuid import UUID

from celery import shared_task

from kernel import clock
from kernel.actors import system
from tenants.provisioning import provision


@shared_task(name="portals.tasks.provision_tenant")
def provision_tenant(*, tenant_id: str) -> None:
    """Walk a requested tenant to active. Repeating it goes on where an earlier run stopped."""
    provision(tenant_id=UUID(tenant_id), actor=system("tenant set-up"), at=clock.now())
