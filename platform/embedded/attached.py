"""Child processes that cannot outlive the process that started them.

On Linux the kernel is asked to signal the child when its parent dies (PR_SET_PDEATHSIG), so that even `kill -9` of
the parent leaves no orphan. The kernel watches the *thread* that started the child: start children from the main
thread, or from a thread that lives as long as the child should.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from embedded.system_user import SystemUser

PR_SET_PDEATHSIG = 1

# Loaded before any fork: the code between fork and exec must not import or load anything.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(*, death_signal: signal.Signals, parent_process_id: int) -> None:
    """Ask the kernel for `death_signal` when the parent dies; end now when it already has."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent_process_id:
        os._exit(1)


def _before_exec(death_signal: signal.Signals) -> Callable[[], None]:
    parent_process_id = os.getpid()

    def prepare() -> None:
        die_with_parent(death_signal=death_signal, parent_process_id=parent_process_id)

    return prepare


def start(
    arguments: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    system_user: SystemUser | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | str = "/",
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session (a terminal's Ctrl-C reaches only the parent, which stops children in order).

    `system_user` drops root before exec. Standard input is closed; both outputs go to `output`.
    """
    identity: dict[str, object] = {}
    if system_user is not None:
        identity = {
            "user": system_user.user_id,
            "group": system_user.group_id,
            "extra_groups": [],
        }
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        cwd=str(folder),
        env=dict(environment) if environment is not None else None,
        start_new_session=True,
        # Runs after the change of user, which would otherwise clear the request. It only calls two functions of the C
        # library that are loaded already, so threads of the parent cannot trip it.
        preexec_fn=_before_exec(death_signal),
        **identity,
    )


def stop(
    process: subprocess.Popen[bytes],
    *,
    stop_signal: signal.Signals = signal.SIGTERM,
    patience_seconds: float = 10,
) -> int:
    """Ask the child to end, wait, then kill its whole session. Returns its exit code."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(stop_signal)
        try:
            process.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            kill_session(process)
    return process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and everything it started; the child leads its own session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
