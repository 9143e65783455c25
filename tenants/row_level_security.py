"""Puts the policies of `tenants.walls` in force; run by every `migrate_platform`, silent when nothing changed."""

from hashlib import sha256

from tenants.grants import public_tables
from tenants.ownership import owner_connection, quote, rows
from tenants.walls import TABLES, RowLevel

_POLICY = "wall"
_OWNER_POLICY = "wall_maintenance"
# FORCE puts the owner behind the wall too. A data migration that must see every row says so for itself.
_MAINTENANCE = "(SELECT current_setting('app.purpose', true)) = 'maintenance'"


def apply_policies() -> list[str]:
    """Returns the names of the tables whose wall changed."""
    present = dict(
        rows(
            "SELECT tablename, obj_description(pg_policy.oid, 'pg_policy') FROM pg_policies "
            "JOIN pg_policy ON polname = policyname AND polrelid = format('%%I.%%I', schemaname, tablename)::regclass "
            "WHERE schemaname = 'public' AND policyname = %s",
            [_POLICY],
        )
    )
    wanted = {name: wall for name, wall in TABLES.items() if isinstance(wall, RowLevel)}
    changed = []
    for table in public_tables():
        wall = wanted.get(table)
        digest = sha256(f"{wall.policy()}{_MAINTENANCE}".encode()).hexdigest() if wall else None
        if present.get(table) == digest:
            continue
        _execute(_raise_wall(table, wall.policy(), str(digest)) if wall else _lower_wall(table))
        changed.append(table)
    return changed


def _raise_wall(table: str, expression: str, digest: str) -> str:
    name = quote(table)
    return (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; ALTER TABLE {name} FORCE ROW LEVEL SECURITY;"
        f"DROP POLICY IF EXISTS {_POLICY} ON {name}; DROP POLICY IF EXISTS {_OWNER_POLICY} ON {name};"
        f"CREATE POLICY {_POLICY} ON {name} USING ({expression}) WITH CHECK ({expression});"
        f"CREATE POLICY {_OWNER_POLICY} ON {name} TO CURRENT_USER USING ({_MAINTENANCE}) WITH CHECK ({_MAINTENANCE});"
        f"COMMENT ON POLICY {_POLICY} ON {name} IS '{digest}'"
    )


def _lower_wall(table: str) -> str:
    name = quote(table)
    return (
        f"DROP POLICY IF EXISTS {_POLICY} ON {name}; DROP POLICY IF EXISTS {_OWNER_POLICY} ON {name};"
        f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
    )


def _execute(sql: str) -> None:
    with owner_connection().cursor() as cursor:
        cursor.execute(sql)
