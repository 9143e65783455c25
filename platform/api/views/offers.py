"""Offers to the officer, when they want any, and giving a shift up."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, OfficerEndpoint, Pages, operation
from api.serializers.offers import AvailabilityIn, AvailabilityOut, GiveUpIn, OfferAnswerIn, OfferOut
from api.serializers.officers import OwnAssignmentOut
from marketplace import access, answering, availability, giving_up, offer_reading
from marketplace.models import Offer, OfficerAvailability


class OwnOffers(OfficerEndpoint, Pages):
    queryset = Offer.objects.none()
    serializer_class = OfferOut

    @operation("officer_offers", tag="officer work", answers=OfferOut(many=True))
    def get(self, request: Request) -> Response:
        """Places that were offered without a bid, the latest first."""
        return self.page(offer_reading.offers_of_officer(self.officer), OfferOut)


class OfferAnswer(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_offer_answer", tag="officer work", asks=OfferAnswerIn, answers=OfferOut)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Accept or decline, before `answer_by`. Declined, the place is offered to the next officer."""
        offer = answering.answer_offer(
            officer=self.officer,
            offer_id=offer_id,
            accept=self.parsed(OfferAnswerIn)["accept"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(OfferOut, offer)


class Availability(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_availability_read", tag="officer", answers=AvailabilityOut)
    def get(self, request: Request) -> Response:
        """When places may be offered without a bid. Without weekly times every hour."""
        return self.answer(AvailabilityOut, _described(availability.availability_of(self.officer)))

    @operation("officer_availability_set", tag="officer", asks=AvailabilityIn, answers=AvailabilityOut)
    def put(self, request: Request) -> Response:
        asked = self.parsed(AvailabilityIn)
        row = availability.set_availability(
            officer=self.officer,
            wants_offers=asked["wants_offers"],
            weekly=[(one["weekday"], one["from_time"], one["until_time"]) for one in asked["weekly"]],
            blocked_dates=asked["blocked_dates"],
            actor=self.actor,
            at=self.at,
        )
        return self.answer(AvailabilityOut, _described(row))


class GivingUp(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_assignment_give_up", tag="officer work", asks=GiveUpIn, answers=OwnAssignmentOut)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Call off. The place goes to the next officer of the original list."""
        giving_up.give_up(
            officer=self.officer,
            assignment_id=assignment_id,
            reason=self.parsed(GiveUpIn)["reason"],
            actor=self.actor,
            at=self.at,
        )
        found = access.assignment_for_officer(officer=self.officer, assignment_id=assignment_id)
        return self.answer(OwnAssignmentOut, found)


def _described(row: OfficerAvailability | None) -> dict[str, Any]:
    if row is None:
        return {"wants_offers": False, "weekly": [], "blocked_dates": []}
    weekly = [{"weekday": day, "from_time": start, "until_time": end} for day, start, end in row.weekly]
    return {"wants_offers": row.wants_offers, "weekly": weekly, "blocked_dates": row.blocked_dates}
