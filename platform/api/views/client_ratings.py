"""The client reads what officers said of its sites, and answers and reports it."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, Endpoint, operation
from api.serializers.jobs import ReasonIn
from api.serializers.ratings import ClientRatingsOut, ReplyIn, SiteCommentOut
from marketplace import access
from marketplace.clients import clients_of
from ratings import moderating
from ratings.models import Rating
from ratings.reading import comment_about, comments_about_client, comments_by_client
from ratings.replying import reply
from ratings.summaries import site_figures_of

_LATEST = 100


class ClientRatings(Endpoint):
    @operation("clients_ratings", tag="ratings", answers=ClientRatingsOut)
    def get(self, request: Request, client_id: UUID) -> Response:
        """The figure of the client's sites, the latest hundred comments on them, and what it said of officers."""
        client = access.client_for_person(person=self.person, client_id=client_id)
        return self.answer(
            ClientRatingsOut,
            {
                "sites": site_figures_of(client_id=client.id),
                "comments": comments_about_client(client_id=client.id, at=self.at)[:_LATEST],
                "given": comments_by_client(client_id=client.id)[:_LATEST],
            },
        )


class SiteCommentEndpoint(Endpoint):
    throttle_classes = WRITES

    def comment(self, rating_id: UUID) -> Rating:
        own = [client.id for client in clients_of(self.person)]
        return comment_about(rating_id=rating_id, client_ids=own, at=self.at)


class SiteCommentReply(SiteCommentEndpoint):
    @operation("ratings_reply", tag="ratings", asks=ReplyIn, answers=SiteCommentOut)
    def post(self, request: Request, rating_id: UUID) -> Response:
        """Answer a comment on a site, once; both are shown together."""
        found, text = self.comment(rating_id), self.parsed(ReplyIn)["text"]
        reply(rating=found, text=text, actor=self.actor, at=self.at)
        return self.answer(SiteCommentOut, self.comment(rating_id))


class SiteCommentReport(SiteCommentEndpoint):
    @operation("ratings_report", tag="ratings", asks=ReasonIn, answers=SiteCommentOut)
    def post(self, request: Request, rating_id: UUID) -> Response:
        """Report a comment as unfair, once. Somebody who stands on neither side decides."""
        found, reason = self.comment(rating_id), self.parsed(ReasonIn)["reason"]
        moderating.report(rating=found, reason=reason, actor=self.actor, at=self.at)
        return self.answer(SiteCommentOut, self.comment(rating_id))
