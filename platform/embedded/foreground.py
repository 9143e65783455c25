"""The stack in a terminal: honcho prints every process's lines side by side and stops all when one ends."""

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import honcho.manager
import honcho.printer
import honcho.process

from embedded.attached import die_with_parent


class _AttachedProcess(honcho.process.Process):  # type: ignore[misc]
    """honcho puts a reader process between itself and each command; neither may outlive its parent."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._manager_process_id = os.getpid()

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        die_with_parent(death_signal=signal.SIGKILL, parent_process_id=self._manager_process_id)
        reader_process_id = os.getpid()

        def popen(command: str, **options: Any) -> Any:
            return honcho.process.Popen(
                command,
                stdin=open(os.devnull, "rb"),
                preexec_fn=lambda: die_with_parent(death_signal=signal.SIGTERM, parent_process_id=reader_process_id),
                **options,
            )

        self._child_ctor = popen
        super().run(events, ignore_signals)


class _Manager(honcho.manager.Manager):  # type: ignore[misc]
    """Calls back, in a thread of its own, once every process has been forked (a thread and a fork do not mix)."""

    def __init__(self, *, when_started: Callable[[], None]) -> None:
        super().__init__(honcho.printer.Printer(sys.stdout))
        self._process_ctor = _AttachedProcess
        self._when_started = when_started

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._when_started, daemon=True).start()

    @property
    def is_stopping(self) -> bool:
        return bool(self._terminating)


def run_in_foreground(
    commands: dict[str, list[str]],
    *,
    environment: dict[str, str],
    folder: str,
    when_started: Callable[[Callable[[], bool]], None],
) -> int:
    """Run until Ctrl-C, TERM, a closed terminal, or the end of any process; returns the exit code.

    `when_started` runs beside in a thread (it waits for health and prints the welcome); it is given a function that
    tells whether the stack still runs.
    """
    # honcho shares a queue with its readers by inheritance, which only fork gives.
    multiprocessing.set_start_method("fork", force=True)
    manager = _Manager(when_started=lambda: when_started(lambda: not manager.is_stopping))
    for name, arguments in commands.items():
        # exec: the shell must not stay between us and the command.
        manager.add_process(name, f"exec {shlex.join(arguments)}", env=environment, cwd=folder)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    return int(manager.returncode or 0)
