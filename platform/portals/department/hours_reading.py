"""Punches, reviews and hours of a department's shifts, as its pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from kernel.models import AuditEvent
from marketplace import access
from marketplace.duty_pieces import Piece, cut
from marketplace.irregularities_on_site import on_site_annotations
from marketplace.job_policies import policy_of_job
from marketplace.models import (
    Assignment,
    ClockEvent,
    ClockReview,
    DutyEvent,
    EvidenceHold,
    Relief,
    Timesheet,
)
from marketplace.queries import open_reviews, timesheets_for_department
from portals.department.review_reading import punch_markers
from portals.department.words import audit_words
from ratings.models import Rating
from ratings.reading import ratings_read_by_department

VIEWS = ("review", "disputed", "held", "waiting", "decided")


@dataclass(frozen=True)
class HoursCounts:
    review: int
    disputed: int
    held: int
    waiting: int
    decided: int


def hours_counts(department_id: UUID) -> HoursCounts:
    counted = Timesheet.objects.filter(assignment__shift__governing_department_id=department_id).aggregate(
        disputed=Count("id", filter=Q(state="disputed")),
        held=Count("id", filter=Q(state="submitted", approves_at=None)),
        waiting=Count("id", filter=Q(state="submitted", approves_at__isnull=False)),
        decided=Count("id", filter=Q(state__in=Timesheet.FINAL_STATES)),
    )
    reviews = ClockReview.objects.filter(department_id=department_id, state=ClockReview.State.OPEN).count()
    return HoursCounts(review=reviews, **counted)


def reviews_to_do(department_id: UUID) -> QuerySet[ClockReview]:
    return open_reviews(department_id)


def timesheets_in(department_id: UUID, view: str) -> QuerySet[Timesheet]:
    """`view` is one of VIEWS without "review"; what waits longest comes first, what is decided last comes first."""
    found = timesheets_for_department(department_id)
    if view == "disputed":
        return found.filter(state="disputed").order_by("submitted_at", "id")
    if view == "held":
        return found.filter(state="submitted", approves_at=None).order_by("submitted_at", "id")
    if view == "waiting":
        return found.filter(state="submitted", approves_at__isnull=False).order_by("approves_at", "id")
    return found.filter(state__in=Timesheet.FINAL_STATES).order_by("-decided_at", "-id")


@dataclass(frozen=True)
class Punch:
    """One punch with its review and what a map shows of it."""

    event: ClockEvent
    review: ClockReview | None
    markers: list[dict[str, Any]]
    is_late: bool
    signals: list[str]

    @property
    def is_open(self) -> bool:
        return self.review is not None and self.review.state == ClockReview.State.OPEN

    @property
    def markers_id(self) -> str:
        return f"punch-{self.event.kind}"


@dataclass(frozen=True)
class AssignmentPage:
    assignment: Assignment
    timesheet: Timesheet | None
    punches: list[Punch]
    ratings: dict[str, Rating]
    trail: list[dict[str, Any]]
    told: list[DutyEvent]
    kept: list[dict[str, Any]]
    hold_reason: str | None
    relieved_by: Relief | None
    relieves: Relief | None
    at: datetime

    @property
    def may_be_relieved(self) -> bool:
        on_site = self.assignment.state == "checked_in" and self.at < self.assignment.authorised_ends_at
        return on_site and (self.relieved_by is None or not self.relieved_by.is_coming)

    @property
    def has_open_review(self) -> bool:
        return any(punch.is_open for punch in self.punches)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """How the time falls apart, once there is more than one piece of it."""
        if self.timesheet is None or not any(event.counts for event in self.told):
            return ()
        return cut(
            starts_at=self.timesheet.worked_starts_at,
            ends_at=self.timesheet.worked_ends_at,
            told=[event for event in self.told if event.counts],
            bills_arrests=policy_of_job(self.assignment.shift.job).on_duty.bills_arrests,
        ).pieces

    @property
    def may_resolve(self) -> bool:
        return self.timesheet is not None and self.timesheet.state in ("submitted", "disputed")

    @property
    def may_approve(self) -> bool:
        return self.timesheet is not None and self.timesheet.state == "submitted" and not self.has_open_review

    @property
    def may_enter_hours(self) -> bool:
        return self.assignment.state == "confirmed" and self.at >= self.assignment.shift.starts_at

    @property
    def may_overrun(self) -> bool:
        return self.assignment.state in ("confirmed", "checked_in")

    @property
    def may_rate(self) -> bool:
        return self.assignment.state == "checked_out" and "department" not in self.ratings


def read_assignment(*, department_id: UUID, assignment_id: UUID, at: datetime) -> AssignmentPage:
    """Raises NotFound."""
    assignment = access.assignment_for_department(department_id=department_id, assignment_id=assignment_id)
    events = list(assignment.clock_events.select_related("review").order_by("received_at"))
    for event in events:
        event.assignment = assignment
    timesheet = Timesheet.objects.filter(assignment=assignment).first()
    subjects = {assignment.id, *(event.id for event in events), *([timesheet.id] if timesheet else [])}
    beside = _beside(assignment)
    return AssignmentPage(
        assignment=assignment,
        timesheet=timesheet,
        punches=[_punch(event) for event in events],
        ratings=ratings_read_by_department(assignment_id=assignment.id, at=at),
        trail=_trail(subjects, department_id),
        told=list(assignment.duty_events.order_by("happened_at", "id")),
        kept=[{**row, "happened_at": datetime.fromisoformat(row["happened_at"])} for row in beside.uncounted],
        hold_reason=beside.hold_reason,
        relieved_by=getattr(beside, "relieved_by", None),
        relieves=getattr(beside, "relieves", None),
        at=at,
    )


def read_trail(*, department_id: UUID, assignment: Assignment) -> list[dict[str, Any]]:
    """What the history tells of an assignment, its punches and its hours, for pages that show no more of it."""
    punches = ClockEvent.objects.filter(assignment=assignment).values_list("id", flat=True)
    sheets = Timesheet.objects.filter(assignment=assignment).values_list("id", flat=True)
    return _trail({assignment.id, *punches.union(sheets)}, department_id)


def _trail(subjects: set[UUID], department_id: UUID) -> list[dict[str, Any]]:
    """The newest first."""
    found = AuditEvent.objects.filter(subject_id__in=subjects, tenant_id=department_id).order_by("-happened_at")
    return [{"event": event, "title": audit_words(event.action), "who": event.actor_label} for event in found[:40]]


def _beside(assignment: Assignment) -> Any:
    """The same row with holds, reliefs and what was kept: one query for all of it."""
    holds = EvidenceHold.objects.filter(assignment=OuterRef("pk"), released_at=None)
    return (
        Assignment.objects.select_related("relieved_by__incoming__officer", "relieves__outgoing__officer")
        .annotate(hold_reason=Subquery(holds.values("reason")[:1]), **on_site_annotations())
        .get(id=assignment.id)
    )


def _punch(event: ClockEvent) -> Punch:
    return Punch(
        event=event,
        review=getattr(event, "review", None),
        markers=punch_markers(event),
        is_late=abs((event.received_at - event.happened_at).total_seconds()) > 900,
        signals=[_signal(signal) for signal in event.risk_signals],
    )


def _signal(signal: Any) -> str:
    if isinstance(signal, dict):
        return str(signal.get("sentence") or signal.get("text") or signal.get("code") or "").replace("_", " ")
    return str(signal).replace("_", " ")
