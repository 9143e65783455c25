"""The day by which an officer has the money for a shift: promised before they bid, and what the promise is held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.calendars import is_holiday, is_listed
from departments.policy.documents import PayeeMode, PayPeriod, Policy

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class PayDate:
    """`by_date` is None where nothing is promised: no pay period is known, or an agency pays.

    `steps`, in their order: the last local day of each thing that must have happened before, `hours_final`, then
    `transferred`, `sent_to_bank` and `paid`; by payroll only `hours_final` and `paid`.
    """

    basis: PayeeMode
    by_date: date | None
    steps: Mapping[str, date]


def pay_date(*, policy: Policy, ends_at: datetime) -> PayDate:
    """For a shift that ends then. Hours count as final as late as silence may approve them."""
    final_at = ends_at + timedelta(hours=policy.timekeeping.approval_timer_hours)
    final = final_at.astimezone(ZoneInfo(policy.time_zone)).date()
    payout = policy.payout
    if policy.payee_mode == "direct":
        transferred = bank_days_after(policy, day=final, count=payout.settlement_business_days)
        sent = bank_days_after(policy, day=transferred, count=payout.delay_business_days)
        paid = bank_days_after(policy, day=sent, count=payout.arrival_business_days)
        steps = {"hours_final": final, "transferred": transferred, "sent_to_bank": sent, "paid": paid}
        return PayDate("direct", paid, steps)
    if policy.payee_mode == "payroll" and payout.pay_period is not None:
        last_day = last_day_of_pay_period(payout.pay_period, day=final)
        pay_day = last_day + timedelta(days=payout.pay_period.paid_after_days)
        paid = bank_days_after(policy, day=pay_day, count=0)
        return PayDate("payroll", paid, {"hours_final": final, "paid": paid})
    return PayDate(policy.payee_mode, None, {"hours_final": final})


def last_day_of_pay_period(period: PayPeriod, *, day: date) -> date:
    number = (day - period.first_date).days // period.length_days
    return period.first_date + timedelta(days=(number + 1) * period.length_days - 1)


def bank_days_after(policy: Policy, *, day: date, count: int) -> date:
    """The bank day that is `count` bank days after the day; with 0 the day itself, or the next on which banks work."""
    while count > 0 or not is_bank_day(policy, day):
        day += timedelta(days=1)
        count -= is_bank_day(policy, day) and count > 0
    return day


def is_bank_day(policy: Policy, day: date) -> bool:
    """Banks rest at weekends whatever the department's own office does."""
    if day.weekday() >= _SATURDAY or is_holiday(policy, day):
        return False
    return not is_listed(day, policy.payout.bank_holiday_dates)
