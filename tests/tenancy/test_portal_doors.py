"""Every route of every portal, found in the URLconfs: another tenant's staff are refused on all that are closed."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from accounts.models import Membership, Person
from kernel.identifiers import uuid7
from tenants.access import needs_membership
from tenants.models import Tenant
from tests.tenancy.test_context import AT

SAMPLES = {"uuid": str(uuid7()), "int": "1", "slug": "sample", "str": "sample", "path": "sample"}


def _routes(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Paths with a sample for each parameter, and their views. Regular expressions are the libraries' own."""
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue
        path = prefix + re.sub(
            r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found.group(1) or "str", "sample"), str(pattern.pattern)
        )
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


@pytest.mark.django_db
@pytest.mark.parametrize("kind", settings.TENANT_URLCONFS)
def test_another_tenants_staff_are_refused_on_every_closed_route(
    kind: str, department: Tenant, other_department: Tenant, agency: Tenant
) -> None:
    portal, elsewhere = {"department": (department, other_department), "agency": (agency, department)}[kind]
    stranger = Person.objects.create_user(email="stranger@example.com", password="correct horse battery")
    Membership.objects.create(person=stranger, tenant=elsewhere, role="coordinator", started_at=AT)
    client = Client(SERVER_NAME=f"{portal.slug}.localhost")
    client.force_login(stranger)
    closed = [
        path
        for path, view in _routes(import_module(settings.TENANT_URLCONFS[kind]).urlpatterns)
        if needs_membership(view=view, path=path)
    ]
    answers = {(path, verb): getattr(client, verb)(path).status_code for path in closed for verb in ("get", "post")}
    assert {where: status for where, status in answers.items() if status != 403} == {}
