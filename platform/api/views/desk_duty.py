"""The duty schedule, pushed by the department's own system."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskEndpoint, operation
from api.serializers.duty import DutyIn, DutyOut
from departments.importing.duty_rows import DutyRow
from kernel.errors import InvalidInput
from marketplace.duty_importing import import_duty


class Duty(DeskEndpoint):
    throttle_classes = WRITES

    @operation("desk_duty_push", tag="roster", asks=DutyIn, answers=DutyOut)
    def post(self, request: Request) -> Response:
        """Replace what a source said of these officers for a time. All or nothing; the same again changes nothing."""
        asked = self.parsed(DutyIn)
        if asked["until_at"] <= asked["from_at"]:
            raise InvalidInput("until_at must be after from_at.", field="until_at")
        rows = [
            DutyRow(
                row=number,
                who=period["officer"],
                kind=period["kind"],
                starts_at=period["starts_at"],
                ends_at=period["ends_at"],
                external_id=period.get("external_id", ""),
            )
            for number, period in enumerate(asked["periods"], start=1)
        ]
        taken = import_duty(
            department_id=self.department_id,
            source=asked["source"],
            rows=rows,
            window=(asked["from_at"], asked["until_at"]),
            named=asked.get("officers") or (),
            actor=self.actor,
            at=self.at,
        )
        return self.answer(DutyOut, taken)
