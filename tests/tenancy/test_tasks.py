"""A task names its tenant; an unknown one is an error, and nothing of it is left for the next task."""

from uuid import uuid4

import pytest
from celery import Celery
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection

from kernel.actors import SYSTEM
from tenants.cache import tenant_key
from tenants.context import app_connection
from tenants.errors import TenantContextError, UnknownTenant
from tenants.models import Tenant
from tenants.tasks import PlatformTask, TenantTask
from tests.tenancy.test_context import AT

pytestmark = pytest.mark.django_db
app = Celery("tenancy tests", set_as_current=False)


@app.task(base=TenantTask, name="tests.for_tenant")
def for_tenant(*, tenant_id: str) -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_setting('app.tenant'), current_setting('app.purpose')")
        return cursor.fetchone()


@app.task(base=PlatformTask, name="tests.for_platform")
def for_platform(*, fail: bool = False) -> str:
    if fail:
        raise ZeroDivisionError
    with connection.cursor() as cursor:
        cursor.execute("SELECT concat_ws(' ', current_schema(), current_user, current_setting('app.purpose'))")
        return str(cursor.fetchone()[0])


def test_a_tenant_task_works_for_its_tenant_from_the_public_schema(department: Tenant) -> None:
    assert for_tenant(tenant_id=str(department.id)) == ("public", str(department.id), "worker")
    assert app_connection().row_context.tenant_id == ""


def test_an_unknown_tenant_is_an_error_and_never_public() -> None:
    with pytest.raises(UnknownTenant):
        for_tenant(tenant_id=str(uuid4()))
    with pytest.raises(TenantContextError, match="keyword"):
        for_tenant()


def test_a_suspended_tenant_gets_no_task(department: Tenant) -> None:
    from tenants.provisioning import suspend

    suspend(tenant_id=department.id, actor=SYSTEM, reason="unpaid", at=AT)
    with pytest.raises(UnknownTenant):
        for_tenant(tenant_id=str(department.id))


def test_a_platform_task_starts_and_ends_in_public_whatever_came_before() -> None:
    app_connection().public_role = "muster_matching"
    assert for_platform() == "public muster_public worker"
    with pytest.raises(ZeroDivisionError):
        for_platform(fail=True)
    assert app_connection().row_context.purpose == ""


def test_cache_keys_differ_by_tenant_and_refuse_nobody(department: Tenant, other_department: Tenant) -> None:
    cache = LocMemCache("tenancy", {"KEY_FUNCTION": tenant_key})
    with pytest.raises(TenantContextError):
        cache.get("rates")
    app_connection().portal_tenant_id = str(department.id)
    cache.set("rates", "ours")
    app_connection().portal_tenant_id = str(other_department.id)
    assert cache.get("rates") is None
