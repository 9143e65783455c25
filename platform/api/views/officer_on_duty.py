"""The officer on a shift that runs: who relieves whom, whether they are still there, and why they were late."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import OfficerEndpoint, operation
from api.serializers.relief import OwnReliefOut
from marketplace import access, relief_reading


class OwnRelief(OfficerEndpoint):
    @operation("officer_assignment_relief", tag="officer work", answers=OwnReliefOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Whom this officer relieves, and who relieves them: at most one of each.

        The place is handed over by the first of the incoming officer's clock-in and the outgoing officer's clock-out.
        """
        found = access.assignment_for_officer(officer=self.officer, assignment_id=assignment_id)
        shown = OwnReliefOut(relief_reading.reliefs_of(found), many=True, context={"assignment_id": found.id})
        return Response(shown.data)
