"""When the money comes, in words: before the bid, while it is awaited, and afterwards."""

from datetime import date, datetime

from django.utils.formats import date_format

from billing.models import PayPromise
from departments.policy.pay_dates import PayDate
from portals import wording

_TONES = {
    PayPromise.State.OPEN: "info",
    PayPromise.State.OVERDUE: "error",
    PayPromise.State.KEPT: "success",
    PayPromise.State.LATE: "warning",
}


def before_the_bid(found: PayDate) -> str:
    """You are paid by Tuesday 8 December."""
    if found.basis == "agency":
        return "Paid by the agency that engaged you"
    if found.by_date is None:
        return "Paid with your department's payroll"
    by = f"You are paid by {_day(found.by_date)}"
    return f"{by}, with your department's payroll" if found.basis == "payroll" else by


def tone_of(promise: PayPromise) -> str:
    return _TONES.get(PayPromise.State(promise.state), "neutral")


def of_promise(promise: PayPromise) -> str:
    """Promised by Tue 8 Dec 2026; when it is paid or late also when, by how much, and why."""
    by = f"Promised by {wording.date_text(promise.promised_by)}"
    if promise.state == PayPromise.State.OVERDUE:
        return f"{by}, {_days(promise.days_late)} late so far. {promise.get_reason_display()}."
    if promise.paid_at is None:
        return by
    arrived = "Sent to payroll" if promise.basis == PayPromise.Basis.PAYROLL else "In your bank"
    when = _local_day(promise.paid_at, promise.time_zone)
    if promise.state == PayPromise.State.LATE:
        return f"{arrived} {when}, {_days(promise.days_late)} late. {promise.get_reason_display()}."
    return f"{arrived} {when}. {by}."


def _day(day: date) -> str:
    return date_format(day, "l j F")


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _local_day(at: datetime, zone: str) -> str:
    return wording.date_text(wording.local_time(at, zone))
