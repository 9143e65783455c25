"""The way into a department's schema: every capability of this app opens it through here."""

from uuid import UUID

from tenants.context import tenant_context
from tenants.errors import UnknownTenant
from tenants.models import Tenant
from tenants.queries import get_tenant


def department(*, department_id: UUID) -> Tenant:
    """Any department, active or not, so that what has begun can be finished. Raises UnknownTenant."""
    tenant = get_tenant(tenant_id=department_id)
    if not tenant.is_department:
        raise UnknownTenant("There is no such department.")
    return tenant


def inside(*, department_id: UUID) -> tenant_context:
    """`with inside(department_id=…):` runs the block in that department's schema. Raises UnknownTenant."""
    return inside_of(department(department_id=department_id))


def inside_of(tenant: Tenant) -> tenant_context:
    """The same, for callers that needed the department itself before."""
    return tenant_context(tenant)
