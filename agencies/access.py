"""The way into an agency's schema: every capability of this app opens it through here."""

from uuid import UUID

from kernel.errors import NotFound
from tenants.context import tenant_context
from tenants.errors import UnknownTenant
from tenants.models import Tenant
from tenants.queries import get_tenant


def agency(*, agency_id: UUID) -> Tenant:
    """Any agency, active or not, so that what has begun can be finished. Raises NotFound."""
    try:
        tenant = get_tenant(tenant_id=agency_id)
    except (UnknownTenant, NotFound):
        raise NotFound("There is no such agency.") from None
    if tenant.kind != Tenant.Kind.AGENCY:
        raise NotFound("There is no such agency.")
    return tenant


def inside(*, agency_id: UUID) -> tenant_context:
    """`with inside(agency_id=…):` runs the block in that agency's schema. Raises NotFound."""
    return tenant_context(agency(agency_id=agency_id))
