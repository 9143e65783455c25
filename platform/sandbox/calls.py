"""Calls that have come and are not answered yet: whoever kills processes wants to know whether one is open."""

import threading
import time
from typing import Any


class OpenCalls:
    """In memory: a killed stand-in has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, dict[str, Any]] = {}

    def begin(self, identifier: str, *, service: str, method: str, path: str) -> None:
        with self._lock:
            self._open[identifier] = {
                "id": identifier, "service": service, "method": method, "path": path, "fault": None,
                "seconds": 0.0, "_began": time.monotonic(),
            }  # fmt: skip

    def meets(self, identifier: str, *, fault: str, seconds: float) -> None:
        """The call met a planned fault that keeps its answer back for so many seconds."""
        with self._lock:
            if identifier in self._open:
                self._open[identifier].update(fault=fault, seconds=seconds, _began=time.monotonic())

    def end(self, identifier: str) -> None:
        with self._lock:
            self._open.pop(identifier, None)

    def listed(self) -> list[dict[str, Any]]:
        """`seconds_left`: for how long the planned fault surely keeps the call open; 0 without one."""
        now = time.monotonic()
        with self._lock:
            return [
                {
                    **{name: value for name, value in call.items() if not name.startswith("_")},
                    "seconds_left": max(0.0, call["_began"] + call["seconds"] - now),
                }
                for call in self._open.values()
            ]
