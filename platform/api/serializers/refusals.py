from rest_framework import serializers


class RefusalOut(serializers.Serializer):  # type: ignore[type-arg]
    """Every no: a code for programs, a sentence for people, the field it is about, and the numbers behind it."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="A path into the body, e.g. `shifts.0.ends_at`.")
    numbers = serializers.DictField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Only with code `invalid`: every mistake of shape by path.",
    )
