"""`{% load client_pages %}`: small things that only the client's pages and the front doors need."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings

from geo.regions import PROVINCES, STATES
from tenants.models import Domain, Tenant

register = template.Library()


@register.filter
def value_of(values: Mapping[Any, Any], key: Any) -> Any:
    """`{{ names|value_of:code }}`; the key itself where there is no value."""
    return values.get(key, key)


@register.simple_tag
def portal_cards(departments: Sequence[Tenant]) -> list[dict[str, str]]:
    """`{name, region, url}` of each department's own portal; one query for all."""
    hosts = dict(
        Domain.objects.filter(tenant_id__in=[one.id for one in departments], is_primary=True).values_list(
            "tenant_id", "domain"
        )
    )
    base = urlsplit(settings.PUBLIC_BASE_URL)
    port = f":{base.port}" if base.port else ""
    regions = {**PROVINCES, **STATES}
    return [
        {
            "name": one.name,
            "region": regions.get(one.region, one.region),
            "url": f"{base.scheme}://{hosts[one.id]}{port}/",
        }
        for one in departments
        if one.id in hosts
    ]


@register.simple_tag
def marketplace_url(path: str = "/") -> str:
    """An address on the marketplace's own host."""
    return f"{settings.PUBLIC_BASE_URL}{path}"
