"""What wants a person now, as a desk that hears of it reads it."""

from rest_framework import serializers

from marketplace.models import Alert


class AlertOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[one for one in Alert.Kind.choices if one[0] != Alert.Kind.REMINDER])
    level = serializers.IntegerField(help_text="How many steps of the escalation were taken.")
    opened_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    looked_after_by = serializers.CharField(
        help_text="Your own people by name, another organisation as one; empty while nobody looks after it."
    )
    resolved_at = serializers.DateTimeField(allow_null=True)
    assignment_id = serializers.UUIDField(allow_null=True, help_text="Null, as all of the officer, of an empty place.")
    officer_name = serializers.CharField(source="assignment.officer.display_name", allow_null=True)
    rank_name = serializers.CharField(source="assignment.position.rank_name", allow_null=True)
    assignment_state = serializers.CharField(source="assignment.state", allow_null=True)
    shift_id = serializers.UUIDField()
    starts_at = serializers.DateTimeField(source="shift.starts_at")
    ends_at = serializers.DateTimeField(source="shift.ends_at")
    job_id = serializers.UUIDField(source="shift.job_id")
    job_reference = serializers.CharField(source="shift.job.reference")
    job_title = serializers.CharField(source="shift.job.title")
    venue_name = serializers.CharField(source="shift.job.venue.name")
