"""The owner's connection: migrations, grants and provisioning. Web processes in production do not have it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

OWNER = "owner"
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "120s"
# One migration run or grant at a time per database; PostgreSQL's own number for "muster", arbitrary but fixed.
_ADVISORY_LOCK = 7_245_121


def owner_connection() -> BaseDatabaseWrapper:
    if OWNER not in settings.DATABASES:
        raise ImproperlyConfigured("This needs the owner's login. Set DATABASE_OWNER_URL and try again.")
    return connections[OWNER]


def app_login() -> str:
    """The name of the login that the application uses, from DATABASE_URL."""
    return str(settings.DATABASES["default"]["USER"])


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the advisory lock of this database, so that two deployments do not migrate at once."""
    connection = owner_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def enter_schema(cursor: CursorWrapper, schema_name: str) -> None:
    """Until the end of the transaction, work in this schema, and give up rather than queue behind a long lock."""
    cursor.execute(
        "SELECT set_config('search_path', %s, true), set_config('lock_timeout', %s, true), "
        "set_config('statement_timeout', %s, true)",
        [f'"{schema_name}",public', LOCK_TIMEOUT, STATEMENT_TIMEOUT],
    )


def quote(name: str) -> str:
    return owner_connection().ops.quote_name(name)


def rows(sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with owner_connection().cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
