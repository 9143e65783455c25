"""Each payroll line carries a pay code of the policy's own, and each priced line its own tax."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.pricing import PositionRequest, ServiceFee, ShiftRequest, WorkedPosition, price_worked
from departments.policy.settlement import settle

POLICY = load_policy(example("ontario"))
STARTS_AT = datetime(2026, 3, 10, 18, tzinfo=ZoneInfo("America/Toronto"))
FEE = ServiceFee(rate_basis_points=500, tax_code="HST", tax_name="HST", tax_rate_basis_points=1300)


@settings(max_examples=25)
@given(worked=st.lists(st.tuples(st.sampled_from(POLICY.rate_card.ranks), st.integers(1, 720)), min_size=1, max_size=5))
def test_codes_and_taxes_come_from_the_policy(worked: list[tuple[object, int]]) -> None:
    positions = [
        WorkedPosition(str(number), rank.code, minutes, 240, starts_at=STARTS_AT)  # type: ignore[attr-defined]
        for number, (rank, minutes) in enumerate(worked)
    ]
    asked = tuple(PositionRequest(position.rank_code, 1) for position in positions)
    shift = ShiftRequest(STARTS_AT, STARTS_AT + timedelta(hours=4), asked, requested_at=STARTS_AT - timedelta(days=30))
    price = price_worked(policy=POLICY, shift=shift, worked=positions, vehicles=(), service_fee=FEE)
    lines = settle(price=price, payee_mode="payroll").payroll_lines
    codes = {rank.code: rank.pay_code for rank in POLICY.rate_card.ranks}
    assert {line.assignment_id for line in lines} == {position.assignment_id for position in positions}
    assert all(line.pay_code == codes[line.rank_code] != "" for line in lines)
    assert sum(line.pay_cents for line in lines) == price.pay_cents
    rates = {tax.code: (tax.rate_basis_points, tax.registration_number) for tax in POLICY.rate_card.taxes}
    for line in price.supplier_lines:
        for tax in line.taxes:
            assert (tax.rate_basis_points, tax.registration_number) == rates[tax.code]
            # Rates include tax here: the net is rounded once, and the tax is the rest of the amount.
            assert abs(tax.cents - line.gross_cents * 1300 / 11300) < 1
    assert sum(tax.cents for tax in price.taxes()) == sum(line.tax_cents for line in price.lines)
