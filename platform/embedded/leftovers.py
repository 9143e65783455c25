"""What an earlier PostgreSQL left in its data folder, and whether it still runs.

`postmaster.pid` alone proves nothing: after a crash its number may belong to any program. A process counts as the
server only when it works inside the data folder (every PostgreSQL process does).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from embedded.errors import AlreadyRunning

SHUTDOWN_PATIENCE_SECONDS = 15.0


def is_alive(process_id: int) -> bool:
    """Whether a process of that number exists, whoever owns it."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def processes_inside(folder: Path) -> list[int]:
    """Numbers of the processes whose working folder is `folder`; empty where the system does not tell."""
    wanted = str(folder.resolve())
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == wanted:
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def clear_stale_process_file(data_folder: Path) -> None:
    """Remove a `postmaster.pid` that no server stands behind; wait for one that is just shutting down.

    Raises AlreadyRunning, naming the process, when a server really uses the folder.
    """
    process_file = data_folder / "postmaster.pid"
    deadline = time.monotonic() + SHUTDOWN_PATIENCE_SECONDS
    while process_file.exists():
        running = _server_processes(process_file, data_folder)
        if not running:
            process_file.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise AlreadyRunning(
                f"A PostgreSQL server (process {running[0]}) already uses {data_folder}.\n"
                f"If no other `make run` needs it, stop it with: kill -INT {running[0]}"
            )
        time.sleep(0.1)


def _server_processes(process_file: Path, data_folder: Path) -> list[int]:
    try:
        first_line = process_file.read_text().splitlines()[0]
        recorded = abs(int(first_line))
    except (OSError, ValueError, IndexError):
        recorded = 0
    inside = processes_inside(data_folder)
    if inside:
        return [recorded, *inside] if recorded in inside else inside
    if not Path("/proc/self/cwd").exists() and recorded and is_alive(recorded):
        # Without /proc the number is all there is: rather refuse than run two servers on one folder.
        return [recorded]
    return []
