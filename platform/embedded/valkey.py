"""Valkey from the wheel's program, as our child, on 127.0.0.1 with a password."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import redis

from embedded import attached, ports
from embedded.binaries import valkey_program
from embedded.errors import ServerDidNotStart
from embedded.logs import last_lines, open_log

START_ATTEMPTS = 5
START_PATIENCE_SECONDS = 30.0


@dataclass
class ValkeyServer:
    """One local Valkey on `data_folder`. The append-only file is on: queued work survives a restart.

    `throwaway` keeps nothing on disk. `port` None lets it choose; it is set after `start()`.
    """

    data_folder: Path
    log_file: Path
    password: str
    throwaway: bool = False
    port: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The `redis://` address, database 0, password included."""
        return f"redis://:{quote(self.password)}@{ports.LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ServerDidNotStart."""
        self.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chosen_before = self.port
        for attempt in range(1, START_ATTEMPTS + 1):
            self.port = chosen_before or ports.choose_free_port()
            log_from = self.log_file.stat().st_size if self.log_file.exists() else 0
            self._launch()
            if self._wait_until_ready():
                return
            said = last_lines(self.log_file, from_byte=log_from)
            lost_the_port = "Address already in use" in said and chosen_before is None
            if not lost_the_port or attempt == START_ATTEMPTS:
                self.stop()
                raise ServerDidNotStart(f"Valkey did not start. Its log ({self.log_file}) ends with:\n{said}")

    def stop(self) -> None:
        """Stop; what was written is on disk first."""
        if self.process is not None:
            attached.stop(self.process, stop_signal=signal.SIGTERM, patience_seconds=10)
            self.process = None

    def _launch(self) -> None:
        # The configuration comes by file, not by arguments: the password would show in the process list.
        configuration = self.data_folder / "valkey.conf"
        lines = {
            "bind": ports.LOOPBACK,
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.data_folder}"',
            "appendonly": "no" if self.throwaway else "yes",
            "save": '""',
            # Evicting keys would lose queued work silently; a full memory must be an error.
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        handle = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in lines.items())
        with open_log(self.log_file) as log:
            self.process = attached.start(
                [valkey_program(), configuration],
                death_signal=signal.SIGTERM,
                folder=self.data_folder,
                output=log,
            )

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        client = redis.Redis.from_url(self.url, socket_connect_timeout=2)
        try:
            while time.monotonic() < deadline:
                if self.process is None or self.process.poll() is not None:
                    return False
                try:
                    client.ping()
                except (redis.ConnectionError, redis.TimeoutError):
                    time.sleep(0.05)
                else:
                    return True
            return False
        finally:
            client.close()
