"""New migrations reach every schema: by Django once, by replay for the rest; one that cannot waits without harm."""

from collections.abc import Iterator

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.operations.base import Operation

from tenants import schema_migrations
from tenants.context import tenant_context
from tenants.errors import TenantsNotMigrated
from tenants.models import Tenant
from tenants.ownership import rows
from tenants.schema_migrations import TenantPlan, migrate_tenants, tenants_behind
from tests.tenancy.test_context import AT

ADD_COLUMN = RunSQL("ALTER TABLE departments_policyversion ADD COLUMN colour text DEFAULT '100 % blue'")


@pytest.fixture
def tenants(committed_database: None, department: Tenant, other_department: Tenant, agency: Tenant) -> list[Tenant]:
    return [department, other_department, agency]


def _plan_with(*operations: Operation) -> TenantPlan:
    plan = TenantPlan()
    migration = Migration("9999_new", "departments")
    migration.operations = list(operations)
    last = [key for key in plan.tenant_steps if key[0] == "departments"][-1]
    plan.loader.graph.add_node(("departments", "9999_new"), migration)
    plan.loader.graph.add_dependency(None, ("departments", "9999_new"), last)
    plan.__post_init__()
    return plan


def _having_colour() -> set[str]:
    return {
        schema for (schema,) in rows("SELECT table_schema FROM information_schema.columns WHERE column_name = 'colour'")
    }


def test_a_new_migration_is_run_once_and_replayed_for_the_rest(
    tenants: list[Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed: list[str] = []
    replay = schema_migrations._replay

    def watched(*, tenant: Tenant, statements: list[str]) -> None:
        replayed.append(tenant.schema_name)
        replay(tenant=tenant, statements=statements)

    monkeypatch.setattr(schema_migrations, "_replay", watched)
    plan = _plan_with(ADD_COLUMN)
    assert tenants_behind(plan) == tenants
    assert migrate_tenants(tenants=tenants, plan=plan, at=AT) == 3
    assert replayed == [tenant.schema_name for tenant in tenants[1:]]
    assert _having_colour() == {tenant.schema_name for tenant in tenants}
    assert tenants_behind(plan) == []
    with tenant_context(tenants[1]), connection.cursor() as cursor:
        cursor.execute("SELECT colour FROM departments_policyversion")


def test_python_in_a_migration_runs_in_every_schema(tenants: list[Tenant]) -> None:
    seen: list[str] = []

    def look(apps: object, editor: object) -> None:
        seen.append(rows("SELECT current_schema()")[0][0])

    migrate_tenants(tenants=tenants, plan=_plan_with(RunPython(look)), at=AT)
    assert seen == [tenant.schema_name for tenant in tenants]


@pytest.fixture
def reader(tenants: list[Tenant]) -> Iterator[str]:
    """Somebody's long report on the second schema."""
    parameters = {**connection.get_connection_params()}
    parameters.pop("cursor_factory", None)
    other = psycopg2.connect(**parameters)
    with other.cursor() as cursor:
        cursor.execute(f"SET ROLE {tenants[1].role_name}")
        cursor.execute(f"SELECT * FROM {tenants[1].schema_name}.departments_policyversion")
    yield tenants[1].schema_name
    other.close()


def test_a_schema_that_is_locked_waits_and_holds_up_nobody(
    tenants: list[Tenant], reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.ownership.LOCK_TIMEOUT", "100ms")
    plan = _plan_with(ADD_COLUMN)
    with pytest.raises(TenantsNotMigrated, match=reader) as refusal:
        migrate_tenants(tenants=tenants, plan=plan, at=AT)
    assert refusal.value.numbers == {"failed": 1}
    assert _having_colour() == {tenants[0].schema_name, tenants[2].schema_name}
    assert [tenant.schema_name for tenant in tenants_behind(plan)] == [reader]


def test_a_broken_migration_changes_nothing(tenants: list[Tenant]) -> None:
    plan = _plan_with(ADD_COLUMN, RunSQL("SELECT 1/0"))
    with pytest.raises(TenantsNotMigrated, match="3 of 3"):
        migrate_tenants(tenants=tenants, plan=plan, at=AT)
    assert _having_colour() == set()


def test_djangos_own_command_points_to_ours() -> None:
    with pytest.raises(CommandError, match="migrate_platform"):
        call_command("migrate")
