"""A place that was handed over is billed like one that was not: to the minute, whoever held it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from departments.policy.minutes import billing_of, unpaid_break_minutes
from departments.policy.places import billing_by_officer, places_of
from departments.policy.prices import WorkedPosition
from departments.policy.pricing import ShiftRequest, price_worked
from departments.policy.rate_cards import Meal, Overrun, RateCard, Rounding
from departments.policy.scenes import Scene
from tests.policy.building import NO_SERVICE_FEE, policy, utc

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


def own_unpaid(card: RateCard, one: WorkedPosition) -> int:
    return unpaid_break_minutes(card, one.worked_minutes, one.scheduled_minutes, one.meal_minutes)


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
        unpaid_minutes=sum(own_unpaid(card, one) for one in group),
    )  # fmt: skip
    shares = billing_by_officer(card=card, scene=NOBODY, group=group)
    assert sum(one.billable for one in shares) == whole.billable
    assert sum(one.payable for one in shares) == whole.payable
    assert all(one.billable >= 0 and one.payable >= 0 for one in shares)
    # Without rounding down or a free overrun, each has at least what their own sheet was approved with.
    if rounding.mode == "up" and overrun is None:
        for one, share in zip(group, shares, strict=True):
            assert min(share.billable, share.payable) >= one.worked_minutes - own_unpaid(card, one)
    # Nobody's minutes reach into those of whoever came after.
    assert all(share.billable <= one.worked_minutes for share, one in zip(shares[:-1], group[:-1], strict=True))


def test_officers_beside_each_other_have_places_of_their_own():
    both = [WorkedPosition("a", "constable", 60), WorkedPosition("b", "constable", 60)]
    assert places_of(both) == [[both[0]], [both[1]]]


def test_each_officer_of_a_place_has_their_own_paid_meal():
    card = RateCard(ranks=(), meal=Meal(minutes=30, counts_as="worked"))
    shares = billing_by_officer(card=card, scene=NOBODY, group=held(240, 240, breaks=(30, 30)))
    assert [(one.billable, one.payable) for one in shares] == [(240, 240), (240, 240)]


def fees_after(*, broke_off: int, counts_as: str) -> list[str]:
    terms = policy(card={
        "meal": {"minutes": 30, "counts_as": counts_as},
        "overrun": {"from_minutes": 15, "unit_minutes": 30, "fee_cents": 2500},
    })  # fmt: skip
    shift = ShiftRequest(starts_at=START, ends_at=START + timedelta(minutes=480), positions=())
    worked = [WorkedPosition("a", "officer", 510, 480, starts_at=START, meal_minutes=broke_off)]
    price = price_worked(policy=terms, shift=shift, worked=worked, service_fee=NO_SERVICE_FEE)
    return [line.code for line in price.lines if line.kind != "labour"]


def test_a_paid_meal_does_not_hide_the_fee_of_an_overrun():
    assert fees_after(broke_off=30, counts_as="worked") == ["fee:overrun"]
    # Half of this break is unpaid: 15 minutes past the end are still an overrun; of the next, none is left.
    assert fees_after(broke_off=45, counts_as="worked") == ["fee:overrun"]
    assert fees_after(broke_off=46, counts_as="worked") == []
    assert fees_after(broke_off=30, counts_as="added") == []
