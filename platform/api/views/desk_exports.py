"""Hours out to payroll: rows by cursor, formats, batches."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import WRITES, DeskMoneyEndpoint, operation
from api.serializers.exports import (
    BatchesQuery,
    CursorQuery,
    ExportBatchIn,
    ExportBatchOut,
    ExportFormatOut,
    ExportRowsOut,
    ExportWaitingOut,
)
from departments.exports import batches
from departments.exports.formats import list_formats
from reports.time_exports import making
from reports.time_exports.files import CONTENT_TYPES


class ExportedRows(DeskMoneyEndpoint):
    @operation("desk_exports_rows", tag="exports", query=CursorQuery, answers=ExportRowsOut)
    def get(self, request: Request) -> Response:
        """Rows of all batches after a cursor, oldest first. Rows never change, and none appears before a cursor."""
        asked = self.asked(CursorQuery)
        rows = batches.rows_after(
            department_id=self.department_id, sequence=asked["cursor"], limit=asked["limit"] + 1
        )  # fmt: skip
        shown = rows[: asked["limit"]]
        next_cursor = shown[-1].sequence if shown else asked["cursor"]
        found = {"rows": shown, "next_cursor": next_cursor, "has_more": len(rows) > len(shown)}
        return self.answer(ExportRowsOut, found)


class ExportsWaiting(DeskMoneyEndpoint):
    @operation("desk_exports_waiting", tag="exports", answers=ExportWaitingOut)
    def get(self, request: Request) -> Response:
        """How many final rows are in no batch yet."""
        return self.answer(ExportWaitingOut, making.waiting(department=self.department))


class ExportFormats(DeskMoneyEndpoint):
    @operation("desk_exports_formats", tag="exports", answers=ExportFormatOut(many=True))
    def get(self, request: Request) -> Response:
        return self.answer(ExportFormatOut, list_formats(department_id=self.department_id), many=True)


class ExportBatches(DeskMoneyEndpoint):
    throttle_classes = WRITES

    @operation("desk_exports_batches", tag="exports", query=BatchesQuery, answers=ExportBatchOut(many=True))
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = self.asked(BatchesQuery)
        found, _ = batches.list_batches(department_id=self.department_id, **asked)
        return self.answer(ExportBatchOut, found, many=True)

    @operation("desk_exports_make", tag="exports", asks=ExportBatchIn, answers=ExportBatchOut, status=201)
    def post(self, request: Request) -> Response:
        """Put every final row that was not sent into the next batch, and correct what was."""
        made = making.make_batch(
            department=self.department, **self.parsed(ExportBatchIn), actor=self.actor, at=self.at
        )  # fmt: skip
        return self.answer(ExportBatchOut, made, status=201)


class ExportBatch(DeskMoneyEndpoint):
    @operation("desk_exports_batch", tag="exports", answers=ExportBatchOut)
    def get(self, request: Request, number: int) -> Response:
        return self.answer(ExportBatchOut, batches.batch(department_id=self.department_id, number=number))


class ExportBatchFile(DeskMoneyEndpoint):
    @operation("desk_exports_file", tag="exports", answers=bytes, media_type="application/octet-stream")
    def get(self, request: Request, number: int) -> HttpResponse:
        """The file as it was written: the same bytes whenever it is asked for."""
        batch = batches.batch(department_id=self.department_id, number=number)
        written = batches.batch_file(department_id=self.department_id, number=number)
        response = HttpResponse(written, content_type=CONTENT_TYPES[batch.layout.file_kind])
        response["Content-Disposition"] = f'attachment; filename="{batch.file_name}"'
        return response
