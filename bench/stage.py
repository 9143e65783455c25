"""Throwaway servers with the real migrations, walls and one provisioned department, for one run of the benchmarks.

With BENCH_SUPERUSER_URL another PostgreSQL server is used instead of the embedded one, in a database that is made for
the run and dropped after it: for a peer that the embedded server does not carry.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg2

from embedded import bootstrap
from embedded.secrets_file import new_secrets
from embedded.services import DATABASE, Services, lasting_services, temporary_services
from embedded.temporary_folders import open_temporary_folder

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Django is set up inside the block; nothing of it may be imported before."""
    with _services() as services:
        os.environ.update(services.environment())
        os.environ["MUSTER_ENVIRONMENT"] = "test"
        # One caller asks for everything that is measured.
        os.environ["REQUESTS_PER_MINUTE_PER_ADDRESS"] = os.environ["REQUESTS_PER_MINUTE_PER_PERSON"] = "1000000"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tenants.platform_migration import migrate_platform

        migrate_platform(at=NOW)

        yield


@contextlib.contextmanager
def _services() -> Iterator[Services]:
    given = os.environ.get("BENCH_SUPERUSER_URL")
    # Durable as in production: `fast` would flatter whatever writes.
    with temporary_services(fast=False) if given is None else _on_server(given) as services:
        if services.postgres is not None:
            os.environ["BENCH_DATABASE_SUPERUSER_URL"] = services.postgres.superuser_url(DATABASE)
        yield services


@contextlib.contextmanager
def _on_server(superuser_url: str) -> Iterator[Services]:
    parts, passwords, database = urlsplit(superuser_url), new_secrets(), "muster_bench"

    def address(role: str, password: str) -> str:
        return parts._replace(
            netloc=f"{role}:{password}@{parts.hostname}:{parts.port or 5432}", path=f"/{database}"
        ).geturl()

    bootstrap.prepare_server(
        superuser_url=superuser_url,
        owner_password=passwords.database_owner_password,
        app_password=passwords.database_app_password,
        databases=(database,),
    )
    os.environ["BENCH_DATABASE_SUPERUSER_URL"] = parts._replace(path=f"/{database}").geturl()
    folder = open_temporary_folder("muster-bench-")
    try:
        with lasting_services(
            postgres_folder=folder / "postgres",
            valkey_folder=folder / "valkey",
            log_folder=folder / "log",
            passwords=passwords,
            given_environment={
                "DATABASE_URL": address(bootstrap.APP_ROLE, passwords.database_app_password),
                "DATABASE_OWNER_URL": address(bootstrap.OWNER_ROLE, passwords.database_owner_password),
            },
        ) as services:
            yield services
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        connection = psycopg2.connect(superuser_url)
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")


def department(slug: str):  # type: ignore[no-untyped-def]
    """A department in Ontario with the example's rules in force since the start of the year."""
    from datetime import date

    from departments.policies import publish_policy
    from departments.policy.examples import example
    from kernel.actors import system
    from tenants.provisioning import TenantRequest, provision, request_tenant
    from tenants.queries import get_active_tenant

    actor = system("benchmark")
    request = TenantRequest(
        kind="department",
        slug=slug,
        name=f"{slug.title()} Police Service",
        short_name=slug.title(),
        time_zone="America/Toronto",
        currency="CAD",
        country="CA",
        region="ON",
    )
    tenant = provision(tenant_id=request_tenant(request=request, actor=actor, at=NOW).id, actor=actor, at=NOW)
    publish_policy(
        department_id=tenant.id,
        document=example("ontario"),
        effective_from_date=date(2026, 1, 1),
        note="",
        actor=actor,
        at=NOW,
    )
    return get_active_tenant(tenant_id=tenant.id)
