"""Documents that a department wants for a job, and those that were brought."""

from typing import Any

from rest_framework import serializers


class PaperIn(serializers.Serializer):  # type: ignore[type-arg]
    """Sent as multipart/form-data."""

    file = serializers.FileField(help_text="PDF, PNG or JPEG, at most 10 MB; judged by its content.")
    expires_date = serializers.DateField(required=False, default=None, help_text="The last day on which it holds.")
    cover_cents = serializers.IntegerField(required=False, default=None, help_text="What an insurance covers.")


class ReuseIn(serializers.Serializer):  # type: ignore[type-arg]
    document_id = serializers.UUIDField(help_text="Accepted for an earlier job of the same client.")


class PaperOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    code = serializers.CharField()
    state = serializers.CharField()
    original_name = serializers.CharField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()
    expires_date = serializers.DateField(allow_null=True)
    cover_cents = serializers.IntegerField(allow_null=True)
    uploaded_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    reused_from_id = serializers.UUIDField(allow_null=True)


class ChecklistRowOut(serializers.Serializer):  # type: ignore[type-arg]
    """`state`: missing, uploaded, accepted, rejected, expired or waived."""

    demand_id = serializers.UUIDField(source="demand.id")
    code = serializers.CharField(source="demand.code")
    name = serializers.CharField(source="demand.name")
    text = serializers.CharField(source="demand.text")
    example = serializers.CharField(source="demand.example")
    gates = serializers.CharField(source="demand.gates")
    due_at = serializers.DateTimeField(source="demand.due_at")
    valid_through_date = serializers.DateField(source="demand.valid_through_date", allow_null=True)
    minimum_cover_cents = serializers.IntegerField(source="demand.minimum_cover_cents", allow_null=True)
    state = serializers.CharField()
    waiver_reason = serializers.CharField(source="demand.waiver_reason")
    document = serializers.SerializerMethodField()

    def get_document(self, row: Any) -> PaperOut(allow_null=True):  # type: ignore[valid-type]
        return PaperOut(row.document).data if row.document is not None else None
