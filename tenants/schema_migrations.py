"""Brings tenants' schemas up to date: one query finds who is behind; the SQL is made once and replayed for the rest.

The first schema of each group (schemas that have had the same migrations) runs them through Django, and every
statement is written down on the way. The others get the same statements in one batch each. A migration with Python
code in it runs through Django everywhere. Each schema is one transaction together with its record of what it has had,
so a run that is stopped half way goes on where it was.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython
from django.db.migrations.state import ProjectState

from tenants import grants
from tenants.errors import TenantsNotMigrated
from tenants.models import AppliedMigration, Tenant
from tenants.ownership import OWNER, enter_schema, owner_connection
from tenants.routers import migrating_tenant_schema, tenant_app_labels

MigrationKey = tuple[str, str]
_GIVE_UP_AFTER = 3
_WITH_SCHEMA = (
    Tenant.State.SCHEMA,
    Tenant.State.MIGRATED,
    Tenant.State.VERIFIED,
    Tenant.State.ACTIVE,
    Tenant.State.SUSPENDED,
)


class _RecordingEditor(DatabaseSchemaEditor):
    """Runs every statement and keeps it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        if params is not None:
            sql, params = self.connection.ops.compose_sql(str(sql), params), None
        self.statements.append(str(sql))
        super().execute(sql, params)


@dataclass
class TenantPlan:
    """All migrations of the tenant apps, in order, with the state that they start from."""

    loader: MigrationLoader = field(default_factory=lambda: MigrationLoader(None, ignore_no_migrations=True))

    def __post_init__(self) -> None:
        graph = self.loader.graph
        labels = tenant_app_labels()
        self.steps: list[MigrationKey] = []
        for leaf in sorted(key for key in graph.leaf_nodes() if key[0] in labels):
            self.steps += [key for key in graph.forwards_plan(leaf) if key not in self.steps]
        self.tenant_steps = [key for key in self.steps if key[0] in labels]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.tenant_steps)

    def migration(self, key: MigrationKey) -> Migration:
        return self.loader.graph.nodes[key]

    def missing_after(self, applied: Iterable[MigrationKey]) -> list[MigrationKey]:
        had = set(applied)
        return [key for key in self.tenant_steps if key not in had]

    def is_replayable(self, keys: Iterable[MigrationKey]) -> bool:
        return not any(isinstance(operation, RunPython) for key in keys for operation in self.migration(key).operations)


def fingerprint(keys: Iterable[MigrationKey]) -> str:
    """Equal for two schemas that have had the same migrations and the same version of rights."""
    lines = [f"rights {grants.RIGHTS_VERSION}", *sorted(f"{app}.{name}" for app, name in keys)]
    return sha256("\n".join(lines).encode()).hexdigest()


def tenants_behind(plan: TenantPlan) -> list[Tenant]:
    return list(
        Tenant.objects.using(OWNER)
        .filter(state__in=_WITH_SCHEMA)
        .exclude(schema_fingerprint=plan.fingerprint)
        .order_by("schema_name")
    )


def migrate_tenants(*, tenants: Iterable[Tenant], plan: TenantPlan, at: datetime) -> int:
    """Bring these schemas up to date, group by group. Returns how many were changed.

    A schema that fails (a lock, a row that breaks a new constraint) stays as it was and does not hold up the others;
    TenantsNotMigrated names those at the end. Three failures in a row end their group: the fault is in the migration.
    """
    tenants = list(tenants)
    applied = _applied_migrations([tenant.id for tenant in tenants])
    groups: dict[tuple[MigrationKey, ...], list[Tenant]] = defaultdict(list)
    for tenant in tenants:
        groups[tuple(plan.missing_after(applied[tenant.id]))].append(tenant)
    failures: dict[str, Exception] = {}
    for missing, members in groups.items():
        failures |= _migrate_group(members=members, missing=missing, plan=plan, at=at)
    if failures:
        raise TenantsNotMigrated(
            f"{len(failures)} of {len(tenants)} schemas could not be migrated: "
            + "; ".join(f"{name}: {str(error).strip()}" for name, error in failures.items())
            + ". Put right what it says and run migrate_platform again; the others are done.",
            failed=len(failures),
        ) from next(iter(failures.values()))
    return len(tenants)


def _migrate_group(
    *, members: list[Tenant], missing: tuple[MigrationKey, ...], plan: TenantPlan, at: datetime
) -> dict[str, Exception]:
    statements: list[str] | None = None
    failures: dict[str, Exception] = {}
    failed_in_a_row = 0
    for tenant in members:
        try:
            with transaction.atomic(using=OWNER):
                if _lock(tenant).schema_fingerprint == plan.fingerprint:
                    # Another run was faster: a deployment and a new tenant may meet.
                    continue
                if statements is None:
                    recorded = _run(tenant=tenant, keys=missing, plan=plan)
                else:
                    _replay(tenant=tenant, statements=statements)
                _record(tenant=tenant, keys=missing, fingerprint=plan.fingerprint, at=at)
        except DatabaseError as error:
            failures[tenant.schema_name] = error
            failed_in_a_row += 1
            if failed_in_a_row == _GIVE_UP_AFTER:
                break
        else:
            failed_in_a_row = 0
            if statements is None and plan.is_replayable(missing):
                statements = recorded
    return failures


def _run(*, tenant: Tenant, keys: Iterable[MigrationKey], plan: TenantPlan) -> list[str]:
    connection = owner_connection()
    wanted = set(keys)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        enter_schema(cursor, tenant.schema_name)
    state = ProjectState(real_apps=plan.loader.unmigrated_apps)
    statements: list[str] = []
    with migrating_tenant_schema():
        for key in plan.steps:
            migration = plan.migration(key)
            if key not in wanted:
                state = migration.mutate_state(state, preserve=False)
                continue
            if "apps" not in state.__dict__:
                state.apps  # noqa: B018  (rendered once, before the operations change it step by step)
            with _RecordingEditor(connection, atomic=migration.atomic) as editor:
                state = migration.apply(state, editor)
            statements += editor.statements
    return statements


def _replay(*, tenant: Tenant, statements: list[str]) -> None:
    with owner_connection().cursor() as cursor:
        enter_schema(cursor, tenant.schema_name)
        if statements:
            # Without parameters the driver sends the text as it is, per cent signs included.
            cursor.execute("\n;\n".join(statement.rstrip().rstrip(";") for statement in statements), None)


def _lock(tenant: Tenant) -> Tenant:
    return Tenant.objects.using(OWNER).select_for_update().get(id=tenant.id)


def _record(*, tenant: Tenant, keys: Iterable[MigrationKey], fingerprint: str, at: datetime) -> None:
    AppliedMigration.objects.using(OWNER).bulk_create(
        AppliedMigration(tenant_id=tenant.id, app=app, name=name, applied_at=at) for app, name in keys
    )
    Tenant.objects.using(OWNER).filter(id=tenant.id).update(schema_fingerprint=fingerprint)


def _applied_migrations(tenant_ids: list[UUID]) -> dict[UUID, set[MigrationKey]]:
    found: dict[UUID, set[MigrationKey]] = defaultdict(set)
    query = AppliedMigration.objects.using(OWNER).filter(tenant_id__in=tenant_ids)
    for tenant_id, app, name in query.values_list("tenant_id", "app", "name"):
        found[tenant_id].add((app, name))
    return found


def tenant_models() -> list[type[Any]]:
    """Every model whose table stands in tenants' schemas."""
    labels = tenant_app_labels()
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels]
