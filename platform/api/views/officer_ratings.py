"""The officer rates sites, and reads, answers and reports what was said of them."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, OfficerEndpoint, operation
from api.serializers.jobs import ReasonIn
from api.serializers.ratings import CommentOut, OwnRatingsOut, ReplyIn, SiteRatingIn, SiteRatingOut
from ratings import moderating
from ratings.models import Rating
from ratings.rating import rate_site
from ratings.reading import comment_about, comments_about_officer
from ratings.replying import reply
from ratings.summaries import summary_of

_LATEST = 100


class SiteRating(OfficerEndpoint):
    throttle_classes = WRITES

    @operation("officer_site_rate", tag="ratings", asks=SiteRatingIn, answers=SiteRatingOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Rate the client's site, once, after the shift."""
        rating = rate_site(
            assignment_id=assignment_id, officer=self.officer, actor=self.actor, at=self.at, **self.parsed(SiteRatingIn)
        )
        return self.answer(SiteRatingOut, rating, status=201)


class OwnRatings(OfficerEndpoint):
    @operation("officer_ratings_read", tag="ratings", answers=OwnRatingsOut)
    def get(self, request: Request) -> Response:
        """The officer's own figure, and the latest hundred comments that they may read by now."""
        officer = self.officer
        comments = comments_about_officer(officer_id=officer.id, at=self.at)[:_LATEST]
        return self.answer(OwnRatingsOut, {"rating": summary_of([officer.id])[officer.id], "comments": comments})


class CommentEndpoint(OfficerEndpoint):
    throttle_classes = WRITES

    def comment(self, rating_id: UUID) -> Rating:
        return comment_about(rating_id=rating_id, officer_id=self.officer.id, at=self.at)


class CommentReply(CommentEndpoint):
    @operation("officer_rating_reply", tag="ratings", asks=ReplyIn, answers=CommentOut)
    def post(self, request: Request, rating_id: UUID) -> Response:
        """Answer a comment, once; both are shown together."""
        found, text = self.comment(rating_id), self.parsed(ReplyIn)["text"]
        reply(rating=found, text=text, actor=self.actor, at=self.at)
        return self.answer(CommentOut, self.comment(rating_id))


class CommentReport(CommentEndpoint):
    @operation("officer_rating_report", tag="ratings", asks=ReasonIn, answers=CommentOut)
    def post(self, request: Request, rating_id: UUID) -> Response:
        """Report a comment as unfair, once. Somebody who stands on neither side decides."""
        found, reason = self.comment(rating_id), self.parsed(ReasonIn)["reason"]
        moderating.report(rating=found, reason=reason, actor=self.actor, at=self.at)
        return self.answer(CommentOut, self.comment(rating_id))
