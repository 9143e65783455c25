"""The test clock: system time plus an offset kept in a small file that the application reads too."""

import json
import os
import pathlib
import time


class TestClock:
    """Reads `{"offset_seconds": N}` from the file, again whenever the file changes; writes it atomically."""

    __test__ = False  # not a test case

    def __init__(self, file: pathlib.Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._offset_seconds = 0

    def now(self) -> int:
        """Seconds since the epoch, on the test clock."""
        return int(time.time()) + self.offset_seconds()

    def offset_seconds(self) -> int:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            self._seen, self._offset_seconds = None, 0
            return 0
        if (status.st_mtime_ns, status.st_ino) != self._seen:
            try:
                self._offset_seconds = int(json.loads(self._file.read_text())["offset_seconds"])
            except (ValueError, KeyError, TypeError):
                return self._offset_seconds
            self._seen = (status.st_mtime_ns, status.st_ino)
        return self._offset_seconds

    def set_offset(self, offset_seconds: int) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        temporary.write_text(json.dumps({"offset_seconds": offset_seconds}))
        temporary.replace(self._file)
