"""The desk and punches that prove too little: looked at, and accepted or rejected with a reason, one or several."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.reviews import (
    JudgedManyOut,
    JudgeManyIn,
    JudgementIn,
    ReviewInFullOut,
    ReviewOut,
    ReviewQuery,
)
from marketplace import access, queries, reviews
from marketplace.models import ClockReview

_OTHERS_SHOWN = 8


class Reviews(DeskEndpoint):
    @operation("desk_reviews_list", tag="desk hours", query=ReviewQuery, answers=ReviewOut(many=True))
    def get(self, request: Request) -> Response:
        """Punches that somebody must look at, the oldest first."""
        asked = self.asked(ReviewQuery)
        found = queries.open_reviews(self.department_id)
        if "verdict" in asked:
            found = found.filter(clock_event__verdict=asked["verdict"])
        return self.answer(ReviewOut, found[asked["offset"] : asked["offset"] + asked["limit"]], many=True)


class ReviewEndpoint(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.ON_THE_DAY

    def review(self, clock_event_id: UUID) -> ClockReview:
        return access.review_for_department(department_id=self.department_id, clock_event_id=clock_event_id)


class Review(ReviewEndpoint):
    @operation("desk_reviews_read", tag="desk hours", answers=ReviewInFullOut)
    def get(self, request: Request, clock_event_id: UUID) -> Response:
        """One punch with all that it proves or does not, decided or not."""
        found = self.review(clock_event_id)
        others = queries.other_punches(event=found.clock_event, department_id=self.department_id)
        found.others = others[:_OTHERS_SHOWN]  # type: ignore[attr-defined]
        return self.answer(ReviewInFullOut, found)


class ReviewResolution(ReviewEndpoint):
    @operation("desk_reviews_resolve", tag="desk hours", asks=JudgementIn, answers=ReviewOut)
    def post(self, request: Request, clock_event_id: UUID) -> Response:
        """Accept a punch, which lets the approval timer run, or reject it, which holds the hours."""
        reviews.resolve_review(
            clock_event_id=clock_event_id,
            department_id=self.department_id,
            **self.parsed(JudgementIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(ReviewOut, self.review(clock_event_id))


class ReviewResolutions(ReviewEndpoint):
    @operation("desk_reviews_resolve_many", tag="desk hours", asks=JudgeManyIn, answers=JudgedManyOut)
    def post(self, request: Request) -> Response:
        """The same decision, with one reason, for several punches. Sent again, it decides what is still undecided."""
        judged = reviews.resolve_reviews(
            department_id=self.department_id, **self.parsed(JudgeManyIn), actor=self.actor, at=self.at
        )
        return self.answer(JudgedManyOut, judged)
