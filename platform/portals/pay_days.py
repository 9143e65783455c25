"""When the money comes, in words: before the bid, while it is awaited, and afterwards."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import PayPromise
from departments.policy.pay_dates import PayDate
from messaging.spoken import spoken
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
        return _("Paid by the agency that engaged you")
    if found.by_date is None:
        return _("Paid with your department's payroll")
    if found.basis == "payroll":
        said = _("You are paid by %(day)s, with your department's payroll")
    else:
        said = _("You are paid by %(day)s")
    return said % {"day": wording.weekday_text(found.by_date)}


def tone_of(promise: PayPromise) -> str:
    return _TONES.get(PayPromise.State(promise.state), "neutral")


def of_promise(promise: PayPromise) -> str:
    """Promised by Tue 8 Dec 2026; when it is paid or late also when, by how much, and why."""
    by = _("Promised by %(day)s") % {"day": wording.date_text(promise.promised_by)}
    if promise.state == PayPromise.State.OVERDUE:
        late = _("%(promised)s, %(days)s late so far.") % {"promised": by, "days": _days(promise.days_late)}
        return f"{late} {spoken(promise.get_reason_display())}."
    if promise.paid_at is None:
        return by
    day = _local_day(promise.paid_at, promise.time_zone)
    if promise.basis == PayPromise.Basis.PAYROLL:
        arrived = _("Sent to payroll %(day)s") % {"day": day}
    else:
        arrived = _("In your bank %(day)s") % {"day": day}
    if promise.state == PayPromise.State.LATE:
        late = _("%(arrived)s, %(days)s late.") % {"arrived": arrived, "days": _days(promise.days_late)}
        return f"{late} {spoken(promise.get_reason_display())}."
    return f"{arrived}. {by}."


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _local_day(at: datetime, zone: str) -> str:
    return wording.date_text(wording.local_time(at, zone))
