"""The players went on as if nothing had happened: what was under way when a process died was found again."""

from collections import Counter

from demo.checks.recordings import read_recording
from tests.demo.conftest import Outcome


def test_the_kills_happened_where_they_were_meant_to(outcome: Outcome) -> None:
    assert outcome.killed == ["worker inside a text", "relay with events waiting", "worker inside a transfer"]
    interrupted = [
        line for line in (outcome.clean / "requests.jsonl").read_text().splitlines() if "timeout_after_commit" in line
    ]
    assert len(interrupted) == 2


def test_the_interrupted_transfer_was_looked_up_and_not_sent_again(outcome: Outcome) -> None:
    recording = read_recording(outcome.clean / "requests.jsonl")
    made = Counter(
        (transfer.settlement_id, transfer.destination, transfer.stripe_charge)
        for transfer in recording.transfers.values()
    )

    assert set(made.values()) == {1}
    lookups = [
        line for line in (outcome.clean / "requests.jsonl").read_text().splitlines() if "transfer_group=" in line
    ]
    assert lookups, "After a kill the transfer must be asked for before it is made again."
