"""The engine alone: whatever lies within the tolerance agrees, one past it differs, and parts sum to the whole."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.workspace.matching import Claim, Facts, Tolerances, match

AGREEING = Facts(
    currency="CAD", assignment_state="checked_out", is_over=True, scheduled_minutes=240, clock_minutes=240,
    timesheet_state="approved", worked_minutes=240, billable_minutes=240, billed_minutes=240, invoice_cents=43_900,
    pay_cents=30_000, due_cents=30_000, paid_cents=30_000, payout_state="done",
)  # fmt: skip
tolerances = st.builds(Tolerances, minutes=st.integers(0, 60), cents=st.integers(0, 5_000))
around = st.integers(-3, 3)
sign = st.sampled_from((-1, 1))


def claim(cents: int, minutes: int | None = None) -> Claim:
    return Claim("2026-014", minutes, cents)


def test_agreeing_papers_match_and_say_why() -> None:
    found = match(AGREEING, Tolerances(5, 0))
    assert (found.state, found.kind, found.minutes, found.cents) == ("matched", "", 0, 0)
    assert found.reason == "4 h 00 worked, GPS 4 h 00, billed 4 h 00 for CA$439.00, paid CA$300.00."


@settings(max_examples=25)
@given(tolerances, around, sign)
def test_minutes_differ_one_past_the_tolerance_and_never_before(
    allowed: Tolerances, beside: int, direction: int
) -> None:
    apart = max(allowed.minutes + beside, 0)
    clock = match(replace(AGREEING, clock_minutes=240 + direction * apart), allowed)
    billed = match(replace(AGREEING, billed_minutes=240 + direction * apart), allowed)
    if apart <= allowed.minutes:
        assert (clock.state, billed.state) == ("matched", "matched")
    else:
        assert (clock.state, clock.kind, clock.minutes) == ("differs", "gps", apart)
        assert (billed.state, billed.kind, billed.minutes) == ("differs", "billed_minutes", apart)


@settings(max_examples=25)
@given(tolerances, around, sign)
def test_cents_differ_one_past_the_tolerance_and_never_before(allowed: Tolerances, beside: int, direction: int) -> None:
    apart = max(allowed.cents + beside, 0)
    own = match(replace(AGREEING, own=claim(43_900 + direction * apart)), allowed)
    officer = match(replace(AGREEING, claimed=claim(30_000 + direction * apart)), allowed)
    paid = match(replace(AGREEING, paid_cents=30_000 + direction * apart), allowed)
    if apart <= allowed.cents:
        assert (own.state, officer.state, paid.state) == ("matched", "matched", "matched")
    else:
        assert (own.kind, own.cents) == ("own_invoice", apart)
        assert (officer.kind, officer.cents) == ("officer_invoice", apart)
        assert (paid.state, paid.kind) == (("differs", "overpaid") if direction > 0 else ("open", "payout_missing"))


@settings(max_examples=25)
@given(
    tolerances, st.integers(0, 600), st.integers(0, 600), st.integers(0, 90_000), st.integers(0, 90_000),
    st.integers(0, 90_000),
)  # fmt: skip
def test_the_parts_of_a_difference_sum_to_it(
    allowed: Tolerances, clock: int, billed: int, own: int, claimed: int, paid: int
) -> None:
    facts = replace(
        AGREEING,
        clock_minutes=clock,
        billed_minutes=billed,
        own=claim(own, billed),
        claimed=claim(claimed),
        paid_cents=paid,
    )
    found = match(facts, allowed)
    assert found.minutes == sum(one.minutes for one in found.differences)
    assert found.cents == sum(one.cents for one in found.differences)
    assert all(one.minutes >= 0 and one.cents >= 0 and one.minutes + one.cents > 0 for one in found.differences)
    assert (found.state == "differs") == bool(found.differences)


@pytest.mark.parametrize(
    ("changes", "state", "kind"),
    [
        ({"timesheet_state": "", "is_over": False, "worked_minutes": None, "billed_minutes": None,
          "invoice_cents": None, "pay_cents": None, "due_cents": None}, "open", "to_be_worked"),
        ({"timesheet_state": "", "worked_minutes": None, "billed_minutes": None, "invoice_cents": None}, "open",
         "hours_missing"),
        ({"timesheet_state": "submitted", "billed_minutes": None, "invoice_cents": None}, "open", "hours_undecided"),
        ({"billed_minutes": None, "invoice_cents": None, "due_cents": None}, "open", "not_billed"),
        ({"paid_cents": 0, "payout_state": "held"}, "open", "payout_failed"),
        ({"clock_minutes": None}, "differs", "gps_missing"),
        ({"clock_minutes": None, "timesheet_state": "resolved", "hours_by_coordinator": True}, "matched", ""),
        ({"timesheet_state": "disputed"}, "differs", "billed_unworked"),
        ({"assignment_state": "no_show", "timesheet_state": "", "clock_minutes": None, "worked_minutes": None,
          "billed_minutes": 0, "invoice_cents": 0, "pay_cents": None, "due_cents": None}, "matched", ""),
        ({"assignment_state": "no_show", "timesheet_state": "", "clock_minutes": None, "worked_minutes": None},
         "differs", "billed_unworked"),
    ],
)  # fmt: skip
def test_what_is_missing_is_open_and_what_contradicts_differs(changes: dict[str, Any], state: str, kind: str) -> None:
    found = match(replace(AGREEING, **changes), Tolerances(5, 0))
    assert (found.state, found.kind) == (state, kind), found.reason
