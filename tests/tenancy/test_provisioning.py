"""A tenant walks requested → schema → migrated → verified → active; a stopped walk goes on; names are for ever."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import process_time

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections, transaction
from django.test import override_settings

from kernel.actors import SYSTEM
from kernel.models import AuditEvent, OutboxEvent
from tenants import provisioning
from tenants.context import tenant_context
from tenants.errors import (
    NameNotUsable,
    NameTaken,
    SchemaAlreadyExists,
    SchemaNotAsExpected,
    TenantContextError,
    TenantDeletionRefused,
    TenantNotInState,
)
from tenants.models import AppliedMigration, Tenant
from tenants.ownership import owner_connection, rows
from tenants.platform_migration import migrate_platform
from tenants.schema_migrations import TenantPlan, tenants_behind
from tenants.verification import describe_schema
from tests.database import DEPARTMENT
from tests.tenancy.test_context import AT, _publish

REQUEST = replace(DEPARTMENT, slug="dunmore", name="Dunmore Police", short_name="Dunmore")


def _request(slug: str = REQUEST.slug) -> Tenant:
    return provisioning.request_tenant(request=replace(REQUEST, slug=slug), actor=SYSTEM, at=AT)


def _provision(tenant: Tenant) -> Tenant:
    return provisioning.provision(tenant_id=tenant.id, actor=SYSTEM, at=AT)


def _owner_runs(statement: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(statement)


def test_a_new_tenant_is_open_within_two_seconds(committed_database: None, department: Tenant) -> None:
    # The processor's time: other tests want the same cores, and PostgreSQL's own part is a few tenths.
    started = process_time()
    tenant = _provision(_request())
    assert process_time() - started < 2
    assert (tenant.state, tenant.opened_at) == (Tenant.State.ACTIVE, AT)
    with tenant_context(tenant):
        _publish("first")
    with tenant_context(department):
        assert not type(_publish("bystander", number=9)).objects.filter(note="first").exists()
    assert OutboxEvent.objects.filter(name="tenants.tenant_active", tenant_id=tenant.id).count() == 1
    actions = AuditEvent.objects.filter(subject_id=tenant.id).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["tenant.requested", "tenant.active"]


def test_every_tenant_has_the_same_structure_and_rights(
    committed_database: None, department: Tenant, other_department: Tenant, agency: Tenant
) -> None:
    tenant = _provision(_request())
    expected = describe_schema(department)
    assert len(expected) > 50
    for one in (other_department, agency, tenant):
        assert describe_schema(one) == expected


@pytest.mark.parametrize("step", ["_make_schema", "_migrate", "_verify", "_open"])
def test_a_stopped_walk_goes_on_where_it_was(
    committed_database: None, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    tenant = _request()

    def stop(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(provisioning, step, stop)
        with pytest.raises(KeyboardInterrupt):
            _provision(tenant)
    assert _provision(tenant).state == Tenant.State.ACTIVE
    assert _provision(tenant).state == Tenant.State.ACTIVE


def test_provisioning_needs_the_owners_login(committed_database: None) -> None:
    tenant = _request()
    without_owner = {alias: value for alias, value in settings.DATABASES.items() if alias != "owner"}
    with override_settings(DATABASES=without_owner), pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"):
        _provision(tenant)


def test_many_may_be_opened_at_once_and_one_only_once(committed_database: None) -> None:
    """Three new tenants, each by two people at the same moment."""
    tenants = [_request(f"rush-{number}") for number in range(3)]

    def open_one(tenant: Tenant) -> str:
        try:
            return str(_provision(tenant).state)
        except TenantNotInState:
            return "somebody else does it"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=6) as pool:
        outcomes = list(pool.map(open_one, [*tenants, *tenants]))
    assert set(outcomes) <= {"active", "somebody else does it"}
    assert {tenant.state for tenant in Tenant.objects.filter(slug__startswith="rush-")} == {"active"}
    opened = OutboxEvent.objects.filter(name="tenants.tenant_active", tenant_id__in=[tenant.id for tenant in tenants])
    assert opened.count() == 3


def test_a_failure_half_way_through_the_migrations_leaves_nothing(
    committed_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = _request()
    with monkeypatch.context() as patched:
        patched.setattr("tenants.schema_migrations._record", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _provision(tenant)
    assert rows("SELECT FROM pg_class WHERE relnamespace = %s::regnamespace", [tenant.schema_name]) == []
    assert _provision(tenant).state == Tenant.State.ACTIVE


def test_a_schema_that_is_already_there_is_never_adopted(committed_database: None) -> None:
    tenant = _request()
    _owner_runs(f"CREATE SCHEMA {tenant.schema_name}; CREATE TABLE {tenant.schema_name}.old_rows (name text)")
    with pytest.raises(SchemaAlreadyExists):
        _provision(tenant)
    assert Tenant.objects.get(id=tenant.id).state == Tenant.State.REQUESTED
    assert rows(f"SELECT count(*) FROM {tenant.schema_name}.old_rows") == [(0,)]


def test_a_schema_that_is_not_as_described_is_not_opened(
    committed_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = _request()
    with monkeypatch.context() as patched:
        patched.setattr(provisioning, "_verify", lambda **_: None)
        with pytest.raises(TenantNotInState):
            _provision(tenant)
    _owner_runs(f"DROP TABLE {tenant.schema_name}.departments_dutyperiod")
    _owner_runs(f"CREATE TABLE {tenant.schema_name}.accounts_person (name text)")
    with pytest.raises(
        SchemaNotAsExpected, match=r"departments_dutyperiod is missing.*accounts_person is also in public"
    ):
        _provision(tenant)
    assert Tenant.objects.get(id=tenant.id).state == Tenant.State.MIGRATED


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["www", "Über", "-a", "a" * 41, "a b", "", "t;drop"])
def test_unusable_names_are_refused(slug: str) -> None:
    with pytest.raises(NameNotUsable):
        _request(slug)


@pytest.mark.django_db
def test_names_are_never_given_twice(department: Tenant) -> None:
    provisioning.retire(tenant_id=department.id, actor=SYSTEM, reason="merged", at=AT)
    with pytest.raises(NameTaken):
        _request(department.slug)
    assert Tenant.objects.filter(schema_name=department.schema_name).count() == 1
    assert _request().schema_name > department.schema_name


@pytest.mark.django_db
def test_a_retired_tenant_stays_closed(department: Tenant) -> None:
    provisioning.retire(tenant_id=department.id, actor=SYSTEM, reason="merged", at=AT)
    with pytest.raises(TenantNotInState):
        provisioning.resume(tenant_id=department.id, actor=SYSTEM, at=AT)
    with pytest.raises(TenantContextError), tenant_context(Tenant.objects.get(id=department.id)):
        pass
    with pytest.raises(DatabaseError, match="retired for good"), transaction.atomic():
        Tenant.objects.filter(id=department.id).update(state="active")


@pytest.mark.django_db
def test_nobody_deletes_a_tenant(department: Tenant) -> None:
    with pytest.raises(TenantDeletionRefused):
        department.delete()
    with pytest.raises(TenantDeletionRefused):
        Tenant.objects.filter(id=department.id).delete()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM tenants_tenant")
    with pytest.raises(DatabaseError, match="keeps its kind"), transaction.atomic():
        Tenant.objects.filter(id=department.id).update(schema_name="t_999999")


def test_even_the_owner_deletes_no_tenant(committed_database: None, department: Tenant) -> None:
    with pytest.raises(DatabaseError, match="never deleted"):
        _owner_runs("DELETE FROM tenants_tenant")


def test_a_second_run_finds_nothing_to_do(committed_database: None, department: Tenant) -> None:
    before = describe_schema(department)
    result = migrate_platform(at=AT)
    assert (result.tenants_migrated, result.walls_changed) == (0, [])
    assert describe_schema(department) == before


def test_tenants_that_are_behind_get_what_they_lack_and_the_rest_is_left_alone(
    committed_database: None, department: Tenant, other_department: Tenant, agency: Tenant
) -> None:
    """Two schemas start from nothing: the first is migrated by Django, the second by replay; both come out equal."""
    with tenant_context(department):
        _publish("bystander")
    expected = describe_schema(department)
    for tenant in (other_department, agency):
        _owner_runs(f"DROP SCHEMA {tenant.schema_name} CASCADE; CREATE SCHEMA {tenant.schema_name}")
        AppliedMigration.objects.using("owner").filter(tenant_id=tenant.id).delete()
        Tenant.objects.using("owner").filter(id=tenant.id).update(schema_fingerprint="")
    assert [tenant.slug for tenant in tenants_behind(TenantPlan())] == [other_department.slug, agency.slug]
    assert migrate_platform(at=AT).tenants_migrated == 2
    for tenant in (department, other_department, agency):
        assert describe_schema(tenant) == expected
    with tenant_context(department):
        assert _publish("more", number=2).__class__.objects.count() == 2
