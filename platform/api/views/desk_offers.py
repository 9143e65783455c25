"""Offers of a shift at the desk: who was asked, and what they said on the telephone."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.offers import DeskOfferOut, HeardAnswerIn
from marketplace import access, answering
from marketplace.offer_reading import offers_of_shift

_SHOWN = 200


class ShiftOffers(DeskEndpoint):
    @operation("desk_shifts_offers", tag="desk", answers=DeskOfferOut(many=True))
    def get(self, request: Request, shift_id: UUID) -> Response:
        """Places that were offered without a bid, those of the newest award first, in its order. At most 200."""
        shift = access.shift_for_department(department_id=self.department_id, shift_id=shift_id)
        return self.answer(DeskOfferOut, offers_of_shift(shift)[:_SHOWN], many=True)


class HeardAnswer(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_offers_answer", tag="desk", asks=HeardAnswerIn, answers=DeskOfferOut)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Write down what the officer said. Not accepted, the place is offered to the next."""
        offer = answering.record_answer(
            department_id=self.department_id,
            offer_id=offer_id,
            **self.parsed(HeardAnswerIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(DeskOfferOut, offer)
