"""Log files of the local processes: opened for appending, started afresh when they have grown too long."""

from __future__ import annotations

from pathlib import Path
from typing import IO

LONGEST_BYTES = 20_000_000


def open_log(path: Path) -> IO[bytes]:
    """Open `path` for appending; a file over 20 MB is moved to `NAME.old` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST_BYTES:
        path.replace(path.with_name(path.name + ".old"))
    return path.open("ab")


def last_lines(path: Path, *, count: int = 15, from_byte: int = 0) -> str:
    """The last `count` lines written after `from_byte`, each indented by two spaces."""
    if not path.exists():
        return "  (no log)"
    with path.open("rb") as log:
        log.seek(from_byte)
        text = log.read().decode("utf-8", "replace")
    return "\n".join("  " + line for line in text.splitlines()[-count:]) or "  (nothing was logged)"
