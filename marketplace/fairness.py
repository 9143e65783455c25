"""The numbers by which bidders are ordered: extra duty awarded plus worked, counted by the start of the shift."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from departments.eligibility import Judgement
from departments.policy.documents import Policy
from departments.policy.ordering import month_window
from marketplace.eligibility import counted_assignments
from marketplace.models import Officer, Shift

_ROSTER_PERIOD = timedelta(days=28)


def ordering_values(
    *, officers: Collection[Officer], shift: Shift, policy: Policy, judgements: Mapping[UUID, Judgement]
) -> dict[UUID, dict[str, int | str]]:
    """Values for every key that an award order may name, as of the month of this shift's start in the policy's zone.

    The shift itself is not counted. Keys that nothing here feeds yet (wheel, refusals, distance) are equal for all, so
    that the next key decides.
    """
    hours = _hours(officer_ids=[officer.id for officer in officers], shift=shift, policy=policy)
    values: dict[UUID, dict[str, int | str]] = {}
    for officer in officers:
        judgement = judgements[officer.id]
        values[officer.id] = {
            **hours[officer.id],
            "seniority_date": (judgement.seniority_date or date.max).isoformat(),
            "rank_level": judgement.rank_level,
            "tier": 0 if officer.home_department_id == shift.governing_department_id else 1,
            "wheel_position": 0,
            "refusals_this_month": 0,
            "distance_band_kilometres": 0,
        }
    return values


def _hours(*, officer_ids: list[UUID], shift: Shift, policy: Policy) -> dict[UUID, dict[str, int]]:
    month_starts_at, month_ends_at = month_window(policy=policy, at=shift.starts_at)
    year_starts_at, year_ends_at = _year_window(policy, shift.starts_at)
    roster_starts_at = shift.starts_at - _ROSTER_PERIOD
    found = {
        officer_id: {
            "extra_duty_minutes_this_month": 0,
            "extra_duty_minutes_this_year": 0,
            "extra_duty_minutes_last_28_days": 0,
            "extra_duty_shifts_this_month": 0,
        }
        for officer_id in officer_ids
    }
    rows = (
        counted_assignments()
        .filter(
            officer_id__in=officer_ids,
            shift__starts_at__gte=min(month_starts_at, year_starts_at, roster_starts_at),
            shift__starts_at__lt=max(month_ends_at, year_ends_at),
        )
        .exclude(shift_id=shift.id)
        .values_list("officer_id", "shift__starts_at", "shift__ends_at", "timesheet__worked_minutes")
    )
    for officer_id, starts_at, ends_at, worked_minutes in rows:
        scheduled_minutes = int((ends_at - starts_at).total_seconds()) // 60
        minutes = scheduled_minutes if worked_minutes is None else worked_minutes
        counts = found[officer_id]
        if month_starts_at <= starts_at < month_ends_at:
            counts["extra_duty_minutes_this_month"] += minutes
            counts["extra_duty_shifts_this_month"] += 1
        if year_starts_at <= starts_at < year_ends_at:
            counts["extra_duty_minutes_this_year"] += minutes
        if roster_starts_at <= starts_at < shift.starts_at:
            counts["extra_duty_minutes_last_28_days"] += minutes
    return found


def _year_window(policy: Policy, moment: datetime) -> tuple[datetime, datetime]:
    zone = ZoneInfo(policy.time_zone)
    year = moment.astimezone(zone).year
    return (
        datetime(year, 1, 1, tzinfo=zone).astimezone(UTC),
        datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC),
    )
