"""The desk and one assignment's evidence: hours entered by hand, positions that are held, what was told, and why."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.by_hand import EnteredHoursIn
from api.serializers.evidence import DeskReasonIn, DeskReasonOut, EvidenceHoldOut, UncountedPunchOut
from api.serializers.hours import TimesheetOut, ToldOut
from api.serializers.jobs import ReasonIn
from kernel.errors import NotFound
from marketplace import access, attendance, attendance_reasons, fix_retention
from marketplace.models import Assignment


class AssignmentEndpoint(DeskEndpoint):
    throttle_classes = WRITES

    def assignment(self, assignment_id: UUID) -> Assignment:
        return access.assignment_for_department(department_id=self.department_id, assignment_id=assignment_id)


class EnteredHours(AssignmentEndpoint):
    @operation("desk_assignments_enter_hours", tag="desk hours", asks=EnteredHoursIn, answers=TimesheetOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Say when an officer without a clock-in worked, until two hours after the end. The client may dispute it."""
        entered = attendance.enter_hours(
            assignment_id=assignment_id,
            department_id=self.department_id,
            **self.parsed(EnteredHoursIn),
            actor=self.actor,
            at=self.at,
        )
        found = access.timesheet_for_department(department_id=self.department_id, timesheet_id=entered.id)
        return self.answer(TimesheetOut, found, status=201)


class EvidenceHolding(AssignmentEndpoint):
    @operation("desk_assignments_hold", tag="desk hours", answers=EvidenceHoldOut)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """The hold that keeps the assignment's positions exact; 404 while there is none."""
        hold = fix_retention.open_hold_of(department_id=self.department_id, assignment_id=assignment_id)
        if hold is None:
            raise NotFound("There is no hold on this assignment.")
        return self.answer(EvidenceHoldOut, hold)

    @operation("desk_assignments_hold_place", tag="desk hours", asks=ReasonIn, answers=EvidenceHoldOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Keep positions exact beyond 90 days, for a grievance or a court, until the hold is released."""
        hold = fix_retention.place_hold(
            assignment_id=assignment_id,
            department_id=self.department_id,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(EvidenceHoldOut, hold, status=201)

    @operation("desk_assignments_hold_release", tag="desk hours", answers=EvidenceHoldOut)
    def delete(self, request: Request, assignment_id: UUID) -> Response:
        """Let go of the hold. Positions over 90 days old are made rough at the next turn."""
        hold = fix_retention.release_hold(
            assignment_id=assignment_id, department_id=self.department_id, actor=self.actor, at=self.at
        )
        return self.answer(EvidenceHoldOut, hold)


class UncountedPunches(AssignmentEndpoint):
    @operation("desk_assignments_uncounted_punches", tag="desk hours", answers=UncountedPunchOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Punches that came too late or to an ended assignment: kept, and counted for nothing."""
        kept = self.assignment(assignment_id).uncounted_punches.order_by("received_at", "id")
        return self.answer(UncountedPunchOut, kept, many=True)


class DeskTellings(AssignmentEndpoint):
    @operation("desk_assignments_tellings", tag="desk hours", answers=ToldOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Breaks, calls to duty and incidents that the officer told, in their order."""
        told = self.assignment(assignment_id).duty_events.order_by("happened_at", "id")
        return self.answer(ToldOut, told, many=True)


class DeskAttendanceReasons(AssignmentEndpoint):
    readers = desk_roles.PERSONNEL_READERS
    roles = desk_roles.DECIDERS

    @operation("desk_assignments_attendance_reasons", tag="desk hours", answers=DeskReasonOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Every reason that officer or desk gave, in the order of giving: of each kind the newest counts."""
        given = self.assignment(assignment_id).attendance_reasons.order_by("given_at", "id")
        return self.answer(DeskReasonOut, given, many=True)

    @operation(
        "desk_assignments_attendance_reason", tag="desk hours", asks=DeskReasonIn, answers=DeskReasonOut, status=201
    )
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Give the desk's reason. What was given before stays on file."""
        given = attendance_reasons.give_by_desk(
            department_id=self.department_id,
            assignment_id=assignment_id,
            **self.parsed(DeskReasonIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(DeskReasonOut, given, status=201)
