"""What an officer asks their department for, and what the desk answers."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, OfficerEndpoint, operation
from api.serializers.approvals import AskApprovalIn, DecisionIn, DeskExceptionOut, ExceptionOut, LimitOut
from departments.exception_queries import exceptions_in_queue, exceptions_of_officer
from marketplace import approvals
from marketplace.officer_hours import hours_whole


class ShiftApproval(OfficerEndpoint):
    throttle_classes = WRITES

    @operation(
        "officer_ask_approval", tag="officer work", asks=AskApprovalIn, answers=ExceptionOut(many=True), status=201
    )
    def post(self, request: Request, shift_id: UUID) -> Response:
        """Ask for what a rule holds back on this shift; the role that the rule names decides. Then bid again."""
        asked = approvals.ask_for_approval(
            officer=self.officer, shift_id=shift_id, **self.parsed(AskApprovalIn), actor=self.actor, at=self.at
        )
        return self.answer(ExceptionOut, asked, many=True, status=201)


class OwnExceptions(OfficerEndpoint):
    @operation("officer_exceptions", tag="officer work", answers=ExceptionOut(many=True))
    def get(self, request: Request) -> Response:
        """Own exceptions, the newest first, at most 50."""
        officer = self.officer
        found = exceptions_of_officer(department_id=officer.home_department_id, officer_id=officer.id)
        return self.answer(ExceptionOut, found, many=True)


class OwnLimits(OfficerEndpoint):
    @operation("officer_limits", tag="officer work", answers=LimitOut(many=True))
    def get(self, request: Request) -> Response:
        """Hours left under each rule, as it stands now."""
        officer = self.officer
        hours = hours_whole(officer_id=officer.id, home_department_id=officer.home_department_id, at=self.at)
        return self.answer(LimitOut, hours.standings, many=True)


class DeskExceptions(DeskEndpoint):
    readers = desk_roles.PERSONNEL_READERS

    @operation("desk_exceptions_waiting", tag="desk", answers=DeskExceptionOut(many=True))
    def get(self, request: Request) -> Response:
        """Exceptions that wait for a decision, the oldest first."""
        waiting, _, _ = exceptions_in_queue(department_id=self.department_id, at=self.at)
        return self.answer(DeskExceptionOut, waiting, many=True)


class DeskExceptionDecision(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.DECIDERS

    @operation("desk_exceptions_decide", tag="desk", asks=DecisionIn, answers=DeskExceptionOut)
    def post(self, request: Request, exception_id: UUID) -> Response:
        """Approve or refuse. Only the role in `deciding_role` may, and nobody for themselves."""
        membership = self.membership
        decided = approvals.decide_exception(
            department_id=self.department_id,
            exception_id=exception_id,
            **self.parsed(DecisionIn),
            roles=membership.roles if membership else frozenset(),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(DeskExceptionOut, decided)
