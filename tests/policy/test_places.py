"""A place that was handed over is billed like one that was not: to the minute, whoever held it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from departments.policy.minutes import billing_of
from departments.policy.places import as_one, billing_by_officer, places_of
from departments.policy.prices import WorkedPosition
from departments.policy.rate_cards import Meal, Overrun, RateCard, Rounding
from departments.policy.scenes import Scene
from tests.policy.building import utc

START = utc("2026-06-03T14:00")
NOBODY = Scene((), {})


def held(*minutes: int, breaks: tuple[int, ...] = (), scheduled: int = 480) -> list[WorkedPosition]:
    before, found = 0, []
    for number, worked in enumerate(minutes):
        found.append(
            WorkedPosition(
                f"a{number}", "constable", worked, scheduled, starts_at=START + timedelta(minutes=before),
                meal_minutes=min(breaks[number], worked) if breaks else 0, place="one",
            )
        )  # fmt: skip
        before += worked
    return found


@given(
    minutes=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    breaks=st.tuples(*[st.integers(0, 60)] * 4),
    steps=st.sampled_from([(), (180,), (240, 480)]),
    rounding=st.builds(Rounding, unit_minutes=st.sampled_from([1, 15, 60]), mode=st.sampled_from(["up", "down"])),
    meal=st.none() | st.builds(Meal, minutes=st.just(30), counts_as=st.sampled_from(["worked", "added"])),
    overrun=st.none() | st.builds(Overrun, from_minutes=st.just(15), unit_minutes=st.just(60)),
    basis=st.sampled_from(["worked", "billable"]),
)
def test_a_place_is_never_billed_twice(minutes, breaks, steps, rounding, meal, overrun, basis):
    card = RateCard(
        ranks=(), minimum_steps_minutes=steps, rounding=rounding, meal=meal, overrun=overrun, payable_basis=basis
    )
    group = held(*minutes, breaks=breaks)
    (place,) = places_of(group[::-1])
    assert place == group
    whole = billing_of(
        card=card, scene=NOBODY, worked_minutes=sum(minutes), scheduled_minutes=480,
        meal_minutes=as_one(group).meal_minutes,
    )  # fmt: skip
    shares = billing_by_officer(card=card, scene=NOBODY, group=group)
    assert sum(one.billable for one in shares) == whole.billable
    assert sum(one.payable for one in shares) == whole.payable
    assert all(one.billable >= 0 and one.payable >= 0 for one in shares)
    # Nobody's minutes reach into those of whoever came after.
    assert all(share.billable <= one.worked_minutes for share, one in zip(shares[:-1], group[:-1], strict=True))


def test_officers_beside_each_other_have_places_of_their_own():
    both = [WorkedPosition("a", "constable", 60), WorkedPosition("b", "constable", 60)]
    assert places_of(both) == [[both[0]], [both[1]]]
