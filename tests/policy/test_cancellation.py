"""Who cancelled and how long before: each row of the matrix on both sides of its boundary."""

from __future__ import annotations

from datetime import timedelta

import pytest

from departments.policy.pricing import PositionRequest, ShiftRequest, price_cancellation
from tests.policy.building import NO_SERVICE_FEE, policy, rank, utc

START = utc("2026-06-03T14:00")
SHIFT = ShiftRequest(START, START + timedelta(hours=6), (PositionRequest("officer", 1),))

TIERS = [
    {"cancelled_by": ["client"], "notice_less_than_minutes": 60, "charge_minutes_per_officer": 240, "apply_fees": True},
    {
        "cancelled_by": ["client"],
        "notice_less_than_minutes": 1440,
        "charge_minutes_per_officer": 180,
        "apply_fees": True,
    },
]
ADMIN = [{"code": "admin", "name": "Admin", "kind": "percent", "rate_basis_points": 1000}]


def cost(rules, before: timedelta, by="client", shift=SHIFT):
    return price_cancellation(
        policy=rules, shift=shift, cancelled_by=by, cancelled_at=START - before, service_fee=NO_SERVICE_FEE
    ).net_cents


@pytest.mark.parametrize(
    ("before", "charged"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - timedelta(seconds=1), 198_00),
        (timedelta(hours=1), 198_00),
        (timedelta(minutes=59), 264_00),
        (timedelta(minutes=-5), 264_00),
    ],
)
def test_tiers_with_an_open_boundary(before, charged):
    rules = policy(card={"ranks": [rank("officer", 6000)], "fees": ADMIN}, cancellation=TIERS)
    assert cost(rules, before) == charged


def test_the_boundary_can_be_inside():
    rules = policy(cancellation=[TIERS[1] | {"boundary_included": True}])
    assert cost(rules, timedelta(hours=24)) == 180_00
    assert cost(rules, timedelta(hours=24, seconds=1)) == 0


def test_only_the_one_who_cancelled_pays():
    rules = policy(cancellation=[*TIERS, {"cancelled_by": ["weather", "police_necessity", "department", "officer"]}])
    for by in ("weather", "police_necessity", "department", "officer"):
        assert cost(rules, timedelta(minutes=5), by) == 0


@pytest.mark.parametrize(("apply_fees", "charged"), [(False, 676_00), (True, 733_60)])
def test_hours_and_a_flat_fee_with_or_without_the_admin_percentage(apply_fees, charged):
    rules = policy(
        card={"ranks": [rank("officer", 7200)], "fees": [ADMIN[0]]},
        cancellation=[
            {
                "cancelled_by": ["client"],
                "notice_less_than_minutes": 1440,
                "charge_minutes_per_officer": 240,
                "flat_fee_cents": 10000,
                "apply_fees": apply_fees,
            }
        ],
    )
    two = ShiftRequest(START, SHIFT.ends_at, (PositionRequest("officer", 2),))
    assert cost(rules, timedelta(hours=10), shift=two) == charged


def test_the_whole_shift_after_it_began_and_a_percentage():
    rules = policy(
        cancellation=[{"cancelled_by": ["client"], "notice_less_than_minutes": 0, "charge_whole_shift": True}]
    )
    assert cost(rules, timedelta(minutes=-1)) == 360_00
    assert cost(rules, timedelta(0)) == 0
    percent = policy(
        cancellation=[{"cancelled_by": ["client"], "charge_minutes_per_officer": 60, "percent_fee_basis_points": 600}]
    )
    assert cost(percent, timedelta(days=30)) == 60_00 + 3_60


def test_assigned_officers_are_paid_by_name():
    rules = policy(cancellation=TIERS)
    price = price_cancellation(
        policy=rules,
        shift=ShiftRequest(START, SHIFT.ends_at, (PositionRequest("officer", 3),)),
        cancelled_by="client",
        cancelled_at=START - timedelta(hours=5),
        service_fee=NO_SERVICE_FEE,
        assignment_ids=[("a", "officer"), ("b", "officer")],
    )
    assert [(line.assignment_id, line.headcount, line.pay_cents) for line in price.lines] == [
        ("a", 1, 150_00),
        ("b", 1, 150_00),
        ("", 1, 150_00),
    ]
