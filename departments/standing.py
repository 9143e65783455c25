"""What leaves the roster for the marketplace: enough to prefilter by, and no reasons. Those are personnel data."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.models import RosterEntry
from departments.policies import read_policies_in_force
from departments.policy.documents import Policy
from departments.refusals import NoPolicyInForce
from kernel import outbox

BUSY_HORIZON = timedelta(days=60)


def policy_status(status: str) -> str:
    """Policies spell their statuses with hyphens ("light-duty"); database choices have underscores."""
    return status.replace("_", "-")


def announce_roster_change(*, department_id: UUID, entry: RosterEntry, at: datetime) -> None:
    """Inside the department's schema, in the transaction of the change. Silent until the member has joined.

    departments.roster_changed {department_id, officer_id, entry_id, version, left, may_work_from_date,
    may_work_until_date, rank_code, seniority_date, credential_codes, busy_ranges}. A member whose status bars them is
    told of as one whose time to work has ended, without saying why.
    """
    if entry.officer_id is None:
        return
    left = entry.status == RosterEntry.Status.LEFT
    from_date, until_date = _may_work(entry, at)
    outbox.announce(
        name="departments.roster_changed",
        payload={
            "department_id": str(department_id),
            "officer_id": str(entry.officer_id),
            "entry_id": str(entry.id),
            "version": entry.version,
            "left": left,
            "may_work_from_date": _text(from_date),
            "may_work_until_date": _text(until_date),
            "rank_code": entry.rank_code,
            "seniority_date": _text(entry.seniority_date),
            "credential_codes": list(entry.credential_codes),
            "busy_ranges": [] if left else _busy_ranges(entry, at),
        },
        tenant_id=department_id,
        at=at,
    )


def _may_work(entry: RosterEntry, at: datetime) -> tuple[date | None, date | None]:
    """First date, and the date from which they may not. Statuses that need an approval stay in: this is a prefilter."""
    if entry.status == RosterEntry.Status.LEFT:
        return entry.may_work_from_date, at.date()
    try:
        policy = next(iter(read_policies_in_force(on_dates=[at.date()]).values()))
    except NoPolicyInForce:
        return entry.may_work_from_date, entry.may_work_until_date
    if _is_barred(policy, policy_status(str(entry.status))):
        return entry.may_work_from_date, at.astimezone(ZoneInfo(policy.time_zone)).date()
    return entry.may_work_from_date, entry.may_work_until_date


def _is_barred(policy: Policy, status: str) -> bool:
    for rule in policy.eligibility.status_rules:
        if rule.status == status:
            return rule.outcome == "deny"
    return status not in policy.eligibility.allowed_statuses


def _busy_ranges(entry: RosterEntry, at: datetime) -> list[list[Any]]:
    periods = entry.duty_periods.filter(ends_at__gt=at, starts_at__lt=at + BUSY_HORIZON).order_by("starts_at")
    return [[period.starts_at.isoformat(), period.ends_at.isoformat()] for period in periods]


def _text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
