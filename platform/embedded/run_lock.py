"""One `make run` per data folder: a lock that the kernel releases when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from embedded.errors import AlreadyRunning, DataFolderUnusable


@contextlib.contextmanager
def hold_run_lock(path: Path, *, base_url: str) -> Iterator[str | None]:
    """Hold the lock of a data folder. Yields a sentence about a run that ended without cleaning up, or None.

    Raises AlreadyRunning, naming the process and its address, or DataFolderUnusable.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError as refusal:
        raise DataFolderUnusable(
            f"{path} cannot be written: the data folder belongs to another user.\n"
            f"Run as that user again, or use another folder: MUSTER_DATA=$HOME/muster-data make run"
        ) from refusal
    with os.fdopen(handle, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(file.read())
            raise AlreadyRunning(
                f"Muster already runs on this data folder: process {holder.get('process_id', '?')}, "
                f"{holder.get('base_url', 'address unknown')}, since {holder.get('started_at', '?')}.\n"
                f"Stop it (Ctrl-C in its terminal, or: kill {holder.get('process_id', 'PROCESS')}), "
                f"or give this one its own place: MUSTER_DATA=/tmp/muster-second PORT=8010 make run"
            ) from None
        left = _read(file.read())
        notice = None
        if left:
            notice = (
                f"The last run (process {left.get('process_id')}, since {left.get('started_at')}) ended without "
                f"cleaning up; its lock file {path.name} is stale and is taken over."
            )
        _write(
            file,
            {
                "process_id": os.getpid(),
                "base_url": base_url,
                "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
            },
        )
        try:
            yield notice
        finally:
            _write(file, None)


def is_held(path: Path) -> bool:
    """Whether a live process holds the lock."""
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _read(text: str) -> dict[str, object]:
    try:
        known = json.loads(text)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _write(file: object, content: dict[str, object] | None) -> None:
    file.seek(0)  # type: ignore[attr-defined]
    file.truncate()  # type: ignore[attr-defined]
    if content is not None:
        file.write(json.dumps(content))  # type: ignore[attr-defined]
    file.flush()  # type: ignore[attr-defined]
