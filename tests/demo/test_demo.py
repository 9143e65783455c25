"""What the demo leaves behind, and the harm that its checker must find (`python -m demo --sabotage KIND` by hand)."""

import json
import shutil
from pathlib import Path

import pytest

from demo import checker, sabotage
from tests.demo.conftest import Outcome


def problems_in(folder: Path) -> list[str]:
    return checker.check(folder, say=lambda _: None)


def test_every_cent_agrees(outcome: Outcome) -> None:
    assert outcome.verified == []
    assert problems_in(outcome.clean) == []


def test_the_story_tells_every_step_with_its_time(outcome: Outcome) -> None:
    rows = [json.loads(line) for line in (outcome.clean / "story.jsonl").read_text().splitlines()]

    assert {row["step"] for row in rows} == {f"C{number}" for number in range(13)}
    assert all(set(row) >= {"step", "actor", "method", "path", "status", "ms", "ids", "money"} for row in rows)


def test_an_altered_leg_of_the_ledger_is_found_inside_and_outside(outcome: Outcome) -> None:
    assert "debits and credits differ" in outcome.verified_when_altered[0]
    found = problems_in(outcome.altered_leg)
    assert any(problem.startswith("ledger transfer:") for problem in found), found


def test_a_lost_outbox_row_is_found(outcome: Outcome) -> None:
    found = problems_in(outcome.lost_row)

    assert found
    assert all(problem.startswith("outbox marketplace.shift_finished") for problem in found), found


def test_a_changed_total_on_paper_is_found(outcome: Outcome, tmp_path: Path) -> None:
    folder = tmp_path / "paper"
    shutil.copytree(outcome.clean, folder)

    sabotage.change_pdf_total(folder)

    found = problems_in(folder)
    assert any(": total: expected" in problem for problem in found), found


def test_a_refund_that_is_not_what_the_policy_leaves_is_found(outcome: Outcome, tmp_path: Path) -> None:
    folder = tmp_path / "refund"
    shutil.copytree(outcome.clean, folder)

    sabotage.change_cancellation_refund(folder)

    found = problems_in(folder)
    assert any(problem.startswith("lakeshore, cancelled late: refunded") for problem in found), found


def test_what_the_later_acts_saw_is_compared(outcome: Outcome, tmp_path: Path) -> None:
    """A transfer while the bank had the money, a contract above the credit, an agency that its month says was paid
    otherwise, a difference that is no work item.
    """
    folder = tmp_path / "seen"
    shutil.copytree(outcome.clean, folder)
    asked = json.loads((folder / "asked.json").read_text())
    _, disputed, on_credit, supplied = asked["bookings"]
    disputed["dispute"]["frozen"]["transferred_cents"] = 1
    on_credit["credit"]["limit_cents"] = 1
    supplied["agency"]["month"]["rows"][0]["Paid out"] = "0.01"
    asked["reconciled"]["differences"] = []

    (folder / "asked.json").write_text(json.dumps(asked))

    found = problems_in(folder)
    assert len(found) == 4, found


def test_a_message_that_nobody_got_is_found(outcome: Outcome, tmp_path: Path) -> None:
    """What a lost delivery leads to: somebody does not hear."""
    folder = tmp_path / "news"
    shutil.copytree(outcome.clean, folder)
    mails = json.loads((folder / "mails.json").read_text())
    kept = [mail for mail in mails if "You have the shift" not in mail["subject"]]
    assert len(kept) < len(mails)

    (folder / "mails.json").write_text(json.dumps(kept))

    assert any("no mail to" in problem for problem in problems_in(folder))


@pytest.mark.parametrize("effect", ["/v1/transfers", "/v1/refunds"])
def test_money_that_moved_twice_or_never_is_found(outcome: Outcome, tmp_path: Path, effect: str) -> None:
    lines = (outcome.clean / "requests.jsonl").read_text().splitlines()
    moved = [line for line in lines if (row := json.loads(line))["path"] == effect and row["method"] == "POST"]
    assert moved, f"The seed must be one whose play calls {effect}."
    for name, changed in (("twice", [*lines, moved[0]]), ("never", [line for line in lines if line != moved[0]])):
        folder = tmp_path / name
        shutil.copytree(outcome.clean, folder)
        (folder / "requests.jsonl").write_text("\n".join(changed) + "\n")
        assert problems_in(folder), name
