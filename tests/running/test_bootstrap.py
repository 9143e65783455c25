"""Two logins that can do no harm, and the same from the script for a production server."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from embedded import bootstrap
from embedded.binaries import postgres_program
from embedded.postgres import PostgresServer
from embedded.services import Services
from tests.running.outside import rows


def test_neither_login_is_superuser_or_skips_row_level_security(services: Services) -> None:
    query = "SELECT rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
    assert rows(services.database_url, query) == [(False, False, False)]
    assert rows(services.owner_url, query) == [(False, False, True)]


def test_the_app_login_owns_nothing_and_creates_nothing(services: Services) -> None:
    owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
    assert rows(services.database_url, owned) == [(0,)]
    for statement in (
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE ROLE mine",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            rows(services.database_url, statement)


def test_the_extensions_are_there_without_a_superuser(services: Services) -> None:
    found = rows(services.owner_url, "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname")
    assert [name for (name,) in found] == sorted(bootstrap.EXTENSIONS)


def test_a_wrong_password_is_refused_even_on_this_machine(services: Services) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(services.database_url, password="guess")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(urlsplit(services.redis_url).port or 0), password="guess").ping()


def test_bootstrapping_twice_changes_nothing(services: Services) -> None:
    assert services.superuser_url is not None
    roles = "SELECT rolname, rolsuper, rolcreaterole FROM pg_roles ORDER BY 1"
    before = rows(services.owner_url, roles)
    rows(services.owner_url, "CREATE TABLE kept_by_bootstrap (id int)")
    bootstrap.prepare_server(
        superuser_url=services.superuser_url,
        owner_password=str(urlsplit(services.owner_url).password),
        app_password=str(urlsplit(services.database_url).password),
    )
    assert rows(services.owner_url, "SELECT rolname, rolsuper, rolcreaterole FROM pg_roles ORDER BY 1") == before
    assert rows(services.owner_url, "SELECT count(*) FROM kept_by_bootstrap") == [(0,)]


def test_the_production_script_does_the_same(open_folder: Path) -> None:
    server = PostgresServer(
        data_folder=open_folder / "postgres",
        log_file=open_folder / "log",
        superuser_password="superuser-secret",
        throwaway=True,
    )
    try:
        server.start()
        script = open_folder / "bootstrap.sql"
        script.write_text(bootstrap.production_script())
        for _ in range(2):
            subprocess.run(
                [
                    postgres_program("psql", system_user=None),
                    "--no-psqlrc",
                    "--file",
                    script,
                    server.superuser_url(),
                ],
                input="owner-secret\napp-secret\n",
                capture_output=True,
                text=True,
                check=True,
            )
        there = {"host": "127.0.0.1", "port": str(server.port), "dbname": "muster"}
        app = rows("", "SELECT current_user", user="muster_app", password="app-secret", **there)
        owner = rows("", "SELECT public.earth() > 0", user="muster_owner", password="owner-secret", **there)
        assert (app, owner) == ([("muster_app",)], [(True,)])
    finally:
        server.stop()
