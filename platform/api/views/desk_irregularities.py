"""The exceptions report over the API: everything out of the ordinary, and the word of whoever looked into it."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import desk_roles
from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.irregularities import DispositionIn, DispositionOut, IrregularityOut, IrregularityQuery
from geo.timezones import zone_named
from marketplace.irregularities import irregularities, irregularities_of, write_disposition

_DEFAULT = timedelta(days=30)


class Irregularities(DeskEndpoint):
    readers = desk_roles.PERSONNEL_READERS

    @operation(
        "desk_irregularities_list", tag="desk hours", query=IrregularityQuery, answers=IrregularityOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Of shifts in a period of at most three months, the latest first."""
        asked = self.asked(IrregularityQuery)
        today = self.at.astimezone(zone_named(self.department.time_zone)).date()
        until_date = asked["until_date"] or today + timedelta(days=1)
        found = irregularities(
            department_id=self.department_id,
            starts_at=self._midnight(asked["from_date"] or until_date - _DEFAULT),
            ends_at=self._midnight(until_date),
            kind=asked["kind"],
            only_open=asked["only_open"],
        )
        return self.answer(IrregularityOut, found[asked["offset"] : asked["offset"] + asked["limit"]], many=True)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), zone_named(self.department.time_zone))


class AssignmentIrregularities(DeskEndpoint):
    readers = desk_roles.PERSONNEL_READERS

    @operation("desk_assignments_irregularities", tag="desk hours", answers=IrregularityOut(many=True))
    def get(self, request: Request, assignment_id: UUID) -> Response:
        """Of one officer's shift; nothing when all was as it should be."""
        found = irregularities_of(department_id=self.department_id, assignment_id=assignment_id)
        return self.answer(IrregularityOut, found, many=True)


class Dispositions(DeskEndpoint):
    throttle_classes = WRITES
    roles = desk_roles.DECIDERS

    @operation("desk_assignments_disposition", tag="desk hours", asks=DispositionIn, answers=DispositionOut, status=201)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Write what was found and decided about one of them. A second thought is a second line."""
        written = write_disposition(
            department_id=self.department_id,
            assignment_id=assignment_id,
            **self.parsed(DispositionIn),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(DispositionOut, written, status=201)
