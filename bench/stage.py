"""Throwaway servers with the real migrations, walls and one provisioned department, for one run of the benchmarks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from embedded.services import temporary_services

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Django is set up inside the block; nothing of it may be imported before."""
    # Durable as in production: `fast` would flatter whatever writes.
    with temporary_services(fast=False) as services:
        os.environ.update(services.environment())
        os.environ["MUSTER_ENVIRONMENT"] = "test"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tenants.platform_migration import migrate_platform

        migrate_platform(at=NOW)

        yield


def department(slug: str):  # type: ignore[no-untyped-def]
    """A department in Ontario with the example's rules in force since the start of the year."""
    from datetime import date

    from departments.policies import publish_policy
    from departments.policy.examples import example
    from kernel.actors import system
    from tenants.provisioning import TenantRequest, provision, request_tenant
    from tenants.queries import get_active_tenant

    actor = system("benchmark")
    request = TenantRequest(
        kind="department",
        slug=slug,
        name=f"{slug.title()} Police Service",
        short_name=slug.title(),
        time_zone="America/Toronto",
        currency="CAD",
        country="CA",
        region="ON",
    )
    tenant = provision(tenant_id=request_tenant(request=request, actor=actor, at=NOW).id, actor=actor, at=NOW)
    publish_policy(
        department_id=tenant.id,
        document=example("ontario"),
        effective_from_date=date(2026, 1, 1),
        note="",
        actor=actor,
        at=NOW,
    )
    return get_active_tenant(tenant_id=tenant.id)
