"""Puts the policies of `tenants.walls` in force; run by every `migrate_platform`, silent when nothing changed."""

from hashlib import sha256

from tenants.grants import public_tables
from tenants.ownership import owner_connection, quote, rows
from tenants.walls import TABLES, RowLevel, purpose_expression

_POLICY = "wall"
_POLICIES = (_POLICY, "wall_insert", "wall_maintenance")
# FORCE puts the owner behind the wall too. A data migration that must see every row says so for itself.
_MAINTENANCE = purpose_expression(("maintenance",))


def apply_policies() -> list[str]:
    """Returns the names of the tables whose wall changed."""
    present = dict(
        rows(
            "SELECT relname, obj_description(pg_policy.oid, 'pg_policy') FROM pg_policy "
            "JOIN pg_class ON pg_class.oid = polrelid "
            "WHERE relnamespace = 'public'::regnamespace AND polname = %s",
            [_POLICY],
        )
    )
    wanted = {name: wall for name, wall in TABLES.items() if isinstance(wall, RowLevel)}
    changed = []
    for table in public_tables():
        wall = wanted.get(table)
        statements = _raise_wall(table, wall) if wall else _lower_wall(table)
        # The digest of what made a wall is kept beside it: raising one locks the table, so only when it differs.
        digest = sha256(statements.encode()).hexdigest() if wall else None
        if present.get(table) == digest:
            continue
        if digest:
            statements += f"; COMMENT ON POLICY {_POLICY} ON {quote(table)} IS '{digest}'"
        with owner_connection().cursor() as cursor:
            cursor.execute(statements)
        changed.append(table)
    return changed


def _raise_wall(table: str, wall: RowLevel) -> str:
    name, rows_seen, kept = quote(table), wall.row_expression(), _MAINTENANCE
    return "; ".join(
        [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            _drop_policies(table),
            f"CREATE POLICY wall ON {name} USING ({rows_seen}) WITH CHECK ({rows_seen})",
            f"CREATE POLICY wall_insert ON {name} FOR INSERT WITH CHECK ({wall.insert_expression()})",
            f"CREATE POLICY wall_maintenance ON {name} TO CURRENT_USER USING ({kept}) WITH CHECK ({kept})",
        ]
    )


def _lower_wall(table: str) -> str:
    name = quote(table)
    return (
        f"{_drop_policies(table)}; ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY; "
        f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
    )


def _drop_policies(table: str) -> str:
    return "; ".join(f"DROP POLICY IF EXISTS {policy} ON {quote(table)}" for policy in _POLICIES)
