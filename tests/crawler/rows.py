"""A fingerprint of everything that is stored, table by table, to show that a refused attempt changed nothing."""

from django.apps import apps
from django.db import connection

from tenants.context import acting_as, tenant_context
from tenants.walls import TABLES, Narrow, OwnerOnly
from tests.crawler.world import World

# Signing in and looking at pages moves sessions.
_MOVES = {"django_session"}
_PUBLIC = sorted(
    name for name, wall in TABLES.items() if not isinstance(wall, OwnerOnly | Narrow) and name not in _MOVES
)
_OF_TENANTS = sorted(model._meta.db_table for model in apps.get_app_config("departments").get_models())
_OF_AGENCIES = sorted(model._meta.db_table for model in apps.get_app_config("agencies").get_models())


def fingerprint(world: World) -> dict[str, str]:
    found = {}
    for purpose in ("worker", "messaging"):
        with acting_as(purpose=purpose):
            found |= {f"{purpose} {name}": value for name, value in _fingerprints(_PUBLIC)}
    for house in (world.a, world.b):
        with tenant_context(house.tenant):
            found |= {f"{house.letter} {name}": value for name, value in _fingerprints(_OF_TENANTS)}
    with tenant_context(world.agency):
        found |= {f"agency {name}": value for name, value in _fingerprints(_OF_AGENCIES)}
    return found


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def _fingerprints(tables: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    one = "SELECT '{0}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM \"{0}\" row"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables))
        return [(str(name), str(value)) for name, value in cursor.fetchall()]
