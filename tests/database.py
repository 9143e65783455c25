"""Test databases: one template per session, made by the real migrations and provisioning, cloned per worker."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg2
from django.db import connections
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from kernel.actors import system
from tenants.platform_migration import migrate_platform
from tenants.provisioning import TenantRequest, provision, request_tenant
from tests.cached_cluster import TEMPLATE_DATABASE, digest
from tests.environment import with_path

_BASE_TEMPLATE = "muster_template"
_BUILDING = "muster_test_building"
_LOCK = 815

DEPARTMENT = TenantRequest(
    kind="department",
    slug="alderbrook",
    name="Alderbrook Police Service",
    short_name="Alderbrook",
    time_zone="America/Toronto",
    currency="CAD",
    country="CA",
    region="ON",
)
OTHER_DEPARTMENT = TenantRequest(
    kind="department",
    slug="brackwater",
    name="Brackwater Police Department",
    short_name="Brackwater",
    time_zone="America/New_York",
    currency="USD",
    country="US",
    region="NY",
    hue=150,
)
AGENCY = TenantRequest(
    kind="agency",
    slug="candlewick",
    name="Candlewick Security",
    short_name="Candlewick",
    time_zone="America/Toronto",
    currency="CAD",
    country="CA",
    region="ON",
    hue=20,
)


def worker_database() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def make_worker_database() -> None:
    """The template when nobody has made it yet, then this worker's clone of it."""
    with closing(_server()) as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE_DATABASE])
        if cursor.fetchone() is None:
            _build_template(server)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    clone_database(worker_database())


def clone_database(name: str) -> None:
    """A fresh copy of the template under this name; an older one of that name is dropped."""
    with closing(_server()) as server:
        _replace(server, name=name, template=TEMPLATE_DATABASE)


def drop_database(name: str) -> None:
    with closing(_server()) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point both of Django's connections at another database for a while."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    _point_at(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _point_at(before)


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def _build_template(server: Connection) -> None:
    made_of = digest()
    _replace(server, name=_BUILDING, template=_BASE_TEMPLATE)
    with connected_to(_BUILDING):
        at = datetime(2026, 1, 1, tzinfo=UTC)
        actor = system("test world")
        migrate_platform(at=at)
        for request in (DEPARTMENT, OTHER_DEPARTMENT, AGENCY):
            provision(tenant_id=request_tenant(request=request, actor=actor, at=at).id, actor=actor, at=at)
    with server.cursor() as cursor:
        if digest() == made_of:
            # Files may change while the template is being built; then it serves this session and is not kept.
            cursor.execute(f"COMMENT ON DATABASE {_BUILDING} IS '{made_of}'")
        cursor.execute(f"ALTER DATABASE {_BUILDING} RENAME TO {TEMPLATE_DATABASE}")


def _replace(server: Connection, *, name: str, template: str) -> None:
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
        cursor.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY").format(**names))


def _server() -> Connection:
    server = psycopg2.connect(with_path(os.environ["DATABASE_OWNER_URL"], "postgres"))
    server.autocommit = True
    return server
