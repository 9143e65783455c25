"""The stack of one simulation: servers of its own, the product's processes, and everything that can be done to them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from embedded import ports
from embedded.binaries import make_elsewhere_passable
from embedded.health import wait_until_answering
from embedded.installation import SANDBOX_DISTANCE, SMTP_DISTANCE, Installation
from embedded.logs import last_lines
from embedded.secrets_file import new_secrets
from embedded.services import DATABASE, Services, lasting_services
from embedded.temporary_folders import open_temporary_folder
from simulation import targets
from simulation.calls import NobodyAnswers, Provider
from simulation.nursery import Nursery, is_alive, kill_session, wait_until_ended

_WORKER_PATIENCE_SECONDS = 12.0


@dataclass
class Stage:
    installation: Installation
    services: Services
    nursery: Nursery
    provider: Provider
    running: dict[str, int] = field(default_factory=dict)
    ended_by_themselves: int = 0

    # ── Processes ───────────────────────────────────────────────────────────────────────────────────────────────────

    def start_all(self) -> None:
        for name in targets.LASTING:
            self.running[name] = self.nursery.start(name)
        self.wait_until_answering()

    def wait_until_answering(self) -> None:
        urls = self.installation.health_urls()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.revive()
            with contextlib.suppress(Exception):
                wait_until_answering(urls, patience_seconds=1)
                return
        raise NobodyAnswers(self.ends_of_logs())

    def kill(self, name: str) -> None:
        """kill -9 of the process and of everything it started. Whoever calls starts it again."""
        kill_session(self.running[name])
        wait_until_ended(self.running[name], seconds=10)

    def start_again(self, name: str) -> None:
        self.running[name] = self.nursery.start(name)

    def revive(self) -> None:
        """Whatever ended by itself, as after a stop of the database, is started again."""
        for name, process_id in self.running.items():
            if not is_alive(process_id):
                self.ended_by_themselves += 1
                kill_session(process_id)
                self.start_again(name)

    def stop_database(self) -> None:
        """PostgreSQL's immediate shutdown: no session ends its work, and the next start recovers from the log."""
        server = self.services.postgres
        assert server is not None
        assert server.process is not None
        server.process.send_signal(signal.SIGQUIT)
        server.process.wait(timeout=30)
        server.process = None
        server.start()

    # ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def jump(self, seconds: int) -> None:
        """Move the clock of everything. Nobody may be inside a call: there, not even a minute passes in a moment."""
        worker = self.running[targets.WORKER]
        self.wait_for_worker()
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGTERM)
        if not wait_until_ended(worker, seconds=_WORKER_PATIENCE_SECONDS):
            kill_session(worker)
            wait_until_ended(worker, seconds=10)
        deadline = time.monotonic() + 10
        while self.provider.open_calls() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.provider.control("POST", "clock", {"advance_seconds": seconds})
        self.start_again(targets.WORKER)

    def wait_for_worker(self) -> None:
        """A signal that comes before the worker knows what to do with it would end it half-born."""
        ready = targets.ready_file(self.installation, self.running[targets.WORKER])
        deadline = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < deadline:
            if not is_alive(self.running[targets.WORKER]):
                return
            time.sleep(0.02)

    # ── Looking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read past row level security, without the application. `values`: in their order, or one mapping of names."""
        assert self.services.superuser_url is not None
        address = f"{self.services.superuser_url.rsplit('/', 1)[0]}/{DATABASE}"
        with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values[0] if values and isinstance(values[0], dict) else values or None)
            return list(cursor.fetchall())

    @property
    def provider_database(self) -> Path:
        return self.installation.data_folder / "sandbox" / "sandbox.sqlite3"

    def forget_recording(self) -> None:
        """The stand-in's recording of a long simulation would fill the disk; its database keeps what matters."""
        (self.installation.data_folder / "sandbox" / "requests.jsonl").unlink(missing_ok=True)

    def ends_of_logs(self) -> str:
        return "\n".join(f"── {name}\n{last_lines(self.nursery.log_file(name))}" for name in targets.LASTING)


@contextlib.contextmanager
def prepared(*, keep: Path | None = None) -> Iterator[Stage]:
    """Everything is up inside the block; Django is set up in this process, nothing of it may be imported before."""
    folder = open_temporary_folder("muster-simulation-")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(_put_away, folder, keep)
        port = ports.choose_free_port(distances=(0, SANDBOX_DISTANCE, SMTP_DISTANCE))
        installation = Installation(data_folder=folder.resolve(), port=port)
        passwords = new_secrets()
        make_elsewhere_passable(installation.postgres_folder())
        services = cleanup.enter_context(
            lasting_services(
                postgres_folder=installation.postgres_folder(),
                valkey_folder=folder / "valkey",
                log_folder=installation.log_folder,
                passwords=passwords,
            )
        )
        _forgo_power_cuts(services)
        os.environ.update(installation.environment(services=services, passwords=passwords))
        os.environ["DJANGO_SETTINGS_MODULE"] = "simulation.settings"
        os.environ["MUSTER_ENVIRONMENT"] = "test"
        import django

        django.setup()
        targets.load_everything()
        nursery = Nursery(targets.targets(installation), log_folder=installation.log_folder)
        cleanup.callback(nursery.close)
        stage = Stage(installation, services, nursery, Provider(installation.sandbox_port))
        if not wait_until_ended(nursery.start(targets.PREPARE), seconds=300):
            raise NobodyAnswers("The database could not be prepared in five minutes.")
        if not (folder / "town.json").exists():
            raise NobodyAnswers(last_lines(nursery.log_file(targets.PREPARE)))
        stage.start_all()
        yield stage


def _forgo_power_cuts(services: Services) -> None:
    """Commits reach the operating system, which survives what is done here; only a power cut would need the disk."""
    assert services.superuser_url is not None
    with closing(psycopg2.connect(services.superuser_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("ALTER SYSTEM SET fsync = off")
        cursor.execute("SELECT pg_reload_conf()")


def _put_away(folder: Path, keep: Path | None) -> None:
    if keep is not None:
        shutil.rmtree(keep, ignore_errors=True)
        keep.mkdir(parents=True)
        for name in ("log", "sandbox"):
            if (folder / name).exists():
                shutil.copytree(folder / name, keep / name)
    shutil.rmtree(folder, ignore_errors=True)
