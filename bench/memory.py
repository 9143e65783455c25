"""How much memory a call needs, as the kernel counts it: what Python's own accounting does not see is in it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.figures import once_seconds

_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"


def seconds_and_peak(call: Callable[[], Any]) -> tuple[float, float]:
    """How long `call` takes, once, and this process's largest resident set meanwhile in MiB."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    taken = once_seconds(call)
    peak = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return taken, int(peak.split()[1]) / 1024
