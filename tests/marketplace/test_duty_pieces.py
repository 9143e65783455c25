"""Time cut into pieces: whatever is told in whatever order, nothing overlaps, nothing is negative, nothing is lost."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from departments.policy.minutes import billing_of, unpaid_break_minutes
from departments.policy.rate_cards import Meal, RateCard, Rounding
from departments.policy.scenes import Scene
from marketplace.duty_pieces import cut, state_at

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
KINDS = ("break_started", "break_ended", "went_on_duty", "back_from_duty", "incident")


@dataclass(frozen=True)
class Said:
    kind: str
    minute: float
    category: str = ""

    @property
    def happened_at(self) -> datetime:
        return START + timedelta(minutes=self.minute)


def pieces_of(*told: Said, minutes: int = 480, bills_arrests: bool = False) -> list[tuple[str, int]]:
    found = cut(starts_at=START, ends_at=START + timedelta(minutes=minutes), told=told, bills_arrests=bills_arrests)
    return [(piece.state, piece.minutes) for piece in found.pieces]


def test_a_break_and_a_call_to_duty_are_pieces_of_their_own() -> None:
    told = (
        Said("break_started", 60), Said("break_ended", 100), Said("went_on_duty", 200, "other_duty"),
        Said("back_from_duty", 290),
    )  # fmt: skip
    assert pieces_of(*told) == [("worked", 60), ("break", 40), ("worked", 100), ("on_duty", 90), ("worked", 190)]


def test_duty_ends_a_break_and_nobody_came_back() -> None:
    told = (Said("break_started", 60), Said("went_on_duty", 90, "other_duty"), Said("break_ended", 120))
    assert pieces_of(*told) == [("worked", 60), ("break", 30), ("on_duty", 390)]
    found = cut(starts_at=START, ends_at=START + timedelta(hours=8), told=told)
    assert (found.ends_at, found.present_minutes, found.duty_minutes) == (told[1].happened_at, 90, 390)


def test_an_arrest_for_the_job_goes_on_only_where_the_policy_bills_it() -> None:
    arrest = Said("went_on_duty", 420, "job_related_arrest")
    assert pieces_of(arrest, bills_arrests=True) == [("worked", 420), ("arrest", 60)]
    assert pieces_of(arrest) == [("worked", 420), ("on_duty", 60)]
    assert pieces_of(Said("went_on_duty", 420, "other_duty"), bills_arrests=True) == [("worked", 420), ("on_duty", 60)]


SAID = st.builds(
    Said,
    kind=st.sampled_from(KINDS),
    minute=st.floats(-60, 600, allow_nan=False),
    category=st.sampled_from(["", "job_related_arrest", "other_duty"]),
)


@given(
    told=st.lists(SAID, max_size=12, unique_by=lambda one: one.minute),
    minutes=st.integers(0, 540),
    arrests=st.booleans(),
    seed=st.integers(0, 9),
)
def test_pieces_never_overlap_leave_gaps_or_exceed(told: list[Said], minutes: int, arrests: bool, seed: int) -> None:
    ends_at = START + timedelta(minutes=minutes)
    found = cut(starts_at=START, ends_at=ends_at, told=told, bills_arrests=arrests)
    assert all(one.ends_at > one.starts_at for one in found.pieces)
    assert all(one.ends_at == other.starts_at and one.state != other.state for one, other in pairwise(found.pieces))
    if minutes:
        assert (found.pieces[0].starts_at, found.pieces[-1].ends_at) == (START, ends_at)
    assert 0 <= found.break_minutes <= found.present_minutes <= minutes
    assert 0 <= found.duty_minutes <= minutes
    assert found.present_minutes + found.duty_minutes <= minutes
    assert START <= found.ends_at <= ends_at
    shuffled = random.Random(seed).sample(told, len(told))
    assert cut(starts_at=START, ends_at=ends_at, told=shuffled, bills_arrests=arrests) == found
    last = found.pieces[-1] if found.pieces else None
    if last is not None:
        just_before = last.starts_at + (last.ends_at - last.starts_at) / 2
        assert state_at(told, just_before, bills_arrests=arrests) == last.state


@given(
    worked=st.integers(0, 900),
    broken=st.integers(0, 900),
    scheduled=st.integers(60, 900),
    meal=st.none() | st.builds(Meal, minutes=st.integers(1, 90), if_longer_than_minutes=st.integers(0, 600)),
    basis=st.sampled_from(["worked", "billable"]),
)
def test_a_break_takes_off_what_the_bill_takes_off(
    worked: int, broken: int, scheduled: int, meal: Meal | None, basis: str
) -> None:
    """The hours on the timesheet and those on the bill come from one count of breaks."""
    broken = min(broken, worked)
    card = RateCard(ranks=(), rounding=Rounding(unit_minutes=1), meal=meal, payable_basis=basis)  # type: ignore[arg-type]
    unpaid = unpaid_break_minutes(card, worked, scheduled, broken)
    assert 0 <= unpaid <= broken
    billing = billing_of(
        card=card, scene=Scene((), {}), worked_minutes=worked, scheduled_minutes=scheduled, meal_minutes=broken
    )
    assert (billing.billable, billing.payable) == (worked - unpaid, worked - unpaid)
