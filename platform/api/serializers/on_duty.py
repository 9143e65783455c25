"""What an officer is asked while a shift runs, and what they answer."""

from rest_framework import serializers

from api.serializers.hours import FieldItemIn, FixesIn
from marketplace.models import AttendanceReason


class PresenceQuestionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField(help_text="An answer after it still counts.")


class PresenceAnswerIn(FieldItemIn, FixesIn):
    """Without `fixes` the answer counts, and the coordinator sees that a position is missing."""


class PresenceAnswerOut(serializers.Serializer):  # type: ignore[type-arg]
    """The officer's own answer."""

    id = serializers.UUIDField()
    punch_id = serializers.UUIDField()
    question_id = serializers.UUIDField(source="prompt_id")
    happened_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    verdict = serializers.CharField(help_text="VERIFIED, NEAR, WEAK or OFFSITE")
    explanation = serializers.CharField()


class AttendanceReasonIn(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=["late", "left_early"])
    code = serializers.ChoiceField(choices=AttendanceReason.Code.values)


class AttendanceReasonOut(serializers.Serializer):  # type: ignore[type-arg]
    assignment_id = serializers.UUIDField()
    kind = serializers.CharField()
    code = serializers.CharField()
    given_at = serializers.DateTimeField()
