"""`requests.jsonl`: one JSON line per request and answer, complete even after a kill.

A line is first stored in the transaction of the request that it describes and then moved to the file; a start finishes
what a killed process left between the two.
"""

import json
import os
import pathlib
import threading
from typing import Any

from sandbox.store import Store

_TAIL_BYTES = 4_000_000


class Recording:
    def __init__(self, store: Store, file: pathlib.Path) -> None:
        self._store = store
        self._file = file
        self._lock = threading.Lock()

    def note(self, line: dict[str, Any]) -> None:
        """Stores a line; call it inside the transaction of the request. `line["id"]` names the request."""
        self._store.execute("INSERT INTO recordings (line) VALUES (?)", json.dumps(line, ensure_ascii=False))

    def flush(self) -> None:
        """Moves stored lines to the file."""
        with self._lock:
            self._move(already_written=frozenset())

    def recover(self) -> None:
        """Cuts a half-written last line off and moves what is missing, each line once."""
        with self._lock:
            self._move(already_written=self._identifiers_at_end())

    def forget(self) -> None:
        """Removes the file."""
        with self._lock:
            self._file.unlink(missing_ok=True)

    def _move(self, already_written: frozenset[str]) -> None:
        rows = self._store.rows("SELECT sequence, line FROM recordings ORDER BY sequence")
        if not rows:
            return
        lines = [
            row["line"] for row in rows if not already_written or json.loads(row["line"])["id"] not in already_written
        ]
        if lines:
            descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
            finally:
                os.close(descriptor)
        self._store.execute("DELETE FROM recordings WHERE sequence <= ?", rows[-1]["sequence"])

    def _identifiers_at_end(self) -> frozenset[str]:
        if not self._file.exists():
            return frozenset()
        with self._file.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read()
            complete = tail.rfind(b"\n") + 1
            if complete < len(tail):
                file.truncate(size - (len(tail) - complete))
        found = set()
        for line in tail[:complete].splitlines():
            try:
                found.add(json.loads(line)["id"])
            except (ValueError, KeyError):
                continue  # the tail may begin in the middle of a line
        return frozenset(found)
