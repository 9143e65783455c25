"""The officer on a shift that runs: who relieves whom, whether they are still there, and why they were late."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, OfficerEndpoint, operation
from api.serializers.on_duty import (
    AttendanceReasonIn,
    AttendanceReasonOut,
    PresenceAnswerIn,
    PresenceAnswerOut,
    PresenceQuestionOut,
)
from api.serializers.relief import OwnReliefOut
from marketplace import access, attendance_reasons, presence, relief_reading
from marketplace.models import PresenceAnswer


class OwnRelief(OfficerEndpoint):
    @operation("officer_assignment_relief", tag="officer work", answers=OwnReliefOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Whom this officer relieves, and who relieves them: at most one of each.

        The place is handed over by the first of the incoming officer's clock-in and the outgoing officer's clock-out.
        """
        found = access.assignment_for_officer(officer=self.officer, assignment_id=assignment_id)
        shown = OwnReliefOut(relief_reading.told_reliefs_of(found), many=True, context={"assignment_id": found.id})
        return Response(shown.data)


class OwnPresenceQuestions(OfficerEndpoint):
    @operation("officer_presence_questions", tag="officer work", answers=PresenceQuestionOut(many=True))
    def get(self, request: Request) -> Response:
        """Is the officer still on site? The question that waits for an answer, or none."""
        found = presence.open_prompt_of(officer=self.officer)
        return self.answer(PresenceQuestionOut, [found] if found is not None else [], many=True)


class PresenceAnswering(OfficerEndpoint):
    throttle_classes = WRITES

    @operation(
        "officer_presence_answer", tag="officer work", asks=PresenceAnswerIn, answers=PresenceAnswerOut, status=201,
        also={200: PresenceAnswerOut},
    )  # fmt: skip
    def post(self, request: Request, prompt_id: UUID) -> Response:
        """Yes, with the position of this moment. A second answer to one question gets the first one, and 200."""
        officer, asked = self.officer, self.parsed(PresenceAnswerIn)
        known = PresenceAnswer.objects.filter(prompt_id=prompt_id).exists()
        answer = presence.confirm_presence(officer=officer, prompt_id=prompt_id, actor=self.actor, at=self.at, **asked)
        return self.answer(PresenceAnswerOut, answer, status=200 if known else 201)


class OwnAttendanceReason(OfficerEndpoint):
    throttle_classes = WRITES

    @operation(
        "officer_attendance_reason", tag="officer work", asks=AttendanceReasonIn, answers=AttendanceReasonOut,
        status=201,
    )  # fmt: skip
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Why the officer came late or left early, as one of a few codes. A later word counts instead of an earlier."""
        given = attendance_reasons.give_by_officer(
            officer=self.officer,
            assignment_id=assignment_id,
            **self.parsed(AttendanceReasonIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(AttendanceReasonOut, given, status=201)
