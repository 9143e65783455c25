"""Temporary folders for databases: in memory where there is room, and gone when their owner is, however it ended."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

_MEMORY = Path("/dev/shm")  # noqa: S108 - a place for mkdtemp, which makes folders that are ours alone
_ROOM_BYTES = 4 * 1024**3
# What lies in memory is taken from the programs, which need some as well.
_ROOM_FOR_PROGRAMS_BYTES = 2 * 1024**3
_MEMORY_FACTS = Path("/proc/meminfo")
_OWNER = "owner.lock"
_owned: dict[Path, IO[str]] = {}


def open_temporary_folder(prefix: str) -> Path:
    """A new temporary folder that PostgreSQL's user may pass through; what lies in it is private by itself.

    In memory where there is room: copying a database of thousands of small files is then several times as fast. Those
    whose owners were killed are removed first, or memory would fill with them unseen until programs are killed for it.
    """
    place = _place()
    remove_abandoned(place)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    folder.chmod(0o711)
    _own(folder)
    return folder


def remove_abandoned(place: Path) -> list[Path]:
    """Folders of ours that nobody owns any more; returns those that were removed."""
    removed = []
    for lock in place.glob(f"muster-*/{_OWNER}"):
        try:
            if lock.stat().st_uid != os.geteuid():
                continue
            with lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
                removed.append(lock.parent)
        except OSError:
            # Owned by somebody who lives, or just being removed by its owner.
            continue
    return removed


def _own(folder: Path) -> None:
    """The kernel lets go of the lock when the last process that inherited it has ended."""
    for gone in [known for known in _owned if not known.exists()]:
        _owned.pop(gone).close()
    staged = folder / f"{_OWNER}.new"
    file = staged.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    # Nobody may find it before it is locked.
    staged.rename(folder / _OWNER)
    _owned[folder] = file


def _place() -> Path:
    if os.access(_MEMORY, os.W_OK | os.X_OK) and has_room(free_bytes=shutil.disk_usage(_MEMORY).free):
        return _MEMORY
    # Root's TMPDIR may be private, so root uses the system's.
    return Path("/tmp" if os.geteuid() == 0 else tempfile.gettempdir())  # noqa: S108 - mkdtemp makes it ours alone


def has_room(*, free_bytes: int, facts: Path = _MEMORY_FACTS) -> bool:
    """Whether enough is free in the folder, and in the machine's memory beside its programs."""
    if free_bytes <= _ROOM_BYTES:
        return False
    available = next((line for line in facts.read_text().splitlines() if line.startswith("MemAvailable:")), "")
    return bool(available) and int(available.split()[1]) * 1024 > _ROOM_BYTES + _ROOM_FOR_PROGRAMS_BYTES
