"""The day by which an officer is promised the money: never too early, never earlier for later work, on bank days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.policy.documents import Payout, PayPeriod, Policy, Timekeeping
from departments.policy.examples import example
from departments.policy.loading import load_policy
from departments.policy.pay_dates import is_bank_day, last_day_of_pay_period, pay_date
from departments.policy.refusals import PolicyInvalid

TORONTO = ZoneInfo("America/Toronto")
POLICY = load_policy({**example("ontario"), "payee_mode": "direct", "holiday_dates": [], "notice": {}})
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
days = st.dates(date(2026, 1, 1), date(2028, 3, 1))
policies = st.builds(
    lambda mode, timer, steps, holidays, bank, period: replace(
        POLICY,
        payee_mode=mode,
        timekeeping=Timekeeping(timer),
        holiday_dates=tuple(sorted(day.isoformat() for day in holidays)),
        payout=Payout(*steps, tuple(sorted(f"{day:%m-%d}" for day in bank)), period),
    ),
    st.sampled_from(["direct", "payroll"]),
    st.integers(1, 720),
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)),
    st.sets(days, max_size=12),
    st.sets(days, max_size=12),
    st.builds(PayPeriod, days, st.integers(1, 31), st.integers(0, 20)),
)


@pytest.mark.parametrize(
    ("ends_at", "changes", "promised"),
    [
        # Final on Monday, transferred Tuesday, sent Thursday, in the bank on Friday.
        (datetime(2026, 12, 5, 2), {}, date(2026, 12, 11)),
        # Silence would approve on Saturday: the banks begin to count on Monday.
        (datetime(2026, 12, 3, 17), {}, date(2026, 12, 10)),
        (datetime(2026, 12, 3, 17), {"bank_holiday_dates": ("12-08",)}, date(2026, 12, 11)),
        (datetime(2026, 12, 22, 17), {"bank_holiday_dates": ("12-25", "12-28", "01-01")}, date(2027, 1, 4)),
    ],
)
def test_one_thing_after_the_other(ends_at: datetime, changes: dict[str, tuple[str, ...]], promised: date) -> None:
    policy = replace(POLICY, payout=Payout(**changes))  # type: ignore[arg-type]
    assert pay_date(policy=policy, ends_at=ends_at.replace(tzinfo=TORONTO)).by_date == promised


def test_payroll_pays_on_the_pay_day_of_the_period_and_promises_nothing_without_one() -> None:
    policy = replace(POLICY, payee_mode="payroll", payout=Payout(pay_period=PayPeriod(date(2026, 11, 29), 14, 7)))
    # Final on Friday 11 December, in the period until the 12th; paid on Saturday the 19th, so on Monday.
    found = pay_date(policy=policy, ends_at=datetime(2026, 12, 9, 12, tzinfo=TORONTO))
    assert (found.basis, found.by_date) == ("payroll", date(2026, 12, 21))
    assert pay_date(policy=policy, ends_at=datetime(2026, 12, 11, 12, tzinfo=TORONTO)).by_date == date(2027, 1, 4)
    for mode in ("payroll", "agency"):
        nothing = replace(policy, payee_mode=mode, payout=Payout())  # type: ignore[arg-type]
        assert pay_date(policy=nothing, ends_at=datetime(2026, 12, 9, 12, tzinfo=TORONTO)).by_date is None


@settings(max_examples=40)
@given(policy=policies, first=moments, later=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_never_earlier_than_possible_nor_earlier_for_later_work(
    policy: Policy, first: datetime, later: timedelta
) -> None:
    found = pay_date(policy=policy, ends_at=first)
    assert found.by_date is not None
    final = (first + timedelta(hours=policy.timekeeping.approval_timer_hours)).astimezone(TORONTO).date()
    assert found.steps["hours_final"] == final
    assert list(found.steps.values()) == sorted(found.steps.values())
    assert is_bank_day(policy, found.by_date)
    if policy.payee_mode == "direct":
        needed = policy.payout.settlement_business_days + policy.payout.delay_business_days
        needed += policy.payout.arrival_business_days
        between = [final + timedelta(days=number) for number in range(1, (found.by_date - final).days + 1)]
        # Exactly so many bank days lie after the day of the final hours; money that settles at once waits for one.
        waits = policy.payout.settlement_business_days == 0 and not is_bank_day(policy, final)
        assert sum(is_bank_day(policy, day) for day in between) == needed + waits
    else:
        period = policy.payout.pay_period
        assert period is not None
        last_day = last_day_of_pay_period(period, day=final)
        assert final <= last_day < final + timedelta(days=period.length_days)
        assert found.by_date >= last_day + timedelta(days=period.paid_after_days)
    again = pay_date(policy=policy, ends_at=first + later)
    assert again.by_date is not None
    assert again.by_date >= found.by_date


@pytest.mark.parametrize(
    ("payout", "where"),
    [
        ({"delay_business_days": -1}, "payout.delay_business_days"),
        ({"pay_period": {"length_days": 14}}, "payout.pay_period"),
        ({"bank_holiday_dates": ["13-01"]}, "payout.bank_holiday_dates[0]"),
    ],
)
def test_mistakes_are_found(payout: dict[str, object], where: str) -> None:
    with pytest.raises(PolicyInvalid) as refusal:
        load_policy({**example("ontario"), "payout": payout})
    assert any(mistake.path.startswith(where) for mistake in refusal.value.mistakes)
