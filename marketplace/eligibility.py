"""What officers are committed to here, and what their home departments say to one more shift."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from psycopg2.extras import DateTimeTZRange

import departments.eligibility
from departments.eligibility import WINDOW_REACH, Judgement
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.verdicts import Verdict
from marketplace.models import Assignment, Job, Officer, Position, Shift

__all__ = [
    "Judgement",
    "commitments_of",
    "counted_assignments",
    "judge_many",
    "may_be_seen_by",
    "shift_facts",
    "verdict_for",
    "verdicts_for_officer",
]


def commitments_of(
    *, officer_ids: Collection[UUID], around: tuple[datetime, datetime]
) -> Mapping[UUID, list[Commitment]]:
    """Extra-duty commitments that overlap the half-open time `around`: worked time where there is a timesheet, else
    scheduled. `reference` is the shift's id. One query; every officer asked for is a key."""
    found: dict[UUID, list[Commitment]] = {officer_id: [] for officer_id in officer_ids}
    assignments = (
        counted_assignments()
        .filter(officer_id__in=list(officer_ids), period__overlap=DateTimeTZRange(*around))
        .select_related("timesheet")
        .order_by("period")
    )
    for assignment in assignments:
        starts_at, ends_at = _counted_period(assignment)
        if ends_at > starts_at:
            found[assignment.officer_id].append(
                Commitment(
                    bucket="extra_duty", starts_at=starts_at, ends_at=ends_at, reference=str(assignment.shift_id)
                )
            )
    return found


def counted_assignments() -> "QuerySet[Assignment]":
    """Live ones, and those that ended with hours worked: called off and no-show without hours count for nothing."""
    return Assignment.objects.filter(Q(state__in=Assignment.LIVE_STATES) | Q(timesheet__isnull=False))


def shift_facts(*, shift: Shift, position: Position, home_department_id: UUID) -> ShiftFacts:
    # Another department's rank codes mean nothing to the home department's rate card, so they are left out there.
    is_home = home_department_id == shift.governing_department_id
    return ShiftFacts(
        shift_id=str(shift.id),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        rank_code=position.rank_code if is_home else "",
        event_type=shift.job.event_type,
    )


def judge_many(*, officers: Iterable[Officer], shift: Shift, position: Position, at: datetime) -> dict[UUID, Judgement]:
    """One shift, many officers. Visits each home department once, one tenant context at a time, in a fixed order.

    Locks nothing: callers that decide hold the shift's and the officers' locks already.
    Raises NoPolicyInForce when a home department has no rules for the shift's date.
    """
    by_home: dict[UUID, list[Officer]] = {}
    for officer in officers:
        by_home.setdefault(officer.home_department_id, []).append(officer)
    around = (shift.starts_at - WINDOW_REACH, shift.ends_at + WINDOW_REACH)
    commitments = commitments_of(officer_ids=[one.id for group in by_home.values() for one in group], around=around)
    found: dict[UUID, Judgement] = {}
    for department_id in sorted(by_home):
        found |= departments.eligibility.verdicts(
            department_id=department_id,
            officers={officer.id: commitments[officer.id] for officer in by_home[department_id]},
            shift_facts=shift_facts(shift=shift, position=position, home_department_id=department_id),
            at=at,
        )
    return found


def verdict_for(*, officer: Officer, shift: Shift, position: Position, at: datetime) -> Judgement:
    """`.verdict`, and `.snapshot` to store beside the decision. Raises NoPolicyInForce."""
    return judge_many(officers=[officer], shift=shift, position=position, at=at)[officer.id]


def verdicts_for_officer(*, officer: Officer, places: Sequence[tuple[Shift, Position]], at: datetime) -> list[Verdict]:
    """One officer, many positions, in their order, one batch. Raises NoPolicyInForce."""
    if not places:
        return []
    around = (
        min(shift.starts_at for shift, _ in places) - WINDOW_REACH,
        max(shift.ends_at for shift, _ in places) + WINDOW_REACH,
    )
    return departments.eligibility.verdicts_for_officer(
        department_id=officer.home_department_id,
        officer_id=officer.id,
        shifts=[
            shift_facts(shift=shift, position=position, home_department_id=officer.home_department_id)
            for shift, position in places
        ],
        commitments=commitments_of(officer_ids=[officer.id], around=around)[officer.id],
    )


def may_be_seen_by(*, officer: Officer, shift: Shift, at: datetime) -> bool:
    """A department's own shifts are for its own officers, until a tier for others opens; the marketplace's for all."""
    if shift.governing_department_id == officer.home_department_id or shift.job.route == Job.Route.MARKETPLACE:
        return True
    return shift.open_to_others_at is not None and shift.open_to_others_at <= at


def _counted_period(assignment: Assignment) -> tuple[datetime, datetime]:
    sheet = getattr(assignment, "timesheet", None)
    if sheet is not None:
        return sheet.worked_starts_at, sheet.worked_ends_at
    return assignment.period.lower, assignment.period.upper
