"""The desk and what was worked: hours to settle, work that may go on longer, ratings."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, Pages, operation
from api.filters import TimesheetFilter
from api.serializers.hours import (
    OverrunIn,
    OverrunOut,
    ResolutionIn,
    TimesheetOut,
)
from api.serializers.ratings import RatingIn, RatingOut
from marketplace import access, overruns, queries, timesheets
from marketplace.models import Timesheet
from ratings.rating import rate_officer


class DeskTimesheets(DeskEndpoint, Pages):
    queryset = Timesheet.objects.none()
    filterset_class = TimesheetFilter
    serializer_class = TimesheetOut

    @operation("desk_timesheets_list", tag="desk hours", answers=TimesheetOut(many=True))
    def get(self, request: Request) -> Response:
        """Hours worked on the department's jobs, the newest first."""
        return self.page(queries.timesheets_for_department(self.department_id), TimesheetOut)


class DeskTimesheetEndpoint(DeskEndpoint):
    throttle_classes = WRITES

    def answer_timesheet(self, timesheet_id: UUID) -> Response:
        found = access.timesheet_for_department(department_id=self.department_id, timesheet_id=timesheet_id)
        return self.answer(TimesheetOut, found)


class DeskTimesheet(DeskTimesheetEndpoint):
    @operation("desk_timesheets_read", tag="desk hours", answers=TimesheetOut)
    def get(self, request: Request, timesheet_id: UUID) -> Response:
        return self.answer_timesheet(timesheet_id)


class DeskTimesheetApproval(DeskTimesheetEndpoint):
    @operation("desk_timesheets_approve", tag="desk hours", answers=TimesheetOut)
    def post(self, request: Request, timesheet_id: UUID) -> Response:
        found = access.timesheet_for_department(department_id=self.department_id, timesheet_id=timesheet_id)
        timesheets.approve_timesheet(timesheet_id=found.id, by=timesheets.COORDINATOR, actor=self.actor, at=self.at)
        return self.answer_timesheet(timesheet_id)


class DeskTimesheetResolution(DeskTimesheetEndpoint):
    @operation("desk_timesheets_resolve", tag="desk hours", asks=ResolutionIn, answers=TimesheetOut)
    def post(self, request: Request, timesheet_id: UUID) -> Response:
        """Set the hours of a disputed, held or plainly wrong timesheet, with a reason."""
        timesheets.resolve_timesheet(
            timesheet_id=timesheet_id,
            department_id=self.department_id,
            **self.parsed(ResolutionIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer_timesheet(timesheet_id)


class Overrun(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.ON_THE_DAY

    @operation("desk_assignments_overrun", tag="desk hours", asks=OverrunIn, answers=OverrunOut)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Let one officer's work count until then."""
        assignment = overruns.authorise_overrun(
            assignment_id=assignment_id,
            department_id=self.department_id,
            until=self.parsed(OverrunIn)["until"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(OverrunOut, assignment)


class DeskRating(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.ON_THE_DAY

    @operation("desk_assignments_rate", tag="ratings", asks=RatingIn, answers=RatingOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Rate an officer's finished work, once, for the department."""
        rating = rate_officer(
            assignment_id=assignment_id,
            rater_kind="department",
            department_id=self.department_id,
            actor=self.actor,
            at=self.at,
            **self.parsed(RatingIn),
        )
        return self.answer(RatingOut, rating, status=201)
