"""Premiums by clock, date, notice, event, length of work; and how they stack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from departments.policy.pricing import PositionRequest, ShiftRequest, price_shift
from tests.policy.building import NO_SERVICE_FEE, policy, rank, utc


def priced(premiums, start, minutes, *, rate=6000, code="officer", **more):
    rules = policy(
        card={"ranks": [rank("officer", rate, rate // 2), rank("sergeant", 9000, 5000, 2)], "premiums": premiums}
    )
    starts_at = utc(start)
    request = ShiftRequest(starts_at, starts_at + timedelta(minutes=minutes), (PositionRequest(code, 1),), **more)
    price = price_shift(policy=rules, shift=request, service_fee=NO_SERVICE_FEE)
    return [(line.code.removeprefix("premium:"), line.billable_minutes, line.net_cents) for line in price.lines[1:]]


EVENING = {
    "id": "evening",
    "name": "Evening",
    "effect": "percent",
    "rate_basis_points": 1000,
    "when": {"from_time": "18:00", "until_time": "02:00"},
}


def test_a_clock_band_over_midnight_counts_only_its_minutes():
    # Chicago is UTC-5 in June: 17:00 to 03:00 local.
    assert priced([EVENING], "2026-06-03T22:00", 600) == [("evening", 480, 48_00)]


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-06-03T22:00", 60, []),
        ("2026-06-03T22:00", 61, [("evening", 1, 10)]),
        ("2026-06-04T07:00", 60, []),
        ("2026-06-04T06:59", 60, [("evening", 1, 10)]),
    ],
)
def test_band_boundaries(start, minutes, expected):
    assert priced([EVENING], start, minutes) == expected


HOLIDAY = {
    "id": "holiday",
    "name": "Holiday",
    "effect": "multiply",
    "rate_basis_points": 15000,
    "when": {"periods": [{"from_text": "12-24T18:00", "until_text": "12-26T00:00"}]},
}


def test_a_dated_period_every_year_and_over_new_year():
    assert priced([HOLIDAY], "2026-12-24T23:00", 120) == [("holiday", 60, 30_00)]  # from 18:00 local
    new_year = HOLIDAY | {"when": {"periods": [{"from_text": "12-31T18:00", "until_text": "01-02T00:00"}]}}
    assert priced([new_year], "2027-01-01T20:00", 60) == [("holiday", 60, 30_00)]
    assert priced([new_year], "2027-01-02T06:00", 60) == []


def test_hours_above_eight_at_one_and_a_half():
    overtime = {
        "id": "long",
        "name": "Over 8 h",
        "effect": "multiply",
        "rate_basis_points": 15000,
        "when": {"after_minutes": 480},
    }
    assert priced([overtime], "2026-06-03T12:00", 480) == []
    assert priced([overtime], "2026-06-03T12:00", 600) == [("long", 120, 60_00)]


def test_short_notice_and_event_types_and_ranks_open_and_shut():
    rush = {
        "id": "rush",
        "name": "Rush",
        "effect": "percent",
        "rate_basis_points": 2500,
        "when": {"notice_less_than_minutes": 1440},
    }
    start = utc("2026-06-03T14:00")
    assert priced([rush], "2026-06-03T14:00", 60, rate=6300, requested_at=start - timedelta(hours=24)) == []
    late = priced([rush], "2026-06-03T14:00", 60, rate=6300, requested_at=start - timedelta(minutes=1439))
    assert late == [("rush", 60, 15_75)]
    traffic = {
        "id": "traffic",
        "name": "Traffic",
        "effect": "cents_per_hour",
        "amount_cents_per_hour": 565,
        "when": {"event_types": ["traffic-control"], "rank_codes": ["officer"]},
    }
    assert priced([traffic], "2026-06-03T14:00", 120, event_type="traffic-control") == [("traffic", 120, 11_30)]
    assert priced([traffic], "2026-06-03T14:00", 120, event_type="festival") == []
    assert priced([traffic], "2026-06-03T14:00", 120, event_type="traffic-control", code="sergeant") == []


def test_stacking_adds_takes_the_highest_and_multiplies_last():
    always = {"periods": [{"from_text": "2026-01-01T00:00", "until_text": "2027-01-01T00:00"}]}
    ten = {"id": "ten", "name": "Ten", "effect": "percent", "rate_basis_points": 1000, "when": always}
    five = ten | {"id": "five", "rate_basis_points": 500}
    double = ten | {"id": "double", "effect": "multiply", "rate_basis_points": 20000}
    at = "2026-06-03T14:00"
    assert priced([ten, five], at, 60) == [("ten", 60, 6_00), ("five", 60, 3_00)]
    assert priced([ten | {"stack": "highest"}, five | {"stack": "highest"}], at, 60) == [("ten", 60, 6_00)]
    assert priced([double, ten], at, 60) == [("double", 60, 66_00), ("ten", 60, 6_00)]
    replaced = {
        "id": "replaced",
        "name": "Holiday rate",
        "effect": "replace",
        "replace_cents_per_hour": {"officer": 7345},
        "when": always,
    }
    assert priced([replaced], at, 60, rate=5650) == [("replaced", 60, 16_95)]


def test_weekdays_over_the_clock_change_are_real_local_days():
    sunday = {
        "id": "sunday",
        "name": "Sunday",
        "effect": "percent",
        "rate_basis_points": 1000,
        "when": {"weekdays": [6]},
    }
    # Sunday 8 March 2026 has 23 hours in Chicago: from 06:00 UTC to 05:00 UTC.
    assert priced([sunday], "2026-03-08T05:00", 25 * 60) == [("sunday", 23 * 60, 138_00)]
