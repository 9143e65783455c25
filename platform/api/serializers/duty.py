"""The duty schedule as another system sends it."""

from rest_framework import serializers

from api.serializers.fields import TextField
from departments.importing.duty_rows import KINDS


class DutyPeriodIn(serializers.Serializer):  # type: ignore[type-arg]
    """`officer` is a badge, or a work address. Moments carry their offset; half-open."""

    officer = TextField(max_length=254, allow_blank=False)
    kind = serializers.ChoiceField(choices=KINDS)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    external_id = TextField(max_length=200, required=False, help_text="Your own name for it.")


class DutyIn(serializers.Serializer):  # type: ignore[type-arg]
    """What `source` says of these officers from `from_at` until `until_at` replaces what it said before."""

    source = TextField(max_length=40, allow_blank=False)  # type: ignore[assignment]
    from_at = serializers.DateTimeField()
    until_at = serializers.DateTimeField()
    officers = serializers.ListField(
        child=TextField(max_length=254, allow_blank=False),
        required=False,
        max_length=10_000,
        help_text="Also officers without a period: theirs are taken away.",
    )
    periods = DutyPeriodIn(many=True, max_length=50_000)  # type: ignore[call-arg]


class DutyOut(serializers.Serializer):  # type: ignore[type-arg]
    """`conflicts`: awarded details that the new schedule collides with, opened now."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    conflicts = serializers.IntegerField()
