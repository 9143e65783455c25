"""Starts processes from one that has loaded everything already, so that a restart takes no seconds.

The nursery is forked once, single-threaded and without connections. Each child leads a session of its own, so that
`kill -9` takes whatever it started with it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from embedded.attached import die_with_parent

Target = Callable[[], None]


class Nursery:
    """`targets` by name: what a child runs until it ends. Make it before any thread and any connection."""

    def __init__(self, targets: Mapping[str, Target], *, log_folder: Path) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self._logs = log_folder
        here, there = socket.socketpair()
        parent = os.getpid()
        self._process_id = os.fork()
        if self._process_id == 0:
            here.close()
            die_with_parent(death_signal=signal.SIGKILL, parent_process_id=parent)
            with contextlib.suppress(BaseException):
                _Nurse(targets, log_folder, there).work()
            os._exit(0)
        there.close()
        self._channel = here
        self._answers = here.makefile("r")

    def start(self, name: str) -> int:
        """The new child's process id."""
        self._channel.sendall(f"{name}\n".encode())
        return int(self._answers.readline())

    def log_file(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def close(self) -> None:
        """Ends the nursery and every child that it still has."""
        self._answers.close()
        self._channel.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._process_id, 0)


class _Nurse:
    def __init__(self, targets: Mapping[str, Target], logs: Path, channel: socket.socket) -> None:
        self._targets, self._logs, self._channel = targets, logs, channel
        self._children: set[int] = set()

    def work(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: self._reap())
        for line in self._channel.makefile("r"):
            self._channel.sendall(f"{self._fork(line.strip())}\n".encode())
        for child in list(self._children):
            kill_session(child)

    def _fork(self, name: str) -> int:
        parent = os.getpid()
        child = os.fork()
        if child:
            self._children.add(child)
            return child
        code = 1
        try:
            os.setsid()
            die_with_parent(death_signal=signal.SIGKILL, parent_process_id=parent)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            self._channel.close()
            log = os.open(self._logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            # kill -USR1 writes where it is into its log: a child that hangs can be asked why.
            faulthandler.register(signal.SIGUSR1)
            self._targets[name]()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                child, _ = os.waitpid(-1, os.WNOHANG)
                if child == 0:
                    return
                self._children.discard(child)


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def kill_session(process_id: int) -> None:
    """kill -9 of the process and of everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process_id, signal.SIGKILL)


def wait_until_ended(process_id: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(process_id):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
