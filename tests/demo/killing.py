"""kill -9 of the relay and of the worker between commit and send, in the middle of the demo, on the real stack."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from demo.stage import Stage
from embedded.stack import Stack

# Longer than any lease of a message or a payment.
LEASES = timedelta(minutes=3)


@dataclass
class Killer:
    """Kills at the acts that `plan` names; remembers what was under way."""

    killed: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def __call__(self, act: str, stage: Stage, running: Stack) -> None:
        plan = self.plan().get(act)
        if plan is not None and not self.done[act]:
            self.done[act] += 1
            plan(stage, running)

    def plan(self) -> dict[str, Callable[[Stage, Stack], None]]:
        return {
            "accept_and_pay": self._hang_a_text,
            "look_and_bid": self._kill_the_worker_inside_its_text,
            "award": self._kill_the_relay_with_events_waiting,
            "check_hours": self._hang_a_transfer,
            "approved_by_silence": self._kill_the_worker_inside_its_transfer,
        }

    def _hang_a_text(self, stage: Stage, running: Stack) -> None:
        fault = {"kind": "timeout_after_commit", "service": "twilio", "path": "*/Messages.json", "seconds": 60}
        stage.control("POST", "/control/faults", {**fault, "method": "POST", "nth": 2})

    def _kill_the_worker_inside_its_text(self, stage: Stage, running: Stack) -> None:
        """Twilio has the message; the worker never learns of it. The others of its batch are committed and not sent."""
        _wait_for_fault(stage)
        running.kill("worker")
        self.killed.append("worker inside a text")
        running.restart("worker")
        stage.move_clock(stage.now() + LEASES)

    def _kill_the_relay_with_events_waiting(self, stage: Stage, running: Stack) -> None:
        """The award commits while nobody relays; then the relay dies a second time in the middle of its work."""
        running.kill("relay")
        time.sleep(2)
        running.restart("relay")
        deadline = time.monotonic() + 20
        while not _is_relaying(running) and time.monotonic() < deadline:
            time.sleep(0.05)
        running.kill("relay")
        self.killed.append("relay with events waiting")
        running.restart("relay")
        stage.move_clock(stage.now() + LEASES)

    def _hang_a_transfer(self, stage: Stage, running: Stack) -> None:
        fault = {"kind": "timeout_after_commit", "path": "/v1/transfers", "method": "POST", "seconds": 60}
        stage.control("POST", "/control/faults", fault)

    def _kill_the_worker_inside_its_transfer(self, stage: Stage, running: Stack) -> None:
        """Stripe has made the transfer; nobody has written that down."""
        _wait_for_fault(stage)
        running.kill("worker")
        self.killed.append("worker inside a transfer")
        running.restart("worker")
        stage.move_clock(stage.now() + LEASES)


def _wait_for_fault(stage: Stage, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        faults = stage.control("GET", "/control/faults")["faults"]
        if faults[-1]["fired"]:
            return
        assert time.monotonic() < deadline, f"The call that was to be interrupted never came: {faults}"
        time.sleep(0.05)


def _is_relaying(running: Stack) -> bool:
    """The new relay has connected to the database: it begins with what waits."""
    return running.running["relay"].poll() is None and "relay" in running.process_ids
