"""Roles and rights: who may do what, said once and applied again by every `migrate_platform`.

muster_public    the public schema's role: reads and writes the public tables
muster_tenant    the group of all tenants' roles: reads the tenant list, appends to outbox and audit
t_000123's role  its own schema, plus what the group may
muster_matching  reads what matching needs, alone sees the narrow table of home points
"""

from typing import Any

from tenants import walls
from tenants.backend.session import MATCHING_ROLE, PUBLIC_ROLE, TENANT_GROUP_ROLE
from tenants.models import Tenant
from tenants.ownership import app_login, owner_connection, quote, rows

# Raise it when `ensure_tenant_rights` changes: it is part of what makes a tenant count as behind.
RIGHTS_VERSION = 1

_APPENDED_BY_TENANTS = ("kernel_auditevent", "kernel_outboxevent", "kernel_outboxdelivery")
_READ_BY_TENANTS = ("tenants_tenant", "tenants_domain")


def ensure_platform_roles() -> None:
    for role in (PUBLIC_ROLE, MATCHING_ROLE, TENANT_GROUP_ROLE):
        ensure_role(role)
    for role in (PUBLIC_ROLE, MATCHING_ROLE):
        allow_app_to_become(role)


def ensure_role(role: str) -> None:
    """Roles belong to the whole server, so another database may have made this one a moment ago."""
    _execute(
        f"DO $$ BEGIN CREATE ROLE {quote(role)} NOLOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


def allow_app_to_become(role: str) -> None:
    """The app's login may SET ROLE to it, and inherits nothing from it."""
    _make_member(role=role, member=app_login(), options=" WITH INHERIT FALSE, SET TRUE")


def ensure_tenant_rights(tenant: Tenant) -> None:
    """Idempotent: the tenant's role, its own schema, the group's rights."""
    role, schema = quote(tenant.role_name), quote(tenant.schema_name)
    ensure_role(tenant.role_name)
    _make_member(role=TENANT_GROUP_ROLE, member=tenant.role_name, options=" WITH INHERIT TRUE")
    allow_app_to_become(tenant.role_name)
    rights = "SELECT, INSERT, UPDATE, DELETE"
    _execute(
        f"GRANT USAGE ON SCHEMA {schema} TO {role};"
        f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role};"
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role};"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON TABLES TO {role};"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role};"
    )


def apply_public_rights() -> None:
    """Grant on every public table what its wall says. A table that no wall lists is treated as global, until a test
    names it."""
    listed = walls.TABLES
    roles = ", ".join(quote(role) for role in (PUBLIC_ROLE, MATCHING_ROLE, TENANT_GROUP_ROLE))
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {roles}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {roles}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quote(PUBLIC_ROLE)}",
    ]
    tables = public_tables()
    for table in tables:
        wall = listed.get(table, walls.Global())
        for role, rights in _rights(wall).items():
            statements.append(f"GRANT {rights} ON {quote(table)} TO {quote(role)}")
    group = quote(TENANT_GROUP_ROLE)
    statements += [f"GRANT SELECT ON {quote(table)} TO {group}" for table in _READ_BY_TENANTS if table in tables]
    statements += [f"GRANT INSERT ON {quote(table)} TO {group}" for table in _APPENDED_BY_TENANTS if table in tables]
    _execute(";".join(statements))


def public_tables() -> list[str]:
    return [
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY 1"
        )
    ]


def _rights(wall: Any) -> dict[str, str]:
    if isinstance(wall, walls.OwnerOnly):
        return {}
    if isinstance(wall, walls.Narrow):
        return {MATCHING_ROLE: "SELECT, INSERT, UPDATE, DELETE"}
    if wall.append_only:
        return {PUBLIC_ROLE: "SELECT, INSERT"}
    rights = {PUBLIC_ROLE: wall.rights}
    if wall.read_by_matching:
        rights[MATCHING_ROLE] = "SELECT"
    return rights


def _make_member(*, role: str, member: str, options: str) -> None:
    # Only when it is missing: two databases of one server granting at once fail with "tuple concurrently updated".
    present = rows(
        "SELECT FROM pg_auth_members WHERE roleid = %s::regrole AND member = %s::regrole "
        "AND (grantor = current_user::regrole OR NOT admin_option)",
        [quote(role), quote(member)],
    )
    if present:
        return
    # Before PostgreSQL 16 a grant has no options: there the NOINHERIT of the app's login does the same.
    supported = owner_connection().cursor().connection.server_version >= 160_000
    _execute(f"GRANT {quote(role)} TO {quote(member)}{options if supported else ''}")


def _execute(sql: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(sql)
