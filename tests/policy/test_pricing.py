"""Prices to the cent, and the promise that a quote equals the bill when all goes as planned."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.pricing import (
    PositionRequest,
    ServiceFee,
    ShiftPrice,
    ShiftRequest,
    VehicleRequest,
    WorkedPosition,
    WorkedVehicle,
    price_shift,
    price_worked,
    total_of,
)
from departments.policy.refusals import ShiftCannotBePriced, UnknownRank, UnknownVehicle
from tests.policy.building import NO_SERVICE_FEE, policy, rank, utc

START = utc("2026-06-03T14:00")
SERVICE_FEE = ServiceFee(500, "HST", "HST", 1300, "70000 0001 RT0001")


def shift(
    minutes: int, *positions: tuple[str, int], vehicles: tuple[tuple[str, int], ...] = (), **more
) -> ShiftRequest:
    return ShiftRequest(
        START,
        START + timedelta(minutes=minutes),
        tuple(PositionRequest(code, count) for code, count in positions),
        tuple(VehicleRequest(code, count) for code, count in vehicles),
        **more,
    )


@pytest.mark.parametrize(
    ("minutes", "billable", "gross", "net", "tax"),
    [(130, 180, 329_25, 291_37, 37_88), (200, 240, 439_00, 388_50, 50_50)],
)
def test_rates_that_include_tax_with_a_minimum_and_whole_hours(minutes, billable, gross, net, tax):
    price = price_shift(
        policy=load_policy(example("ontario")), shift=shift(minutes, ("constable", 1)), service_fee=NO_SERVICE_FEE
    )
    (line,) = price.lines
    assert (line.billable_minutes, line.gross_cents, line.net_cents, line.tax_cents) == (billable, gross, net, tax)
    assert line.unit_rate_cents_per_hour == 109_75


def test_percentages_on_the_base_are_not_compounded_and_each_is_rounded():
    rules = policy(
        card={
            "ranks": [rank("constable", 7100, 5000)],
            "taxes": [{"code": "HST", "name": "HST", "rate_basis_points": 1300}],
            "fees": [
                {"code": "admin", "name": "Administration", "kind": "percent", "rate_basis_points": 1500},
                {"code": "eht", "name": "Health tax", "kind": "percent", "rate_basis_points": 195},
                {"code": "wsib", "name": "Insurance", "kind": "percent", "rate_basis_points": 39},
            ],
        }
    )
    price = price_shift(policy=rules, shift=shift(180, ("constable", 1)), service_fee=NO_SERVICE_FEE)
    assert [line.net_cents for line in price.lines] == [213_00, 31_95, 4_15, 83]
    assert (price.net_cents, price.tax_cents, price.gross_cents) == (249_93, 32_49, 282_42)


def test_the_service_fee_is_a_percentage_of_the_suppliers_net_and_taxed_on_its_own():
    price = price_shift(
        policy=load_policy(example("ontario")), shift=shift(180, ("constable", 2)), service_fee=SERVICE_FEE
    )
    assert price.supplier_net_cents == 2 * 291_37
    assert price.service_fee_cents == 29_14  # 5 % of 582.74 = 29.137
    assert price.service_fee_tax_cents == 3_79  # 13 % of 29.14 = 3.788
    assert price.gross_cents == 2 * 329_25 + 29_14 + 3_79
    assert [tax.registration_number for tax in price.taxes()] == ["80000 0002 RT0001", "70000 0001 RT0001"]


def test_vehicles_by_the_hour_with_their_own_minimum_and_flat():
    rules = policy(
        card={
            "vehicles": [
                {"code": "cruiser", "name": "Cruiser", "rate_cents": 3500, "minimum_minutes": 240},
                {"code": "bicycle", "name": "Bicycle", "rate_cents": 3000, "basis": "flat"},
            ]
        }
    )
    price = price_shift(
        policy=rules,
        shift=shift(120, ("officer", 1), vehicles=(("cruiser", 2), ("bicycle", 1))),
        service_fee=NO_SERVICE_FEE,
    )
    assert [line.net_cents for line in price.lines] == [120_00, 2 * 140_00, 30_00]
    assert price.lines[1].billable_minutes == 240


def test_a_fee_per_officer_hour_a_cap_and_a_fee_that_the_officer_pays():
    rules = policy(
        card={
            "fees": [
                {"code": "hourly", "name": "Per hour", "kind": "per_officer_hour", "amount_cents": 200},
                {
                    "code": "admin",
                    "name": "Admin",
                    "kind": "percent",
                    "rate_basis_points": 1500,
                    "cap_cents": 5000,
                },
                {
                    "code": "union",
                    "name": "Detail charge",
                    "kind": "per_officer_hour",
                    "amount_cents": 490,
                    "paid_by": "officer",
                },
            ]
        }
    )
    price = price_shift(policy=rules, shift=shift(240, ("officer", 2)), service_fee=NO_SERVICE_FEE)
    assert [(line.code, line.net_cents) for line in price.lines] == [
        ("labour:officer", 480_00),
        ("fee:hourly", 16_00),
        ("fee:admin", 50_00),
    ]
    assert price.lines[0].officer_fee_cents == 2 * 4 * 4_90
    assert price.pay_cents == 2 * (200_00 - 19_60)


def test_a_short_notice_fee_and_a_non_profit_fee_apply_when_they_should():
    rules = policy(
        card={
            "fees": [
                {
                    "code": "rush",
                    "name": "Late request",
                    "kind": "flat",
                    "amount_cents": 7500,
                    "notice_less_than_minutes": 4320,
                },
                {"code": "charity", "name": "Charity", "kind": "flat", "amount_cents": 6500, "non_profit": True},
            ]
        }
    )

    def codes(**more):
        priced = price_shift(policy=rules, shift=shift(60, ("officer", 1), **more), service_fee=NO_SERVICE_FEE)
        return [line.code for line in priced.lines[1:]]

    assert codes(requested_at=START - timedelta(minutes=4320)) == []
    assert codes(requested_at=START - timedelta(minutes=4319)) == ["fee:rush"]
    assert codes(requested_at=START - timedelta(days=30), non_profit=True) == ["fee:charity"]
    with pytest.raises(ShiftCannotBePriced, match="when the shift was requested"):
        codes()


def test_an_early_release_pays_the_schedule_where_the_card_says_so():
    worked = [WorkedPosition("a", "officer", 90, 240, released_early=True)]
    asked = shift(240, ("officer", 1))
    as_worked = price_worked(policy=policy(), shift=asked, worked=worked, service_fee=NO_SERVICE_FEE)
    in_full = price_worked(
        policy=policy(card={"released_early": "scheduled"}), shift=asked, worked=worked, service_fee=NO_SERVICE_FEE
    )
    assert (as_worked.gross_cents, in_full.gross_cents) == (90_00, 240_00)


def test_the_officer_may_be_paid_for_worked_minutes_while_the_client_pays_billable_ones():
    rules = policy(card={"minimum_steps_minutes": [240], "payable_basis": "worked"})
    price = price_worked(
        policy=rules,
        shift=shift(240, ("officer", 1)),
        worked=[WorkedPosition("a", "officer", 100)],
        service_fee=NO_SERVICE_FEE,
    )
    (line,) = price.lines
    assert (line.billable_minutes, line.payable_minutes) == (240, 100)
    assert line.pay_cents == 83_33


@pytest.mark.parametrize("headcount", [0, -1, 10_000])
def test_absurd_headcounts_are_refused(headcount):
    with pytest.raises(ShiftCannotBePriced) as refused:
        price_shift(policy=policy(), shift=shift(60, ("officer", headcount)), service_fee=NO_SERVICE_FEE)
    assert refused.value.numbers["asked"] == headcount


def test_wrong_shifts_are_refused():
    for minutes in (0, -60):
        with pytest.raises(ShiftCannotBePriced):
            price_shift(policy=policy(), shift=shift(minutes, ("officer", 1)), service_fee=NO_SERVICE_FEE)
    with pytest.raises(ShiftCannotBePriced):
        price_shift(policy=policy(), shift=shift(60), service_fee=NO_SERVICE_FEE)
    with pytest.raises(UnknownRank):
        price_shift(policy=policy(), shift=shift(60, ("admiral", 1)), service_fee=NO_SERVICE_FEE)
    with pytest.raises(UnknownVehicle):
        price_shift(
            policy=policy(),
            shift=shift(60, ("officer", 1), vehicles=(("tank", 1),)),
            service_fee=NO_SERVICE_FEE,
        )


def test_a_shift_over_the_clock_change_is_billed_by_elapsed_time():
    # 22:00 to 06:00 local in Chicago over the night of 7 to 8 March 2026 is seven hours, not eight.
    night = ShiftRequest(utc("2026-03-08T04:00"), utc("2026-03-08T11:00"), (PositionRequest("officer", 1),))
    price = price_shift(policy=policy(), shift=night, service_fee=NO_SERVICE_FEE)
    assert price.lines[0].billable_minutes == 420


cents = st.integers(1, 50_000)


@st.composite
def rules_and_shift(draw):
    bill = draw(st.integers(100, 40_000))
    included = draw(st.booleans())
    taxes = draw(st.lists(st.integers(1, 2000), min_size=1, max_size=2))
    card = {
        "ranks": [rank("officer", bill, bill // 2), rank("sergeant", bill + 777, bill // 2, 2)],
        "vehicles": [{"code": "cruiser", "name": "Cruiser", "rate_cents": draw(cents)}],
        "taxes": [{"code": f"T{index}", "name": "Tax", "rate_basis_points": rate} for index, rate in enumerate(taxes)],
        "fees": [
            {"code": "admin", "name": "Admin", "kind": "percent", "rate_basis_points": draw(st.integers(1, 3000))},
            {"code": "hourly", "name": "Hourly", "kind": "per_officer_hour", "amount_cents": draw(cents)},
        ],
        "premiums": [
            {
                "id": "evening",
                "name": "Evening",
                "effect": "percent",
                "rate_basis_points": draw(st.integers(1, 10_000)),
                "when": {"from_time": "18:00", "until_time": "02:00"},
            }
        ],
        "rates_include_tax": included,
        "minimum_steps_minutes": [draw(st.integers(1, 300))],
        "rounding": {"unit_minutes": draw(st.sampled_from([1, 15, 60]))},
        "payable_basis": draw(st.sampled_from(["billable", "worked"])),
    }
    asked = shift(
        draw(st.integers(1, 1200)),
        ("officer", draw(st.integers(1, 9))),
        ("sergeant", draw(st.integers(1, 3))),
        vehicles=(("cruiser", draw(st.integers(1, 4))),),
    )
    fee = ServiceFee(draw(st.integers(0, 2000)), "X", "X", draw(st.integers(0, 2000)))
    return policy(card=card, payee_mode="payroll"), asked, fee


@given(rules_and_shift())
def test_a_quote_equals_the_bill_when_everybody_works_as_planned(given_case):
    rules, asked, fee = given_case
    minutes = int((asked.ends_at - asked.starts_at).total_seconds() // 60)
    quote = price_shift(policy=rules, shift=asked, service_fee=fee)
    bill = price_worked(
        policy=rules,
        shift=asked,
        worked=[
            WorkedPosition(f"{position.rank_code}-{number}", position.rank_code, minutes, minutes)
            for position in asked.positions
            for number in range(position.headcount)
        ],
        vehicles=[WorkedVehicle(one.vehicle_code, one.count, minutes) for one in asked.vehicles],
        service_fee=fee,
    )
    assert bill.net_cents == quote.net_cents
    assert bill.taxes() == quote.taxes()
    assert bill.gross_cents == quote.gross_cents
    assert bill.pay_cents == quote.pay_cents


@given(rules_and_shift())
def test_every_line_adds_up_and_survives_json(given_case):
    rules, asked, fee = given_case
    price = price_shift(policy=rules, shift=asked, service_fee=fee)
    assert price.gross_cents == price.net_cents + price.tax_cents
    assert price.gross_cents == price.supplier_gross_cents + price.service_fee_cents + price.service_fee_tax_cents
    assert all(line.net_cents >= 0 and line.tax_cents >= 0 for line in price.lines)
    assert ShiftPrice.from_json(json.loads(json.dumps(price.to_json()))) == price
    if rules.rate_card.rates_include_tax:
        for line in price.lines:
            if line.kind == "labour":
                each = -(-line.unit_rate_cents_per_hour * line.billable_minutes // 60)
                assert each - 1 <= line.gross_cents // line.headcount <= each
    total = total_of([price, price])
    assert total.gross_cents == 2 * price.gross_cents
    assert total.net_cents + total.tax_cents == total.gross_cents
