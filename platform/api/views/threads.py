"""A job's thread: read page by page and written by its client, the governing department's desk and its officers."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, Endpoint, OfficerEndpoint, Pages, operation
from api.pagination import NewestWritten
from api.serializers.threads import MessageIn, MessageOut
from marketplace.job_seats import Seat, client_seat, department_seat, officer_seat
from marketplace.job_threads import mark_read, messages_of, write_message
from marketplace.models import JobMessage


class Thread(Endpoint, Pages):
    """What all three sides share. The seat is taken anew for every call: whoever was released has none."""

    throttle_classes = WRITES
    pagination_class = NewestWritten
    queryset = JobMessage.objects.none()
    serializer_class = MessageOut

    def answer_messages(self, seat: Seat) -> Response:
        found = self.paginate_queryset(messages_of(seat=seat))
        if found and "cursor" not in self.request.query_params:
            # Older pages say nothing of what is new.
            mark_read(seat=seat, until=found[0].written_at)
        shown = MessageOut(found, many=True, context={"request": self.request, "seat": seat})
        return self.get_paginated_response(shown.data)

    def answer_written(self, seat: Seat) -> Response:
        asked = self.parsed(MessageIn)
        known = messages_of(seat=seat).filter(id=asked["message_id"], author_person_id=seat.person_id).exists()
        message = write_message(seat=seat, **asked, actor=self.actor, at=self.at)
        shown = MessageOut(message, context={"request": self.request, "seat": seat})
        return Response(shown.data, status=200 if known else 201)


class JobMessages(Thread):
    def seat(self, job_id: UUID) -> Seat:
        return client_seat(person=self.person, job_id=job_id, at=self.at)

    @operation("jobs_messages", tag="jobs", answers=MessageOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """What the job's parties wrote, the newest first. From now on it counts as read."""
        return self.answer_messages(self.seat(job_id))

    @operation("jobs_write", tag="jobs", asks=MessageIn, answers=MessageOut, status=201, also={200: MessageOut})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Write to everybody on the job. The same `message_id` again answers 200 with what was stored."""
        return self.answer_written(self.seat(job_id))


class DeskJobMessages(Thread, DeskEndpoint):
    roles = desk_roles.ON_THE_DAY

    def seat(self, job_id: UUID) -> Seat:
        return department_seat(department_id=self.department_id, person=self.person, job_id=job_id)

    @operation("desk_jobs_messages", tag="desk", answers=MessageOut(many=True))
    def get(self, request: Request, job_id: UUID) -> Response:
        """What the job's parties wrote, the newest first, also after the thread has closed for the others."""
        return self.answer_messages(self.seat(job_id))

    @operation("desk_jobs_write", tag="desk", asks=MessageIn, answers=MessageOut, status=201, also={200: MessageOut})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Write to everybody on the job. The same `message_id` again answers 200 with what was stored."""
        return self.answer_written(self.seat(job_id))


class AssignmentMessages(Thread, OfficerEndpoint):
    def seat(self, assignment_id: UUID) -> Seat:
        return officer_seat(officer=self.officer, assignment_id=assignment_id, at=self.at)

    @operation("officer_assignment_messages", tag="officer work", answers=MessageOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """What the job's parties wrote, the newest first. From now on it counts as read."""
        return self.answer_messages(self.seat(assignment_id))

    @operation(
        "officer_assignment_write", tag="officer work", asks=MessageIn, answers=MessageOut, status=201,
        also={200: MessageOut},
    )  # fmt: skip
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Write to everybody on the job. The same `message_id` again answers 200 with what was stored."""
        return self.answer_written(self.seat(assignment_id))
