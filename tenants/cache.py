"""Cache keys. `caches["tenant"]` refuses to work without a tenant; what is everybody's is in `caches["shared"]`."""

from tenants.context import app_connection
from tenants.errors import TenantContextError


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """KEY_FUNCTION of the alias "tenant": the tenant of this request, task or block is part of every key."""
    connection = app_connection()
    tenant_id = connection.row_context.tenant_id or connection.portal_tenant_id
    if not tenant_id:
        raise TenantContextError(f"Cache key {key!r} was used without a tenant. Shared data has its own alias.")
    return f"{key_prefix}:{tenant_id}:{version}:{key}"
