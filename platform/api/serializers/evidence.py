"""What is kept of an assignment beside its punches: holds, punches that count nothing, reasons. For the desk alone."""

from rest_framework import serializers

from marketplace.attendance_reasons import KINDS
from marketplace.models import AttendanceReason


class EvidenceHoldOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    reason = serializers.CharField()
    placed_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class UncountedPunchOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    why = serializers.CharField(help_text="too_late, ended or out_again")
    explanation = serializers.CharField()
    happened_at = serializers.DateTimeField(help_text="By the phone's own word.")
    received_at = serializers.DateTimeField()


class DeskReasonIn(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=list(KINDS))
    code = serializers.ChoiceField(choices=AttendanceReason.Code.values)


class DeskReasonOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    code = serializers.CharField()
    side = serializers.CharField(help_text="officer or desk")
    given_by = serializers.CharField()
    given_at = serializers.DateTimeField()
