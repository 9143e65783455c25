"""What officers are committed to here, and what their home departments say to one more shift."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from psycopg2.extras import DateTimeTZRange

import departments.eligibility
from departments.eligibility import WINDOW_REACH, Judgement
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.verdicts import Verdict
from kernel.reading import read_once
from marketplace.job_facts import facts_of
from marketplace.models import Assignment, Job, Officer, Position, Shift

__all__ = [
    "Judgement",
    "commitments_of",
    "counted_assignments",
    "judge_many",
    "may_be_seen_by",
    "remaining_of",
    "shift_facts",
    "verdict_for",
    "verdicts_for_officer",
]


def commitments_of(
    *, officer_ids: Collection[UUID], around: tuple[datetime, datetime]
) -> Mapping[UUID, list[Commitment]]:
    """Extra-duty commitments that overlap the half-open time `around`: worked time where there is a timesheet, else
    scheduled. `reference` is the shift's id. One query; every officer asked for is a key."""
    # A batch has thousands of rows: PostgreSQL takes periods apart and writes identifiers out, which the driver and
    # Python would do for most of the query's time.
    found: dict[UUID, list[Commitment]] = {officer_id: [] for officer_id in officer_ids}
    rows = (
        counted_assignments()
        .filter(officer_id__in=list(officer_ids), period__overlap=DateTimeTZRange(*around))
        .order_by("period")
        .values_list(
            "officer_id",
            Cast("shift_id", TextField()),
            Coalesce("timesheet__worked_starts_at", "period__startswith"),
            Coalesce("timesheet__worked_ends_at", "period__endswith"),
            "timesheet__payable_minutes",
            "shift__job__event_type",
            Cast("shift__job__client_id", TextField()),
            Cast("shift__job__venue_id", TextField()),
            "shift__latitude",
            "shift__longitude",
        )
    )
    row: Any
    for row in rows:
        officer_id, shift_id, starts_at, ends_at, paid_minutes, *about = row
        event_type, client_id, venue_id, latitude, longitude = about
        if ends_at > starts_at:
            found[officer_id].append(
                Commitment(
                    bucket="extra_duty",
                    starts_at=starts_at,
                    ends_at=ends_at,
                    reference=shift_id,
                    paid_minutes=paid_minutes,
                    event_type=event_type,
                    client_id=client_id,
                    venue_id=venue_id,
                    latitude=latitude,
                    longitude=longitude,
                )
            )
    return found


def counted_assignments() -> "QuerySet[Assignment]":
    """Live ones, and those that ended with hours worked: called off and no-show without hours count for nothing."""
    return Assignment.objects.filter(Q(state__in=Assignment.LIVE_STATES) | Q(timesheet__isnull=False))


def shift_facts(*, shift: Shift, position: Position, home_department_id: UUID) -> ShiftFacts:
    """What rules may ask of a shift. Its job, venue and client are read when they are not there yet."""
    # Another department's rank codes mean nothing to the home department's rate card, so they are left out there.
    is_home = home_department_id == shift.governing_department_id
    job = shift.job
    return ShiftFacts(
        shift_id=str(shift.id),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        rank_code=position.rank_code if is_home else "",
        event_type=job.event_type,
        latitude=shift.latitude,
        longitude=shift.longitude,
        postal_code=job.venue.postal_code,
        place_name=job.venue.place_name,
        client_id=str(job.client_id),
        venue_id=str(job.venue_id),
        requested_at=job.submitted_at,
        scheduler_id=_scheduler_of(job),
        facts={
            **facts_of(job),
            "job.alcohol": job.alcohol_served,
            "job.crowd": job.expected_attendance,
            "shift.number": shift.number,
        },
    )


def _scheduler_of(job: Job) -> str:
    """The officer who entered the job at the desk: nobody is to work for who works under them. "" for clients."""
    if not job.entered_by_coordinator:
        return ""
    found = read_once(
        ("officer of person", job.submitted_by_person_id),
        lambda: Officer.objects.filter(person_id=job.submitted_by_person_id).values_list("id", flat=True).first(),
    )
    return "" if found is None else str(found)


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


def remaining_of(shift: Shift, *, from_at: datetime) -> Shift:
    """The shift as it is left for who comes after its start: rules count the hours that they can still work.

    All of it for who comes in an overrun, of which the rules know nothing.
    """
    if not shift.starts_at < from_at < shift.ends_at:
        return shift
    left = copy(shift)
    left.starts_at = from_at
    return left


def may_be_seen_by(*, officer: Officer, shift: Shift, at: datetime) -> bool:
    """A department's own shifts are for its own officers, until a tier for others opens; the marketplace's for all.

    Where an agency supplies the officers, nobody comes by themselves.
    """
    if shift.job.route == Job.Route.AGENCY:
        return False
    if shift.governing_department_id == officer.home_department_id or shift.job.route == Job.Route.MARKETPLACE:
        return True
    return shift.open_to_others_at is not None and shift.open_to_others_at <= at
