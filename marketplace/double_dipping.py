"""Paid extra duty at the department's own time: past hours against the schedule, also one imported long afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from departments.dispositions import Disposition, latest_dispositions
from departments.duty import OfficerDuty, duty_of_officers
from kernel.money import divide_half_up
from marketplace.models import Timesheet

BUCKETS = ("duty", "overtime", "court")
LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class DoubleDip:
    """One detail that overlapped one stretch of the schedule. `cents` is the officer's pay for the overlap."""

    assignment_id: UUID
    officer_id: UUID
    officer_name: str
    detail: str
    governing_department_id: UUID
    time_zone: str
    worked_starts_at: datetime
    worked_ends_at: datetime
    duty_kind: str
    duty_starts_at: datetime
    duty_ends_at: datetime
    source: str
    overlap_minutes: int
    cents: int
    currency: str
    disposition: Disposition | None


def find_double_dips(
    *, department_id: UUID, from_at: datetime, until_at: datetime, tolerance_minutes: int = 0
) -> list[DoubleDip]:
    """Worked hours of the department's own officers that overlap duty, overtime or court by more than the tolerance.

    The earliest first. Three queries whatever the size: hours, schedule, dispositions; joined by a sorted sweep.
    """
    sheets = list(
        Timesheet.objects.filter(
            assignment__officer__home_department_id=department_id,
            worked_starts_at__lt=until_at,
            worked_ends_at__gt=from_at,
        )
        .select_related("assignment__officer", "assignment__shift__job")
        .order_by("assignment__officer_id", "worked_starts_at")
    )
    if not sheets:
        return []
    duties: dict[UUID, list[OfficerDuty]] = {}
    for duty in duty_of_officers(
        department_id=department_id,
        officer_ids={sheet.assignment.officer_id for sheet in sheets},
        starts_at=min(sheet.worked_starts_at for sheet in sheets),
        ends_at=max(sheet.worked_ends_at for sheet in sheets),
    ):
        if duty.kind in BUCKETS:
            duties.setdefault(duty.officer_id, []).append(duty)
    by_officer: dict[UUID, list[Timesheet]] = {}
    for sheet in sheets:
        by_officer.setdefault(sheet.assignment.officer_id, []).append(sheet)
    pairs = [
        (sheet, duty, minutes)
        for officer_id, own in by_officer.items()
        for sheet, duty, minutes in _overlaps(own, duties.get(officer_id, []))
        if minutes > tolerance_minutes
    ]
    decided = latest_dispositions(
        department_id=department_id, assignment_ids={sheet.assignment_id for sheet, _, _ in pairs}
    )
    found = [_describe(sheet, duty, minutes, decided.get(sheet.assignment_id)) for sheet, duty, minutes in pairs]
    return sorted(found, key=lambda one: (one.worked_starts_at, one.officer_name))


def _overlaps(
    sheets: Sequence[Timesheet], duties: Sequence[OfficerDuty]
) -> Iterator[tuple[Timesheet, OfficerDuty, int]]:
    """Both sorted by their start. What has ended before the sheet begins is dropped for good."""
    active: list[OfficerDuty] = []
    upcoming = iter(duties)
    following = next(upcoming, None)
    for sheet in sheets:
        while following is not None and following.starts_at < sheet.worked_ends_at:
            active.append(following)
            following = next(upcoming, None)
        active = [duty for duty in active if duty.ends_at > sheet.worked_starts_at]
        for duty in active:
            overlap = min(sheet.worked_ends_at, duty.ends_at) - max(sheet.worked_starts_at, duty.starts_at)
            minutes = int(overlap.total_seconds() // 60)
            if minutes > 0:
                yield sheet, duty, minutes


def _describe(sheet: Timesheet, duty: OfficerDuty, minutes: int, decided: Disposition | None) -> DoubleDip:
    assignment = sheet.assignment
    shift = assignment.shift
    return DoubleDip(
        assignment_id=assignment.id,
        officer_id=assignment.officer_id,
        officer_name=assignment.officer.display_name,
        detail=shift.job.title,
        governing_department_id=shift.governing_department_id,
        time_zone=shift.time_zone,
        worked_starts_at=sheet.worked_starts_at,
        worked_ends_at=sheet.worked_ends_at,
        duty_kind=duty.kind,
        duty_starts_at=duty.starts_at,
        duty_ends_at=duty.ends_at,
        source=duty.source,
        overlap_minutes=minutes,
        cents=divide_half_up(assignment.pay_rate_cents_per_hour * minutes, 60),
        currency=shift.job.currency,
        disposition=decided,
    )
