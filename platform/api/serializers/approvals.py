"""Exceptions to rules and work for other employers."""

from rest_framework import serializers

from api.serializers.fields import MomentField, TextField


class AskApprovalIn(serializers.Serializer):  # type: ignore[type-arg]
    reason = TextField(max_length=2000, help_text="Whoever decides reads it.")


class ExceptionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField(source="exception_id")
    rule_id = serializers.CharField()
    sentence = serializers.CharField()
    shift_id = serializers.UUIDField(allow_null=True, help_text="Empty: for any shift in its time.")
    starts_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="It counts for shifts that start before then.")
    state = serializers.CharField(help_text="requested, approved, refused or revoked.")
    reason = serializers.CharField()
    deciding_role = serializers.CharField()
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()


class DeskExceptionOut(ExceptionOut):
    entry_id = serializers.UUIDField()
    officer_name = serializers.CharField()
    badge_number = serializers.CharField()
    requested_by = serializers.CharField()
    decided_by = serializers.CharField()
    decided_role = serializers.CharField()


class DecisionIn(serializers.Serializer):  # type: ignore[type-arg]
    approve = serializers.BooleanField()
    reason = TextField(max_length=2000, help_text="The officer reads it.")
    expires_at = MomentField(required=False, allow_null=True, default=None)


class LimitOut(serializers.Serializer):  # type: ignore[type-arg]
    rule_id = serializers.CharField()
    words = serializers.CharField()
    used_minutes = serializers.IntegerField()
    limit_minutes = serializers.IntegerField()
    remaining_minutes = serializers.IntegerField()
    window_starts_at = serializers.DateTimeField()
    window_ends_at = serializers.DateTimeField()
    outcome = serializers.CharField(help_text="What the rule says beyond the limit.")
