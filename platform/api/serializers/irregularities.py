"""What was out of the ordinary on the department's shifts, and what somebody wrote about it. For the desk alone."""

from rest_framework import serializers

from api.serializers.fields import TextField
from marketplace.irregularities import KINDS

BATCH = 200


class IrregularityQuery(serializers.Serializer):  # type: ignore[type-arg]
    """Dates are of shift starts, half-open, the department's own: the last thirty days when left out."""

    from_date = serializers.DateField(required=False, default=None)
    until_date = serializers.DateField(required=False, default=None)
    kind = serializers.ChoiceField(choices=list(KINDS), required=False, default="")
    only_open = serializers.BooleanField(default=False, help_text="Without a disposition so far.")
    offset = serializers.IntegerField(default=0, min_value=0, max_value=100_000)
    limit = serializers.IntegerField(default=BATCH, min_value=1, max_value=BATCH)


class DispositionIn(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=list(KINDS))
    text = TextField(help_text="What was found and decided; it stays as written.")


class DispositionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    written_by = serializers.CharField()
    written_at = serializers.DateTimeField()


class IrregularityOut(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.CharField()
    assignment_id = serializers.UUIDField(source="assignment.id")
    officer_name = serializers.CharField(source="assignment.officer.display_name")
    job_reference = serializers.CharField(source="assignment.shift.job.reference")
    shift_id = serializers.UUIDField(source="assignment.shift_id")
    starts_at = serializers.DateTimeField(source="assignment.shift.starts_at")
    happened_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    sentence = serializers.CharField()
    resolved = serializers.CharField(help_text="How it was settled, where the platform knows.")
    reason = serializers.CharField(help_text="The newest reason that officer or desk gave, in words.")
    dispositions = DispositionOut(many=True)
