"""kill -9 of the relay and of the worker between commit and send, in the middle of a whole job on the real stack.

The demo's players go on as if nothing had happened, and its checker, which knows nothing of the application, says
whether anything was lost or done twice: every text, mail, event, refund and transfer.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from demo import artefacts, checker, sabotage
from demo.checks.recordings import read_recording
from demo.play import play, stack_of_its_own
from demo.stage import Stage
from embedded.stack import Stack

# Both departments' officers are paid or refunded in this one, and somebody bids in vain.
SEED = 6
# Longer than any lease of a message or a payment.
LEASES = timedelta(minutes=3)


@dataclass
class Killer:
    """Kills at the acts that `plan` names; remembers what was under way."""

    folder: Path
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


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Killer, list[str], Path]:
    folder = tmp_path_factory.mktemp("kills")
    killer = Killer(folder)
    with stack_of_its_own(seed=SEED) as running:
        play(running, seed=SEED, folder=folder, before=killer, say=False)
        artefacts.collect(running, folder)
        problems = sabotage.verified_ledger(running)
    return killer, problems, folder


def test_the_kills_happened_where_they_were_meant_to(outcome: tuple[Killer, list[str], Path]) -> None:
    killer, _, folder = outcome

    assert killer.killed == ["worker inside a text", "relay with events waiting", "worker inside a transfer"]
    interrupted = [
        line for line in (folder / "requests.jsonl").read_text().splitlines() if "timeout_after_commit" in line
    ]
    assert len(interrupted) == 2


def test_nothing_is_lost_and_nothing_is_paid_or_told_twice(outcome: tuple[Killer, list[str], Path]) -> None:
    _, ledger_problems, folder = outcome

    assert ledger_problems == []
    assert checker.check(folder, say=lambda _: None) == []


def test_the_interrupted_transfer_was_looked_up_and_not_sent_again(outcome: tuple[Killer, list[str], Path]) -> None:
    _, _, folder = outcome
    recording = read_recording(folder / "requests.jsonl")
    made = Counter(
        (transfer.settlement_id, transfer.destination, transfer.stripe_charge)
        for transfer in recording.transfers.values()
    )

    assert set(made.values()) == {1}
    lookups = [line for line in (folder / "requests.jsonl").read_text().splitlines() if "transfer_group=" in line]
    assert lookups, "After a kill the transfer must be asked for before it is made again."
