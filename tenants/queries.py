"""Reads of the tenant list. Every function answers with whole objects, never with a lazy query."""

from collections.abc import Collection
from uuid import UUID

from kernel.reading import is_reading, read_once, remember
from tenants.errors import UnknownTenant
from tenants.models import Domain, Tenant


def get_active_tenant(*, tenant_id: UUID | str) -> Tenant:
    """Raises UnknownTenant when it is missing or not active."""
    tenant = get_tenant(tenant_id=tenant_id)
    if tenant.state != Tenant.State.ACTIVE:
        raise UnknownTenant("There is no such department or agency.")
    return tenant


def get_tenant(*, tenant_id: UUID | str) -> Tenant:
    """Any tenant, active or not: for audit pages and for finishing what has begun. Raises UnknownTenant."""
    return read_once(_key(tenant_id), lambda: _tenant(tenant_id))


def read_tenants(*, tenant_ids: Collection[UUID]) -> None:
    """Have several at hand for `get_tenant`, in one query. It does nothing outside of a reading request."""
    if is_reading() and len(tenant_ids) > 1:
        for tenant in Tenant.objects.filter(id__in=tenant_ids):
            _keep(tenant)


def tenant_by_host(*, host: str) -> Tenant | None:
    """The tenant, in whatever state, to which a host name without port belongs."""
    domain = Domain.objects.select_related("tenant").filter(domain=host.lower().rstrip(".")).first()
    return None if domain is None else _keep(domain.tenant)


def tenant_by_slug(*, slug: str) -> Tenant | None:
    return Tenant.objects.filter(slug=slug).first()


def active_tenants(*, kind: str | None = None) -> list[Tenant]:
    """Sorted by name."""
    tenants = Tenant.objects.filter(state=Tenant.State.ACTIVE)
    found = (tenants if kind is None else tenants.filter(kind=kind)).order_by("name", "id")
    return [_keep(tenant) for tenant in found]


def host_of(*, tenant_id: UUID) -> str:
    """The primary host name, without port. Raises UnknownTenant."""
    domain = Domain.objects.filter(tenant_id=tenant_id, is_primary=True).first()
    if domain is None:
        raise UnknownTenant("This department or agency has no host name.")
    return str(domain.domain)


def _tenant(tenant_id: UUID | str) -> Tenant:
    tenant = Tenant.objects.filter(id=tenant_id).first()
    if tenant is None:
        raise UnknownTenant("There is no such department or agency.")
    return tenant


def _keep(tenant: Tenant) -> Tenant:
    remember(_key(tenant.id), tenant)
    return tenant


def _key(tenant_id: UUID | str) -> tuple[str, str]:
    return ("tenant", str(tenant_id))
