"""Everything out of the ordinary in a period: each with its numbers, and with what somebody wrote about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from marketplace.attendance_reasons import newest
from marketplace.award_reading import OVERRIDE_KINDS
from marketplace.irregularities_on_site import on_site_annotations, on_site_lines
from marketplace.models import (
    Assignment,
    AttendanceReason,
    ClockEvent,
    Disposition,
    Relief,
    ReliefSearch,
    Timesheet,
)

GRACE = timedelta(minutes=5)
LONGEST_PERIOD = timedelta(days=93)
KINDS = {
    "no_show": "No-show",
    "called_off": "Called off",
    "late": "Late clock-in",
    "left_early": "Left early",
    "missing_out": "Never clocked out",
    "overrun": "Overrun authorised",
    "punch": "Punch in doubt",
    "relieved": "Relieved on site",
    "gap": "Post empty",
    "went_on_duty": "Called to duty",
    "incident": "Incident",
    "came_late": "Came too late to count",
    "hand_entered": "Hours entered by hand",
    "disputed": "Disputed hours",
    "self_approval": "Approved by the same person",
    "exception_used": "Worked under an exception",
    "warning": "Worked in spite of a warning",
    "manual_award": "Awarded by hand",
}
_IN_DOUBT = ("WEAK", "OFFSITE")


@dataclass(frozen=True, slots=True)
class Irregularity:
    """`resolved` says how it was settled where the platform knows; dispositions are in the order of writing.

    `reason` is the newest that officer or desk gave by its code, in words; "" without one.
    """

    kind: str
    assignment: Assignment
    happened_at: datetime
    minutes: int
    sentence: str
    resolved: str
    dispositions: tuple[Disposition, ...]
    reason: str = ""

    @property
    def label(self) -> str:
        return KINDS[self.kind]


def irregularities(
    *, department_id: UUID, starts_at: datetime, ends_at: datetime, kind: str = "", only_open: bool = False
) -> list[Irregularity]:
    """Of shifts that start in the half-open period, the latest first. Four queries, whatever the size.

    `only_open`: without a disposition so far. Raises InvalidInput for a period over three months.
    """
    if ends_at - starts_at > LONGEST_PERIOD:
        raise InvalidInput("Choose a period of at most three months.", field="until_date")
    assignments = _assignments().filter(
        shift__governing_department_id=department_id, shift__starts_at__gte=starts_at, shift__starts_at__lt=ends_at
    )
    found = [one for assignment in assignments for one in _of(assignment)]
    return [one for one in found if (not kind or one.kind == kind) and not (only_open and one.dispositions)]


def irregularities_of(*, department_id: UUID, assignment_id: UUID) -> list[Irregularity]:
    """Of one assignment. Raises NotFound."""
    assignment = _assignments().filter(shift__governing_department_id=department_id, id=assignment_id).first()
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return list(_of(assignment))


def write_disposition(
    *, department_id: UUID, assignment_id: UUID, kind: str, text: str, actor: Actor, at: datetime
) -> Disposition:
    """Raises NotFound, InvalidInput."""
    if not any(one.kind == kind for one in irregularities_of(department_id=department_id, assignment_id=assignment_id)):
        raise NotFound("There is nothing of that kind to write about.")
    kept = text.strip()
    if not kept or len(kept) > 2000 or "\x00" in kept:
        raise InvalidInput("Write what was found and decided, in at most 2000 characters.", field="text")
    with transaction.atomic():
        row = Disposition.objects.create(
            department_id=department_id,
            assignment_id=assignment_id,
            kind=kind,
            text=kept,
            written_by_person_id=actor.person_id,
            written_by=actor.label[:200],
            written_at=at,
        )
        audit.record(
            actor=actor,
            action="disposition.written",
            subject_kind="assignment",
            subject_id=assignment_id,
            tenant_id=department_id,
            at=at,
            after={"kind": kind, "disposition_id": str(row.id)},
            reason=kept,
        )
    return row


def _assignments() -> "QuerySet[Assignment]":
    punches = ClockEvent.objects.filter(assignment=OuterRef("pk"))
    doubtful = punches.filter(verdict__in=_IN_DOUBT).order_by("received_at")
    return (
        Assignment.objects.select_related("officer", "position", "timesheet", "shift__job__client", "shift__job__venue")
        .annotate(
            verdict_outcome=KeyTextTransform("outcome", KeyTextTransform("verdict", "bid__eligibility_snapshot")),
            first_waiver=KeyTextTransform("0", KeyTextTransform("waivers", "bid__eligibility_snapshot")),
            award_kind=KeyTextTransform("kind", "award__snapshot"),
            award_by=F("award__decided_by"),
            came_in=Exists(punches.filter(kind="in")),
            went_out=Exists(punches.filter(kind="out")),
            is_relief=Exists(ReliefSearch.objects.filter(filled_by=OuterRef("pk")))
            | Exists(Relief.objects.filter(incoming=OuterRef("pk")))
            | Q(created_at__gte=F("shift__starts_at")),
            **on_site_annotations(),
            doubt_at=Subquery(doubtful.values("happened_at")[:1]),
            doubt_verdict=Subquery(doubtful.values("verdict")[:1]),
            doubt_words=Subquery(doubtful.values("explanation")[:1]),
            doubt_state=Subquery(doubtful.values("review__state")[:1]),
            doubt_reason=Subquery(doubtful.values("review__reason")[:1]),
        )
        .prefetch_related(
            Prefetch("dispositions", queryset=Disposition.objects.order_by("written_at", "id")),
            Prefetch("attendance_reasons", queryset=AttendanceReason.objects.order_by("given_at", "id")),
        )
        .order_by("-shift__starts_at", "-id")
    )


def _of(one: Assignment) -> Iterator[Irregularity]:
    for kind, happened_at, minutes, sentence, resolved in (
        *_attendance(one),
        *on_site_lines(one),
        *_hours(one),
        *_decisions(one),
    ):
        yield Irregularity(
            kind, one, happened_at, minutes, sentence, resolved,
            tuple(line for line in one.dispositions.all() if line.kind == kind),
            _reason(one, kind),
        )  # fmt: skip


_Line = tuple[str, datetime, int, str, str]


def _attendance(one: Assignment) -> Iterable[_Line]:
    shift, sheet = one.shift, _sheet(one)
    if one.state == Assignment.State.NO_SHOW:
        yield "no_show", shift.starts_at, 0, "Nobody clocked in for this place.", ""
    if one.state == Assignment.State.CALLED_OFF:
        yield "called_off", one.ended_at or shift.starts_at, 0, one.ended_reason or "Called off.", ""
    was_relieved = one.gave_over_at is not None  # type: ignore[attr-defined]
    # Who took a place over began when they could.
    begins_in_time = one.is_relief or not one.came_in  # type: ignore[attr-defined]
    if sheet is not None and not begins_in_time and sheet.worked_starts_at > shift.starts_at + GRACE:
        minutes = _minutes(shift.starts_at, sheet.worked_starts_at)
        yield "late", sheet.worked_starts_at, minutes, f"Began {minutes} minutes after the start.", ""
    if sheet is not None and one.came_in and not one.went_out and not was_relieved:  # type: ignore[attr-defined]
        yield "missing_out", sheet.worked_ends_at, 0, one.ended_reason or "No clock-out.", ""
    if sheet is not None and not was_relieved and sheet.worked_ends_at < shift.ends_at - GRACE:
        minutes = _minutes(sheet.worked_ends_at, shift.ends_at)
        yield "left_early", sheet.worked_ends_at, minutes, f"Ended {minutes} minutes before the end.", ""
    if one.authorised_ends_at > shift.ends_at:
        minutes = _minutes(shift.ends_at, one.authorised_ends_at)
        yield "overrun", shift.ends_at, minutes, f"Work until {minutes} minutes after the end counts.", "Authorised"
    doubt_at: datetime | None = one.doubt_at  # type: ignore[attr-defined]
    if doubt_at is not None:
        state, reason = one.doubt_state or "", one.doubt_reason or ""  # type: ignore[attr-defined]
        settled = f"{state.capitalize()}: {reason}" if state in ("accepted", "rejected") else ""
        yield "punch", doubt_at, 0, one.doubt_words or one.doubt_verdict, settled  # type: ignore[attr-defined]


def _hours(one: Assignment) -> Iterable[_Line]:
    sheet = _sheet(one)
    if sheet is None:
        return
    if not one.came_in:  # type: ignore[attr-defined]
        yield "hand_entered", sheet.submitted_at, sheet.worked_minutes, one.ended_reason or "No punch.", ""
    if sheet.dispute_reason:
        settled = sheet.resolution_reason if sheet.state == Timesheet.State.RESOLVED else ""
        yield "disputed", sheet.submitted_at, sheet.worked_minutes, sheet.dispute_reason, settled
    if sheet.decided_by_person_id is not None and sheet.decided_by_person_id == one.officer.person_id:
        at = sheet.decided_at or sheet.submitted_at
        yield "self_approval", at, sheet.worked_minutes, "The officer decided on their own hours.", ""


def _decisions(one: Assignment) -> Iterable[_Line]:
    job, at = one.shift.job, one.created_at
    if job.decided_by_person_id is not None and job.decided_by_person_id == job.submitted_by_person_id:
        yield "self_approval", job.decided_at or at, 0, "One person entered the request and approved it.", ""
    if one.first_waiver is not None:  # type: ignore[attr-defined]
        yield "exception_used", at, 0, "The bid was allowed by an approved exception.", "Approved before"
    elif one.verdict_outcome == "warn":  # type: ignore[attr-defined]
        yield "warning", at, 0, "The rules warned, and the bid went on.", ""
    if one.award_kind in OVERRIDE_KINDS:  # type: ignore[attr-defined]
        yield "manual_award", at, 0, f"Decided by {one.award_by}, not by the order.", ""  # type: ignore[attr-defined]


def _reason(one: Assignment, kind: str) -> str:
    given = newest(one.attendance_reasons.all(), kind=kind)
    return str(given.get_code_display()) if given is not None else ""


def _sheet(one: Assignment) -> Timesheet | None:
    found: Timesheet | None = getattr(one, "timesheet", None)
    return found


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds() // 60)
