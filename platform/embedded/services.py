"""A PostgreSQL and a Valkey of our own: throwaway ones for tests, lasting ones for `make run`."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedded import bootstrap
from embedded.postgres import PostgresServer, connection_url
from embedded.secrets_file import Secrets, new_secrets
from embedded.temporary_folders import open_temporary_folder
from embedded.valkey import ValkeyServer

DATABASE = "muster"


@dataclass(frozen=True)
class Services:
    """Addresses of running servers, with passwords. `postgres` and `valkey` are None when somebody else's is used."""

    database_url: str
    owner_url: str
    superuser_url: str | None
    redis_url: str
    postgres: PostgresServer | None
    valkey: ValkeyServer | None

    def environment(self) -> dict[str, str]:
        """DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
        }


@contextlib.contextmanager
def temporary_services(*, fast: bool = True, database: str = DATABASE) -> Iterator[Services]:
    """A PostgreSQL and a Valkey in a new temporary folder, bootstrapped, gone at the end of the block.

    Any number may run at once. Both servers also end when this process is killed (the folder then stays behind in
    the system's temporary folder). `fast` gives up durability. The database `database` is empty: no migrations.
    """
    folder = open_temporary_folder("muster-services-")
    try:
        with lasting_services(
            postgres_folder=folder / "postgres",
            valkey_folder=folder / "valkey",
            log_folder=folder / "log",
            passwords=new_secrets(),
            throwaway=fast,
            database=database,
        ) as services:
            yield services
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def lasting_services(
    *,
    postgres_folder: Path,
    valkey_folder: Path,
    log_folder: Path,
    passwords: Secrets,
    throwaway: bool = False,
    database: str = DATABASE,
    given_environment: dict[str, str] | None = None,
) -> Iterator[Services]:
    """Start what is not given, bootstrap what we started, stop what we started.

    `given_environment` may hold DATABASE_URL with DATABASE_OWNER_URL, and REDIS_URL: those servers are used instead
    and left alone. Raises the problems of `embedded.errors`.
    """
    given = given_environment or {}
    with contextlib.ExitStack() as stack:
        postgres: PostgresServer | None = None
        valkey: ValkeyServer | None = None
        superuser_url: str | None = None
        if "DATABASE_URL" in given:
            database_url, owner_url = given["DATABASE_URL"], given["DATABASE_OWNER_URL"]
        else:
            postgres = PostgresServer(
                data_folder=postgres_folder,
                log_file=log_folder / "postgres.log",
                superuser_password=passwords.database_superuser_password,
                throwaway=throwaway,
            )
            stack.callback(postgres.stop)
            postgres.start()
            superuser_url = postgres.superuser_url()
            bootstrap.prepare_server(
                superuser_url=superuser_url,
                owner_password=passwords.database_owner_password,
                app_password=passwords.database_app_password,
                databases=(database,),
            )
            assert postgres.port is not None
            database_url = connection_url(
                port=postgres.port,
                role=bootstrap.APP_ROLE,
                password=passwords.database_app_password,
                database=database,
            )
            owner_url = connection_url(
                port=postgres.port,
                role=bootstrap.OWNER_ROLE,
                password=passwords.database_owner_password,
                database=database,
            )
        if "REDIS_URL" in given:
            redis_url = given["REDIS_URL"]
        else:
            valkey = ValkeyServer(
                data_folder=valkey_folder,
                log_file=log_folder / "valkey.log",
                password=passwords.valkey_password,
                throwaway=throwaway,
            )
            stack.callback(valkey.stop)
            valkey.start()
            redis_url = valkey.url
        yield Services(
            database_url=database_url,
            owner_url=owner_url,
            superuser_url=superuser_url,
            redis_url=redis_url,
            postgres=postgres,
            valkey=valkey,
        )
