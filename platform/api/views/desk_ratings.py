"""The desk and comments that somebody finds unfair: read with what they are about, and decided on once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, Pages, operation
from api.filters import RatingReportFilter
from api.serializers.ratings import ReportDecisionIn, ReportOut
from ratings import moderating
from ratings.models import RatingReport
from ratings.reading import marks_read_by_department


class ReportEndpoint(DeskEndpoint):
    readers = desk_roles.PERSONNEL_READERS
    roles = desk_roles.DECIDERS

    def shown(self, found: Sequence[RatingReport]) -> Any:
        readable = marks_read_by_department(ratings=[one.rating for one in found], at=self.at)
        return ReportOut(found, many=True, context={"request": self.request, "readable": readable}).data


class RatingReports(ReportEndpoint, Pages):
    queryset = RatingReport.objects.none()
    filterset_class = RatingReportFilter
    serializer_class = ReportOut

    @operation("desk_rating_reports_list", tag="ratings", answers=ReportOut(many=True))
    def get(self, request: Request) -> Response:
        """Comments of clients and agencies that officers reported, the newest first; `state=open` for what waits."""
        found = moderating.reports_of_department(department_id=self.department_id)
        page = self.paginate_queryset(self.filter_queryset(found))
        return self.get_paginated_response(self.shown(page or []))


class RatingReportDecision(ReportEndpoint):
    throttle_classes = WRITES

    @operation("desk_rating_reports_decide", tag="ratings", asks=ReportDecisionIn, answers=ReportOut)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Keep the comment, hide it, or strike the whole rating. Both sides are told, with the reason."""
        moderating.decide(
            report_id=report_id,
            department_id=self.department_id,
            **self.parsed(ReportDecisionIn),
            actor=self.actor,
            at=self.at,
        )
        decided = moderating.reports_of_department(department_id=self.department_id).get(id=report_id)
        return Response(self.shown([decided])[0])
