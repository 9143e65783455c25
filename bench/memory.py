"""How much memory a call needs, as the kernel counts it: what Python's own accounting does not see is in it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.figures import once_seconds

_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"


def seconds_and_peak(call: Callable[..., Any], *arguments: object) -> tuple[float, float]:
    """How long `call` takes, once, and the largest resident set meanwhile in MiB, in a process of its own.

    There, because what a benchmark has made before stays with its process and would count as the call's. `call` is a
    module's own function, and the arguments can be pickled.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_set_up) as process:
        return process.submit(_measured, call, arguments).result()


def _set_up() -> None:
    import django

    django.setup()


def _measured(call: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[float, float]:
    gc.collect()
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    taken = once_seconds(lambda: call(*arguments))
    peak = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return taken, int(peak.split()[1]) / 1024
