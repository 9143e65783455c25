"""The desk gives a place past the order: whom it may choose, and the award with its reason."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, Pages, operation
from api.serializers.by_hand import AwardByHandIn, OfficerForHandOut
from api.serializers.jobs import AwardOut
from marketplace import access, manual_awards
from marketplace.models import Officer, Shift
from marketplace.offer_reading import officer_for_hand, officers_for_hand


class ByHandEndpoint(DeskEndpoint):
    """Who decides is the policy's to say; these roles come to the door."""

    throttle_classes = WRITES
    readers = desk_roles.DECIDERS
    roles = desk_roles.DECIDERS

    def shift(self, shift_id: UUID) -> Shift:
        return access.shift_for_department(department_id=self.department_id, shift_id=shift_id)


class OfficersForHand(ByHandEndpoint, Pages):
    queryset = Officer.objects.none()
    serializer_class = OfficerForHandOut

    @operation("desk_shifts_officers_for_hand", tag="desk", answers=OfficerForHandOut(many=True))
    def get(self, request: Request, shift_id: UUID) -> Response:
        """Whom the desk may choose: the department's own officers and whoever bid. The rules are asked at the award."""
        return self.page(officers_for_hand(self.shift(shift_id)), OfficerForHandOut)


class AwardByHand(ByHandEndpoint):
    @operation("desk_shifts_award_by_hand", tag="desk", asks=AwardByHandIn, answers=AwardOut, status=201)
    def post(self, request: Request, shift_id: UUID) -> Response:
        """Give a free place to an officer, past the order, until the shift ends. What the rules deny stays denied."""
        shift, roles = self.shift(shift_id), self.membership.roles if self.membership is not None else ()
        # Whether an officer is there is only said to somebody who could choose one.
        manual_awards.require_role(department_id=self.department_id, shift=shift, roles=roles)
        asked = self.parsed(AwardByHandIn)
        award = manual_awards.award_by_hand(
            department_id=self.department_id,
            shift_id=shift.id,
            officer_id=officer_for_hand(shift=shift, officer_id=asked["officer_id"]).id,
            rank_code=asked["rank_code"],
            reason=asked["reason"],
            roles=roles,
            actor=self.actor,
            at=self.at,
        )
        return self.answer(AwardOut, award, status=201)
