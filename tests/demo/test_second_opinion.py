"""The checker's prices are written again from the documentation: here the two meet, over many draws."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from demo.acts.joining import with_rates
from demo.checks import prices
from demo.checks.expected import expect_cancelled
from demo.drawing import draw
from departments.policy.cancellation import price_cancellation
from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.pricing import (
    PositionRequest,
    ServiceFee,
    ShiftRequest,
    VehicleRequest,
    WorkedPosition,
    WorkedVehicle,
    price_shift,
    price_worked,
)
from departments.policy.settlement import settle
from departments.policy.supervisors import with_supervisors
from embedded.installation import ROOT

EXAMPLES = {"lakeshore": "ontario", "cedarbasin": "us"}
# A quiet week, the end of the year, and the American holiday: premiums by date.
DAYS = (date(2026, 5, 4), date(2026, 12, 20), date(2026, 12, 27), date(2026, 6, 29))


@pytest.mark.parametrize("seed", range(60))
def test_quote_bill_and_split_are_the_same_to_the_cent(seed: int) -> None:
    for script in draw(seed=seed, today=DAYS[seed % len(DAYS)]):
        department = script.department
        document = with_rates(example(EXAMPLES[department.slug]), script)
        policy = load_policy(document, version=2)
        plan = prices.Plan(script.service_fee_basis_points, department.service_fee_tax_basis_points)
        fee = ServiceFee(
            rate_basis_points=plan.fee_basis_points, tax_code="HST", tax_rate_basis_points=plan.tax_basis_points
        )
        starts_at = script.starts_at.astimezone(UTC)
        vehicle = "cruiser" if script.vehicle_count else ""
        asked = prices.ShiftAsked(
            starts_at, script.ends_at, script.headcount, script.event_type, vehicle, script.vehicle_count
        )
        request = ShiftRequest(
            starts_at=starts_at,
            ends_at=script.ends_at,
            positions=tuple(PositionRequest(*position) for position in script.headcount),
            vehicles=(VehicleRequest(vehicle, 1),) if vehicle else (),
            event_type=script.event_type,
            requested_at=starts_at - timedelta(days=5),
        )

        quoted = price_shift(policy=policy, shift=with_supervisors(policy=policy, shift=request), service_fee=fee)
        again = prices.quote(document, plan, asked)

        assert (again.total, again.net, again.service_fee) == (
            quoted.gross_cents,
            quoted.net_cents,
            quoted.service_fee_cents,
        )

        works = [
            prices.Work(officer.badge_number, officer.rank_code, worked, starts_at + timedelta(minutes=late))
            for officer in script.officers
            if officer.attendance is not None
            for late in [max(officer.attendance.arrives, 0)]
            for worked in [asked.minutes - late + min(officer.attendance.leaves, script.overrun_minutes)]
        ]
        billed = price_worked(
            policy=policy,
            shift=request,
            worked=[
                WorkedPosition(
                    work.assignment_id, work.rank_code, work.minutes, asked.minutes, starts_at=work.starts_at
                )
                for work in works
            ],
            vehicles=[WorkedVehicle(vehicle, 1, max(work.minutes for work in works))] if vehicle else [],
            service_fee=fee,
        )
        split = settle(price=billed, payee_mode=policy.payee_mode)
        bill = prices.bill(document, plan, asked, works)

        assert bill.total == billed.gross_cents
        assert bill.officer_cents() == dict(split.officer_cents)
        assert bill.department_cents() == split.department_cents
        assert sum(bill.pay().values()) == billed.pay_cents


@pytest.mark.parametrize("hours", [10, 40, 60])
@pytest.mark.parametrize("seed", range(6))
def test_a_cancellation_costs_the_same_to_the_cent(seed: int, hours: int) -> None:
    for script in draw(seed=seed, today=DAYS[0]):
        department = script.department
        document = with_rates(example(EXAMPLES[department.slug]), script)
        policy = load_policy(document, version=2)
        starts_at, cancelled_at = script.starts_at.astimezone(UTC), script.starts_at - timedelta(hours=hours)
        request = ShiftRequest(
            starts_at,
            script.ends_at,
            tuple(PositionRequest(*position) for position in script.headcount),
            event_type=script.event_type,
            requested_at=starts_at - timedelta(days=5),
        )
        priced = price_cancellation(
            policy=policy,
            shift=with_supervisors(policy=policy, shift=request),
            cancelled_by="client",
            cancelled_at=cancelled_at,
            service_fee=ServiceFee(
                rate_basis_points=script.service_fee_basis_points,
                tax_code="HST",
                tax_rate_basis_points=department.service_fee_tax_basis_points,
            ),
        )
        shift = {
            "starts_at": starts_at.isoformat(),
            "ends_at": script.ends_at.isoformat(),
            "positions": [{"rank_code": rank, "headcount": count} for rank, count in script.headcount],
        }
        asked = {
            "policy": document,
            "service_fee_basis_points": script.service_fee_basis_points,
            "service_fee_tax_basis_points": department.service_fee_tax_basis_points,
            "contract": {"terms": {"event_type": script.event_type, "shifts": [shift]}},
            "cancelled": {"by": "client", "at": cancelled_at.isoformat(), "starts_at": starts_at.isoformat()},
        }

        assert expect_cancelled(asked).billed.total == priced.gross_cents


@pytest.mark.parametrize("count", [3, 4, 9, 10, 12])
@pytest.mark.parametrize("name", ["ontario", "us"])
def test_supervisors_of_the_ladder_are_in_both_quotes(name: str, count: int) -> None:
    document = example(name)
    policy = load_policy(document)
    starts_at = datetime(2026, 5, 4, 18, tzinfo=UTC)
    rank = policy.rate_card.ranks[0].code
    asked = prices.ShiftAsked(starts_at, starts_at + timedelta(hours=4), ((rank, count),), "festival")
    request = ShiftRequest(
        starts_at, asked.ends_at, (PositionRequest(rank, count),), requested_at=starts_at - timedelta(days=5)
    )
    staffed = with_supervisors(policy=policy, shift=request)

    quoted = price_shift(policy=policy, shift=staffed, service_fee=ServiceFee(rate_basis_points=500))

    assert sorted(prices.staffed(document, asked)) == sorted(
        (one.rank_code, one.headcount) for one in staffed.positions
    )
    assert prices.quote(document, prices.Plan(500, 0), asked).total == quoted.gross_cents


def test_a_rate_card_that_it_does_not_know_is_refused_and_not_guessed() -> None:
    document = example("us")
    document["rate_card"]["premiums"][0]["effect"] = "multiply"
    document["rate_card"]["premiums"][0]["rate_basis_points"] = 15000
    starts_at = datetime(2026, 5, 4, 18, tzinfo=UTC)
    shift = prices.ShiftAsked(starts_at, starts_at + timedelta(hours=4), (("officer", 1),), "festival")

    with pytest.raises(prices.CannotRecompute, match="premium holiday"):
        prices.quote(document, prices.Plan(500, 0), shift)


def test_a_holiday_over_new_year_is_found_on_both_sides_of_midnight() -> None:
    period = {"from_text": "12-31T18:00", "until_text": "01-02T00:00"}

    assert prices._within(period, datetime(2026, 12, 31, 18, 0))
    assert prices._within(period, datetime(2027, 1, 1, 23, 59))
    assert not prices._within(period, datetime(2027, 1, 2, 0, 0))
    assert not prices._within(period, datetime(2026, 12, 31, 17, 59))


def test_the_checker_imports_nothing_of_the_application() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, demo.checker; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {name.split(".")[0] for name in said.stdout.split()}
    own = {folder.name for source in (ROOT, ROOT / "platform") for folder in source.iterdir() if folder.is_dir()} - {
        "platform"
    }

    assert imported & (own | {"django", "stripe", "twilio"}) == {"demo"}
