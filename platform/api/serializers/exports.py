"""Hours out to payroll."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from departments.exports.layouts import Layout
from departments.exports.sources import SOURCES

_VALUES = {
    "type": "object",
    "properties": {
        source.code: {
            "type": "integer" if source.kind in ("minutes", "cents", "number") else "string",
            "description": source.label,
        }
        for source in SOURCES.values()
        if source.code not in ("fixed", "department_pay_code")
    },
}


@extend_schema_field(_VALUES)
class RowValuesField(serializers.JSONField):
    """The frozen row: whole minutes and cents, local times of the venue; what is taken back is negative."""


class CursorQuery(serializers.Serializer):  # type: ignore[type-arg]
    cursor = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=2**62, help_text="`next_cursor` of the last answer."
    )
    limit = serializers.IntegerField(required=False, default=200, min_value=1, max_value=1000)


class ExportRowOut(serializers.Serializer):  # type: ignore[type-arg]
    sequence = serializers.IntegerField(help_text="Grows from row to row; the cursor.")
    batch_number = serializers.IntegerField()
    source_kind = serializers.CharField(help_text="timesheets or payroll_lines")
    source_id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of this source: 1 is its first sending.")
    entry = serializers.CharField(help_text="original, correction or reversal")
    values = RowValuesField()


class ExportRowsOut(serializers.Serializer):  # type: ignore[type-arg]
    rows = ExportRowOut(many=True)
    next_cursor = serializers.IntegerField(help_text="Send it as `cursor` next time, also when there were no rows.")
    has_more = serializers.BooleanField()


class ExportFormatOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="format_id")
    name = serializers.CharField()
    rows = serializers.CharField(help_text="timesheets or payroll_lines")
    file_kind = serializers.CharField(source="layout.file_kind")
    columns = serializers.SerializerMethodField()

    def get_columns(self, format: Any) -> list[str]:
        layout: Layout = format.layout
        return [column.heading for column in layout.columns]


class BatchesQuery(serializers.Serializer):  # type: ignore[type-arg]
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**31)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class ExportBatchIn(serializers.Serializer):  # type: ignore[type-arg]
    format_id = serializers.UUIDField()
    until_date = serializers.DateField(help_text="The first local day of work that is not in the batch.")
    request_id = serializers.UUIDField(help_text="Made by you: asked twice, it is one batch.")
    expected_rows = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=0, max_value=2**31,
        help_text="Refused when there are not as many.",
    )  # fmt: skip


class ExportBatchOut(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.IntegerField()
    request_id = serializers.UUIDField()
    format_id = serializers.UUIDField()
    format_name = serializers.CharField()
    rows_kind = serializers.CharField()
    until_date = serializers.DateField()
    row_count = serializers.IntegerField()
    worked_minutes = serializers.IntegerField()
    payable_minutes = serializers.IntegerField()
    pay_cents = serializers.IntegerField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class ExportWaitingOut(serializers.Serializer):  # type: ignore[type-arg]
    """Final rows that no batch holds, and pay owed to officers of other departments, which no batch will hold."""

    timesheets = serializers.IntegerField()
    payroll_lines = serializers.IntegerField()
    foreign_lines = serializers.IntegerField(source="foreign.count")
    foreign_pay_cents = serializers.IntegerField(source="foreign.pay_cents")
