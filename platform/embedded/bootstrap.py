"""The few things only a database superuser can do, the same for `make run`, tests and a production server.

Two logins, neither of them superuser: `muster_owner` owns the databases and runs migrations and provisioning;
`muster_app` serves requests, owns nothing and inherits nothing (roles granted to it take effect only by SET ROLE).
The base template database carries the extensions, because earthdistance may only be installed by a superuser.
Running this again changes nothing but the passwords, which are set to the given ones.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import Any

import psycopg2
from psycopg2 import errors, sql

OWNER_ROLE = "muster_owner"
APP_ROLE = "muster_app"
TEMPLATE_DATABASE = "muster_template"
EXTENSIONS = ("cube", "earthdistance", "btree_gist")

# pg_signal_backend: without it the owner cannot end the app's sessions when it drops a database.
_ROLES = (
    f"CREATE ROLE {OWNER_ROLE} LOGIN",
    f"CREATE ROLE {APP_ROLE} LOGIN",
)
_ROLE_ATTRIBUTES = (
    f"ALTER ROLE {OWNER_ROLE} NOSUPERUSER CREATEROLE CREATEDB NOREPLICATION NOBYPASSRLS",
    f"ALTER ROLE {APP_ROLE} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS NOINHERIT",
    f"GRANT pg_signal_backend TO {OWNER_ROLE}",
)
_CREATE_TEMPLATE = (
    f"CREATE DATABASE {TEMPLATE_DATABASE} OWNER {OWNER_ROLE} TEMPLATE template0 ENCODING 'UTF8' IS_TEMPLATE true"
)
_IN_TEMPLATE = (
    *(f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public" for name in EXTENSIONS),
    f"ALTER SCHEMA public OWNER TO {OWNER_ROLE}",
    # Every role gets its USAGE by name, from the migrations.
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
)


def _create_database(name: str) -> str:
    return f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} TEMPLATE {TEMPLATE_DATABASE}'


def _on_database(name: str) -> tuple[str, ...]:
    return (
        f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC',
        f'GRANT CONNECT ON DATABASE "{name}" TO {APP_ROLE}',
        f"ALTER DATABASE \"{name}\" SET timezone TO 'UTC'",
    )


def prepare_server(
    *,
    superuser_url: str,
    owner_password: str,
    app_password: str,
    databases: Iterable[str] = ("muster",),
) -> None:
    """Create roles, the template database and `databases`, tolerating whatever exists.

    `superuser_url` names any existing database of the server. Raises psycopg2 errors of the server.
    """
    with _AutocommitCursor(superuser_url) as cursor:
        for statement in _ROLES:
            _run(
                cursor,
                statement,
                tolerate=(errors.DuplicateObject, errors.UniqueViolation),
            )
        for statement in _ROLE_ATTRIBUTES:
            cursor.execute(statement)
        for role, password in ((OWNER_ROLE, owner_password), (APP_ROLE, app_password)):
            cursor.execute(
                sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)),
                [password],
            )
        _run(
            cursor,
            _CREATE_TEMPLATE,
            tolerate=(errors.DuplicateDatabase, errors.UniqueViolation),
        )
    with _AutocommitCursor(superuser_url, database=TEMPLATE_DATABASE) as cursor:
        for statement in _IN_TEMPLATE:
            cursor.execute(statement)
    with _AutocommitCursor(superuser_url) as cursor:
        for name in databases:
            if '"' in name:
                raise ValueError("a database name may not hold a quotation mark")
            _run(
                cursor,
                _create_database(name),
                tolerate=(errors.DuplicateDatabase, errors.UniqueViolation),
            )
            for statement in _on_database(name):
                cursor.execute(statement)


def production_script(database: str = "muster") -> str:
    """The same statements as a psql script; psql asks for both passwords."""
    roles = [
        f"SELECT '{statement}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec"
        for role, statement in zip((OWNER_ROLE, APP_ROLE), _ROLES, strict=True)
    ]
    create_template = _CREATE_TEMPLATE.replace("'", "''")
    lines = [
        "-- Run once by a superuser:  psql --dbname=postgres --file=bootstrap.sql",
        "\\set ON_ERROR_STOP on",
        f"\\prompt 'Password for {OWNER_ROLE}: ' owner_password",
        f"\\prompt 'Password for {APP_ROLE}: ' app_password",
        *roles,
        *(f"{statement};" for statement in _ROLE_ATTRIBUTES),
        f"ALTER ROLE {OWNER_ROLE} PASSWORD :'owner_password';",
        f"ALTER ROLE {APP_ROLE} PASSWORD :'app_password';",
        _unless_database_exists(create_template, TEMPLATE_DATABASE),
        f"\\connect {TEMPLATE_DATABASE}",
        *(f"{statement};" for statement in _IN_TEMPLATE),
        "\\connect postgres",
        _unless_database_exists(_create_database(database), database),
        *(f"{statement};" for statement in _on_database(database)),
    ]
    return "\n".join(lines) + "\n"


def _unless_database_exists(statement: str, database: str) -> str:
    missing = f"NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')"
    return f"SELECT '{statement}' WHERE {missing} \\gexec"


class _AutocommitCursor:
    """A cursor in autocommit mode (CREATE DATABASE refuses a transaction), closed at the end of the block."""

    def __init__(self, url: str, *, database: str | None = None) -> None:
        self._connection = psycopg2.connect(url, **({"dbname": database} if database else {}))
        self._connection.autocommit = True

    def __enter__(self) -> Any:
        return self._connection.cursor()

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _run(cursor: Any, statement: str, *, tolerate: tuple[type[Exception], ...]) -> None:
    try:
        cursor.execute(statement)
    except tolerate:
        # Roles are shared by the whole server, and a parallel bootstrap may be a moment ahead.
        return


def main() -> int:
    """Print the script, or run it on a server given by its superuser address."""
    parser = argparse.ArgumentParser(prog="python -m embedded.bootstrap", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--print-sql",
        action="store_true",
        help="print a psql script for a production server",
    )
    parser.add_argument("--database", default="muster", help="name of the database (default: muster)")
    arguments = parser.parse_args()
    if not arguments.print_sql:
        parser.error("say --print-sql")
    sys.stdout.write(production_script(arguments.database))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
