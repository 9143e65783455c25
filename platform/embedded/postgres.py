"""PostgreSQL from the wheel's programs: initdb once, then `postgres` in the foreground as our child.

The package's own starter is not used: run as root it opens the permissions of every parent folder and adopts other
people's data folders. The server listens on 127.0.0.1 only and asks everybody for a password, so other users of the
machine are kept out without any folder tricks.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2

from embedded import attached, ports
from embedded.binaries import postgres_program
from embedded.errors import DataFolderUnusable, ServerDidNotStart
from embedded.leftovers import clear_stale_process_file
from embedded.logs import last_lines, open_log
from embedded.system_user import SystemUser, blocking_folder, needed_system_user

SUPERUSER = "muster_superuser"
START_ATTEMPTS = 5
START_PATIENCE_SECONDS = 60.0

_ALWAYS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "max_connections": "200",
}
# A throwaway cluster may lose everything in a power cut; it gains about a factor of three in test time.
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "scram_iterations": "1",
    # A database that lives for one test needs no vacuum, and compiling its queries costs more than it gives back.
    "autovacuum": "off",
    "jit": "off",
    "checkpoint_timeout": "30min",
}


def connection_url(*, port: int, role: str, password: str, database: str) -> str:
    """A `postgresql://` address on this machine, understood by libpq and by the settings."""
    return f"postgresql://{quote(role)}:{quote(password)}@{ports.LOOPBACK}:{port}/{quote(database)}"


@dataclass
class PostgresServer:
    """One local PostgreSQL server on `data_folder`, started and stopped by this object.

    `throwaway` trades durability for speed. `port` None lets it choose; it is set after `start()`.
    """

    data_folder: Path
    log_file: Path
    superuser_password: str
    throwaway: bool = False
    port: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def superuser_url(self, database: str = "postgres") -> str:
        """The address of `database` for the superuser of this cluster: for bootstrapping only."""
        if self.port is None:
            raise RuntimeError("start() has not chosen a port yet")
        return connection_url(
            port=self.port,
            role=SUPERUSER,
            password=self.superuser_password,
            database=database,
        )

    def start(self) -> None:
        """Create the cluster when there is none, start the server, wait until it answers.

        Raises DataFolderUnusable, ServerDidNotStart, or StartupProblem with what to do.
        """
        system_user = needed_system_user()
        self._prepare_data_folder(system_user)
        clear_stale_process_file(self.data_folder)
        chosen_before = self.port
        for attempt in range(1, START_ATTEMPTS + 1):
            self.port = chosen_before or ports.choose_free_port()
            log_from = self.log_file.stat().st_size if self.log_file.exists() else 0
            self._launch(system_user)
            if self._wait_until_ready():
                return
            said = last_lines(self.log_file, from_byte=log_from)
            lost_the_port = "could not bind" in said and chosen_before is None
            if not lost_the_port or attempt == START_ATTEMPTS:
                self.stop()
                raise ServerDidNotStart(f"PostgreSQL did not start. Its log ({self.log_file}) ends with:\n{said}")

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk."""
        if self.process is not None:
            attached.stop(self.process, stop_signal=signal.SIGINT, patience_seconds=30)
            self.process = None

    def _launch(self, system_user: SystemUser | None) -> None:
        options = _ALWAYS | (_THROWAWAY if self.throwaway else {}) | {"port": str(self.port)}
        arguments: list[str | Path] = [
            postgres_program("postgres", system_user=system_user),
            "-D",
            self.data_folder,
        ]
        for name, value in options.items():
            arguments += ["-c", f"{name}={value}"]
        with open_log(self.log_file) as log:
            self.process = attached.start(
                arguments,
                death_signal=signal.SIGINT,
                system_user=system_user,
                environment=_environment(),
                output=log,
            )

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                return False
            try:
                psycopg2.connect(self.superuser_url(), connect_timeout=3).close()
            except psycopg2.OperationalError as refusal:
                if "password authentication failed" in str(refusal):
                    raise DataFolderUnusable(
                        f"The database in {self.data_folder} was made with other passwords than those in the secrets "
                        f"file beside it. Put that file back, or remove both to start afresh."
                    ) from refusal
                time.sleep(0.05)
            else:
                return True
        return False

    def _prepare_data_folder(self, system_user: SystemUser | None) -> None:
        if (self.data_folder / "PG_VERSION").exists():
            self._check_existing(system_user)
            return
        if self.data_folder.exists() and any(self.data_folder.iterdir()):
            raise DataFolderUnusable(f"{self.data_folder} holds files but no database; move them away first.")
        # initdb works in a folder beside and is renamed at the end, so that an interrupted one leaves nothing half.
        staging = self.data_folder.with_name(self.data_folder.name + ".new")
        if staging.exists():
            shutil.rmtree(staging)
        staging.mkdir(mode=0o700, parents=True)
        if system_user is not None:
            blocked = blocking_folder(staging.parent, system_user=system_user)
            if blocked is not None:
                raise DataFolderUnusable(
                    f"PostgreSQL runs as {system_user.name}, who may not enter {blocked}. "
                    f"Choose another place: MUSTER_DATA=/srv/muster"
                )
            os.chown(staging, system_user.user_id, system_user.group_id)
        self._initdb(staging, system_user)
        if self.data_folder.exists():
            self.data_folder.rmdir()
        staging.rename(self.data_folder)

    def _initdb(self, folder: Path, system_user: SystemUser | None) -> None:
        reading, writing = os.pipe()
        os.write(writing, self.superuser_password.encode() + b"\n")
        os.close(writing)
        identity: dict[str, object] = {}
        if system_user is not None:
            # The pipe is root's; /dev/fd would re-open it and be refused, so it becomes standard input instead.
            os.fchown(reading, system_user.user_id, system_user.group_id)
            identity = {
                "user": system_user.user_id,
                "group": system_user.group_id,
                "extra_groups": [],
            }
        try:
            outcome = subprocess.run(  # type: ignore[call-overload]
                [
                    str(postgres_program("initdb", system_user=system_user)),
                    f"--pgdata={folder}",
                    f"--username={SUPERUSER}",
                    "--pwfile=/dev/stdin",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-instructions",
                    *(["--no-sync", "--set=scram_iterations=1"] if self.throwaway else []),
                ],
                stdin=reading,
                capture_output=True,
                text=True,
                cwd="/",
                env=_environment(),
                check=False,
                **identity,
            )
        finally:
            os.close(reading)
        if outcome.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise ServerDidNotStart(f"initdb could not create {folder}:\n{outcome.stderr.strip()}")

    def _check_existing(self, system_user: SystemUser | None) -> None:
        owner = self.data_folder.stat().st_uid
        expected = os.geteuid() if system_user is None else system_user.user_id
        if owner != expected:
            raise DataFolderUnusable(
                f"{self.data_folder} belongs to user id {owner}: it was made under another user. "
                f"Run as that user again, or use another folder: MUSTER_DATA=$HOME/muster-data make run"
            )
        made_by = (self.data_folder / "PG_VERSION").read_text().strip()
        program = postgres_program("postgres", system_user=system_user)
        # "postgres (PostgreSQL) 18.6"
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
        if version.split(".")[0] != made_by:
            raise DataFolderUnusable(
                f"{self.data_folder} was made by PostgreSQL {made_by}, and the installed one is {version}. "
                f"Move the folder away for a fresh start, or dump it with version {made_by} first."
            )


def _environment() -> dict[str, str]:
    # Nothing of the caller's PG* settings may reach the server; TZ and the locale are fixed.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
