"""The whole stack, headless, for the demo and the tests: every process with its own log, each killable by name."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedded import attached, ports
from embedded.binaries import make_elsewhere_passable
from embedded.errors import ServerDidNotStart
from embedded.health import wait_until_answering
from embedded.installation import ROOT, SANDBOX, SANDBOX_DISTANCE, SMTP_DISTANCE, WEB, Installation
from embedded.logs import last_lines, open_log
from embedded.processes import commands
from embedded.run_lock import hold_run_lock
from embedded.secrets_file import load_or_create_secrets
from embedded.services import Services, lasting_services
from embedded.temporary_folders import open_temporary_folder

HEALTH_PATIENCE_SECONDS = 90.0


@dataclass
class Stack:
    """A running stack. Addresses in `installation`, passwords in `environment`."""

    installation: Installation
    services: Services
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return self.installation.base_url

    @property
    def sandbox_url(self) -> str:
        return self.installation.sandbox_url

    @property
    def process_ids(self) -> dict[str, int]:
        """Name → process id of what runs now."""
        return {name: process.pid for name, process in self.running.items() if process.poll() is None}

    def log_file(self, name: str) -> Path:
        """Where a process writes both its outputs."""
        return self.installation.log_folder / f"{name}.log"

    def start(self, name: str) -> None:
        """Start one process; does not wait for it to answer."""
        with open_log(self.log_file(name)) as log:
            self.running[name] = attached.start(
                commands(self.installation)[name],
                environment=self.environment,
                folder=ROOT,
                output=log,
            )

    def stop(self, name: str, *, patience_seconds: float = 10) -> None:
        """TERM, wait, then kill. Nothing happens when it is not running."""
        process = self.running.pop(name, None)
        if process is not None:
            attached.stop(process, patience_seconds=patience_seconds)
            # A parent that was killed from outside may have left children that still hold its port.
            attached.kill_session(process)

    def kill(self, name: str) -> None:
        """kill -9 of the process and of everything it started, as a machine failure would."""
        process = self.running.pop(name)
        attached.kill_session(process)
        process.wait()

    def restart(self, name: str) -> None:
        """Start again after kill() or on top of stop(); waits for the answer of web and sandbox."""
        self.stop(name)
        self.start(name)
        if name in self.installation.health_urls():
            self.wait_until_healthy(names=[name])

    def wait_until_healthy(self, *, names: Sequence[str] = (WEB, SANDBOX)) -> None:
        """Wait until the named processes answer. Raises ServerDidNotStart with the end of the log at fault."""
        urls = {
            name: url for name, url in self.installation.health_urls().items() if name in names and name in self.running
        }
        try:
            wait_until_answering(
                urls,
                patience_seconds=HEALTH_PATIENCE_SECONDS,
                still_wanted=lambda: not self.ended(),
            )
        except ServerDidNotStart as problem:
            at_fault = self.ended() or list(urls)
            logs = "\n".join(f"{name}:\n{last_lines(self.log_file(name))}" for name in at_fault)
            raise ServerDidNotStart(f"{problem}\n{logs}") from None

    def ended(self) -> list[str]:
        """Names of processes that were started and have ended by themselves."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` in this stack's environment and return what it printed. Raises ServerDidNotStart."""
        outcome = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode != 0:
            said = f"{outcome.stdout}\n{outcome.stderr}".strip()
            raise ServerDidNotStart(f"manage.py {' '.join(arguments)} failed:\n{said[-4000:]}")
        return outcome.stdout


@contextlib.contextmanager
def stack(
    *,
    data: Path | None = None,
    port: int | None = None,
    demo_data: bool = True,
    throwaway: bool = True,
    environment: dict[str, str] | None = None,
    processes: Sequence[str] | None = None,
) -> Iterator[Stack]:
    """Start databases, migrations, demo data and all processes; stop everything at the end of the block.

    `data` None makes a temporary folder that is removed afterwards; `port` None chooses free ones. `environment` is
    laid over the stack's. `processes` limits which are started (all by default). Ports, data and databases are its
    own: DATABASE_URL and REDIS_URL of the caller are ignored. Start it from the main thread.
    Raises the problems of `embedded.errors`.
    """
    with contextlib.ExitStack() as cleanup:
        if data is None:
            data = open_temporary_folder("muster-stack-")
            cleanup.callback(shutil.rmtree, data, ignore_errors=True)
        chosen = port or ports.choose_free_port(distances=(0, SANDBOX_DISTANCE, SMTP_DISTANCE))
        installation = Installation(data_folder=data.resolve(), port=chosen)
        ports.require_free_ports(installation.wanted_ports(), base_port=chosen)
        cleanup.enter_context(hold_run_lock(installation.lock_file, base_url=installation.base_url))
        passwords = load_or_create_secrets(installation.secrets_file)
        make_elsewhere_passable(installation.postgres_folder())
        services = cleanup.enter_context(
            lasting_services(
                postgres_folder=installation.postgres_folder(),
                valkey_folder=installation.data_folder / "valkey",
                log_folder=installation.log_folder,
                passwords=passwords,
                throwaway=throwaway,
            )
        )
        running = Stack(
            installation=installation,
            services=services,
            environment={
                **installation.environment(services=services, passwords=passwords),
                **({"MUSTER_QUICK_PASSWORDS": "1"} if throwaway else {}),
                **(environment or {}),
            },
        )
        running.manage("migrate_platform")
        if demo_data:
            running.manage("load_demo")
        cleanup.callback(_stop_all, running)
        for name in processes if processes is not None else commands(installation):
            running.start(name)
        running.wait_until_healthy()
        yield running


def _stop_all(running: Stack) -> None:
    # All are asked first, so that they end side by side.
    for process in running.running.values():
        if process.poll() is None:
            process.terminate()
    for name in list(running.running):
        running.stop(name)
