"""What a row of the list says, figure by figure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.models import WorkspaceRow
from portals.reconciliation.listed_rows import listed


def said(*, may_decide: bool = True, **known: Any) -> dict[str, Any]:
    at = datetime(2026, 3, 9, 22, tzinfo=UTC)
    row = WorkspaceRow(
        reference="K7/1", client_name="Harbour <Hall>", officer_name="Robin", starts_at=at, time_zone="America/Toronto",
        scheduled_minutes=240, reason="Everything agrees.",
        **{"state": "matched", "automatic_state": "matched", **known},
    )  # fmt: skip
    [found] = listed([row], here="/desk/reconciliation/2026-03/?officer=a b", may_decide=may_decide)
    return found


def lines(row: dict[str, Any]) -> list[list[tuple[str, str]]]:
    return [figure["lines"] for figure in row["figures"]]


def test_what_is_not_there_yet_is_a_dash_and_nought_is_a_figure() -> None:
    nothing = [("–", "")]
    assert lines(said()) == [[("4\u00a0h", "")], *[nothing] * 5]
    full = said(
        clock_minutes=0, worked_minutes=235, invoice_cents=0, billed_minutes=None, due_cents=30_000, paid_cents=0,
        own_cents=43_900, own_numbers="A-1, A-2", claimed_cents=0, claimed_numbers="",
    )  # fmt: skip
    assert lines(full)[1:] == [
        [("0\u00a0min", "")],
        [("3\u00a0h\u00a055", "")],
        [("$0.00", "")],
        [("$0.00", "of $300.00")],
        [("$439.00", "A-1, A-2"), ("$0.00", "")],
    ]
    assert full["starts"] == "Mon 9 Mar 2026, 6:00 PM EDT"
    assert full["back"].endswith("/%3Fofficer%3Da%20b")


@pytest.mark.parametrize(
    ("known", "action", "decision"),
    [
        ({}, "accept", ""),
        ({"automatic_state": "differs"}, "explain", ""),
        ({"decision": "accepted", "decided_by": "Dana"}, "take_back", "Accepted by Dana"),
        ({"decision": "explained", "decided_by": "Dana", "decision_note": "x" * 121}, "take_back",
         f"Dana: {'x' * 119}…"),
    ],
)  # fmt: skip
def test_decisions_and_what_can_be_done(known: dict[str, Any], action: str, decision: str) -> None:
    row = said(**known)
    assert (row["action"], row["decision"]) == (action, decision)
    assert said(may_decide=False, **known)["action"] == ""
