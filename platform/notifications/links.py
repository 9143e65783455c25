"""Absolute addresses for mails and texts: the page's name, on the host where its reader signs in."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from messaging.short_links import code_for
from tenants.queries import get_active_tenant, host_of


def marketplace_link(name: str, **arguments: object) -> str:
    return settings.PUBLIC_BASE_URL + reverse(name, urlconf="config.urls_public", kwargs=arguments or None)


def short_link(name: str, *, at: datetime, **arguments: object) -> str:
    """The same page of the marketplace in a few characters, for text messages."""
    path = reverse(name, urlconf="config.urls_public", kwargs=arguments or None)
    return f"{settings.PUBLIC_BASE_URL}/s/{code_for(path=path, at=at)}"


def tenant_link(tenant_id: UUID, name: str, **arguments: object) -> str:
    """On the tenant's own host, with the scheme and port of the platform."""
    tenant = get_active_tenant(tenant_id=tenant_id)
    base = urlsplit(settings.PUBLIC_BASE_URL)
    port = f":{base.port}" if base.port else ""
    path = reverse(name, urlconf=settings.TENANT_URLCONFS[tenant.kind], kwargs=arguments or None)
    return f"{base.scheme}://{host_of(tenant_id=tenant_id)}{port}{path}"
