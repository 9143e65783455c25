"""What leaves the roster for the marketplace: enough to prefilter by, and no reasons. Those are personnel data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.models import DutyPeriod, RosterEntry, StatusPeriod
from departments.policies import read_policies_in_force
from departments.policy.codes import same_code
from departments.policy.documents import Policy, StatusRule
from departments.refusals import NoPolicyInForce
from kernel import outbox

BUSY_HORIZON = timedelta(days=60)


@dataclass(slots=True)
class _Times:
    """What is dated of one entry: barring statuses (from, until) and busy ranges."""

    statuses: list[StatusPeriod] = field(default_factory=list)
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)


def policy_status(status: str) -> str:
    """Policies spell their statuses with hyphens ("light-duty"); database choices have underscores."""
    return status.replace("_", "-")


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def announce_roster_change(*, department_id: UUID, entry: RosterEntry, at: datetime) -> None:
    """Inside the department's schema, in the transaction of the change. Silent until the member has joined."""
    announce_roster_changes(department_id=department_id, entries=[entry], at=at)


def announce_roster_changes(*, department_id: UUID, entries: Sequence[RosterEntry], at: datetime) -> int:
    """The same for many, in a constant number of statements. Answers how many have joined and so were told of.

    departments.roster_changed {department_id, officer_id, entry_id, version, left, may_work_from_date,
    may_work_until_date, rank_code, seniority_date, credential_codes, busy_ranges}. A member whose status bars them is
    told of as one whose time to work has ended, begins later, or is interrupted, without saying why.
    """
    joined = [entry for entry in entries if entry.officer_id is not None]
    if not joined:
        return 0
    try:
        policy = next(iter(read_policies_in_force(on_dates=[at.date()]).values()))
    except NoPolicyInForce:
        policy = None
    times = _times_of(joined, at)
    outbox.announce_many(
        name="departments.roster_changed",
        payloads=[_payload(department_id, entry, policy, times[entry.id], at) for entry in joined],
        tenant_id=department_id,
        at=at,
    )
    return len(joined)


def _payload(
    department_id: UUID, entry: RosterEntry, policy: Policy | None, times: _Times, at: datetime
) -> dict[str, Any]:
    left = entry.status == RosterEntry.Status.LEFT
    from_date, until_date, interruptions = _may_work(entry, policy, times.statuses, at)
    busy = sorted([*times.busy, *interruptions])
    return {
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
        "busy_ranges": [] if left else [[starts.isoformat(), ends.isoformat()] for starts, ends in busy],
    }


def _may_work(
    entry: RosterEntry, policy: Policy | None, statuses: Sequence[StatusPeriod], at: datetime
) -> tuple[date | None, date | None, list[tuple[datetime, datetime]]]:
    """First date, the date from which they may not, and the barred stretches between. Statuses that need an approval
    stay in: this is a prefilter, and the source of truth is asked again at bid, award and clock-in."""
    first, last = entry.may_work_from_date, entry.may_work_until_date
    if entry.status == RosterEntry.Status.LEFT:
        return first, at.date(), []
    if policy is None:
        return first, last, []
    zone = ZoneInfo(policy.time_zone)
    today = at.astimezone(zone).date()
    interruptions: list[tuple[datetime, datetime]] = []
    dated = {str(period.status) for period in statuses}
    if str(entry.status) not in dated and _is_barred(policy, policy_status(str(entry.status))):
        return first, today, []
    for period in statuses:
        if not _is_barred(policy, policy_status(str(period.status))):
            continue
        if period.until_date is None:
            begins = max(period.from_date, today)
            last = begins if last is None else min(last, begins)
            continue
        rule = _rule_of(policy, policy_status(str(period.status)))
        cool_off = timedelta(minutes=rule.cool_off_minutes if rule else 0)
        lifts_at = local_midnight(period.until_date, zone) + cool_off
        if lifts_at <= at:
            continue
        if period.from_date <= today:
            lifts_on = lifts_at.astimezone(zone).date()
            first = lifts_on if first is None else max(first, lifts_on)
        elif local_midnight(period.from_date, zone) < at + BUSY_HORIZON:
            interruptions.append((local_midnight(period.from_date, zone), lifts_at))
    return first, last, interruptions


def _rule_of(policy: Policy, status: str) -> StatusRule | None:
    return next((rule for rule in policy.eligibility.status_rules if same_code(rule.status) == same_code(status)), None)


def _is_barred(policy: Policy, status: str) -> bool:
    rule = _rule_of(policy, status)
    if rule is not None:
        return rule.outcome == "deny"
    return status not in policy.eligibility.allowed_statuses


def _times_of(entries: Sequence[RosterEntry], at: datetime) -> dict[UUID, _Times]:
    found = {entry.id: _Times() for entry in entries}
    ids = list(found)
    for period in StatusPeriod.objects.filter(roster_entry_id__in=ids).order_by("from_date"):
        found[period.roster_entry_id].statuses.append(period)
    duties = DutyPeriod.objects.filter(
        roster_entry_id__in=ids, ends_at__gt=at, starts_at__lt=at + BUSY_HORIZON
    ).order_by("starts_at")
    for entry_id, starts_at, ends_at in duties.values_list("roster_entry_id", "starts_at", "ends_at"):
        found[entry_id].busy.append((starts_at, ends_at))
    return found


def _text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
