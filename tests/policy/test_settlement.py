"""Whatever is priced, the parts sum to the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.policy.pricing import PositionRequest, ServiceFee, ShiftRequest, WorkedPosition, price_worked
from departments.policy.refusals import OfficerShareExceedsPrice
from departments.policy.settlement import settle
from tests.policy.building import policy, rank, utc

SHIFT = ShiftRequest(utc("2026-06-03T14:00"), utc("2026-06-03T18:00"), (PositionRequest("officer", 3),))
FEE = ServiceFee(500, "TX", "Tax", 825)


@given(
    bill=st.integers(1, 50_000),
    share=st.integers(0, 100),
    tax=st.integers(0, 2500),
    admin=st.integers(0, 3000),
    service=st.integers(0, 3000),
    worked=st.lists(st.integers(0, 1500), min_size=1, max_size=12),
    included=st.booleans(),
    mode=st.sampled_from(["direct", "payroll", "agency"]),
)
def test_the_parts_sum_to_what_the_client_pays(bill, share, tax, admin, service, worked, included, mode):
    rules = policy(
        card={
            "ranks": [rank("officer", bill, bill * 10_000 // (10_000 + tax) * share // 100)],
            "taxes": [{"code": "T", "name": "T", "rate_basis_points": tax}] if tax else [],
            "fees": [{"code": "a", "name": "A", "kind": "percent", "rate_basis_points": admin}] if admin else [],
            "rates_include_tax": included and tax > 0,
            "minimum_steps_minutes": [120],
            "rounding": {"unit_minutes": 15},
        },
        payee_mode="payroll",
    )
    price = price_worked(
        policy=rules,
        shift=SHIFT,
        worked=[WorkedPosition(str(number), "officer", minutes) for number, minutes in enumerate(worked)],
        service_fee=ServiceFee(service, "S", "S", 825),
    )
    split = settle(price=price, payee_mode=mode)
    assert split.total_cents == price.gross_cents
    assert split.platform_fee_cents == price.service_fee_cents
    assert split.department_cents >= 0
    assert split.agency_cents >= 0
    if mode == "direct":
        assert sum(split.officer_cents.values()) == price.pay_cents
    else:
        assert split.officer_cents == {}
    if mode == "payroll":
        assert sum(line.pay_cents for line in split.payroll_lines) == price.pay_cents
        assert split.department_cents == price.supplier_gross_cents


def price_of(rules, *worked):
    return price_worked(policy=rules, shift=SHIFT, worked=list(worked), service_fee=FEE)


def test_direct_pays_officers_and_leaves_the_rest_and_the_tax_to_the_department():
    rules = policy(card={"taxes": [{"code": "TX", "name": "Tax", "rate_basis_points": 825}]})
    price = price_of(rules, WorkedPosition("a", "officer", 240), WorkedPosition("b", "officer", 60))
    split = settle(price=price, payee_mode="direct")
    assert split.officer_cents == {"a": 200_00, "b": 50_00}
    assert split.department_cents == 40_00 + 10_00 + 19_80 + 4_95
    assert (split.platform_fee_cents, split.platform_tax_cents) == (15_00, 1_24)


def test_payroll_lists_what_the_department_owes_and_transfers_nothing_to_officers():
    price = price_of(policy(), WorkedPosition("a", "officer", 240), WorkedPosition("b", "officer", 0))
    split = settle(price=price, payee_mode="payroll")
    (line,) = split.payroll_lines
    assert (line.assignment_id, line.payable_minutes, line.pay_cents) == ("a", 240, 200_00)
    assert split.department_cents == 240_00


def test_pay_above_the_price_is_refused_not_transferred():
    rules = policy(card={"ranks": [rank("officer", 1000, 5000)]}, payee_mode="payroll")
    with pytest.raises(OfficerShareExceedsPrice):
        settle(price=price_of(rules, WorkedPosition("a", "officer", 60)), payee_mode="direct")
