"""The desk and a place that changes hands: whom it sends, its word that the place is handed over, and the backups."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, Pages, operation
from api.serializers.jobs import ReasonIn
from api.serializers.relief import ReliefIn, ReliefOfficerOut, ReliefOut, ReliefSearchOut
from marketplace import access, relief_reading, relief_search, relieving
from marketplace.models import Assignment, Officer
from marketplace.offer_reading import officers_for_relief


class ReliefEndpoint(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.ON_THE_DAY

    def assignment(self, assignment_id: UUID) -> Assignment:
        return access.assignment_for_department(department_id=self.department_id, assignment_id=assignment_id)


class ReliefOnSite(ReliefEndpoint):
    @operation("desk_assignments_relief", tag="desk hours", answers=ReliefOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Whom this officer relieves, and who relieves them: at most one of each."""
        found = self.assignment(assignment_id)
        return self.answer(ReliefOut, relief_reading.reliefs_of(found), many=True)

    @operation("desk_assignments_relief_send", tag="desk hours", asks=ReliefIn, answers=ReliefOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Send another officer to the place of one who is on site. It is handed over when they clock in."""
        relief = relieving.arrange_relief(
            assignment_id=assignment_id,
            department_id=self.department_id,
            **self.parsed(ReliefIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(ReliefOut, relief, status=201)


class ReliefOfficers(ReliefEndpoint, Pages):
    queryset = Officer.objects.none()
    serializer_class = ReliefOfficerOut

    @operation("desk_assignments_relief_officers", tag="desk hours", answers=ReliefOfficerOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Whom the desk may send: the department's own officers and whoever bid, but nobody who is on the shift."""
        found = self.assignment(assignment_id)
        return self.page(officers_for_relief(found.shift), ReliefOfficerOut)


class HandOver(ReliefEndpoint):
    @operation("desk_assignments_hand_over", tag="desk hours", asks=ReasonIn, answers=ReliefOut)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """The place is handed over now: the outgoing officer's time ends, wherever the incoming one is."""
        relief = relieving.hand_over(
            assignment_id=assignment_id,
            department_id=self.department_id,
            reason=self.parsed(ReasonIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(ReliefOut, relief)


class ReliefSearching(ReliefEndpoint):
    @operation("desk_assignments_relief_search", tag="desk hours", answers=ReliefSearchOut)
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Who was asked to take the place, and what they said; 404 while nobody has looked for relief."""
        found = relief_reading.search_of(assignment=self.assignment(assignment_id))
        return self.answer(ReliefSearchOut, found)

    @operation("desk_assignments_relief_seek", tag="desk hours", answers=ReliefSearchOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Ask the backups for the place of somebody who is not there, one after the other, without waiting longer."""
        search = relief_search.begin_search(
            department_id=self.department_id, assignment_id=assignment_id, actor=self.actor, at=self.at
        )
        return self.answer(ReliefSearchOut, search, status=201)
