from rest_framework import serializers

from api.serializers.fields import TextField


class RatingIn(serializers.Serializer):  # type: ignore[type-arg]
    punctuality = serializers.IntegerField(help_text="1 to 5")
    appearance = serializers.IntegerField(help_text="1 to 5")
    conduct = serializers.IntegerField(help_text="1 to 5")
    comment = TextField(required=False)


class RatingOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    rater_kind = serializers.CharField()
    punctuality = serializers.IntegerField()
    appearance = serializers.IntegerField()
    conduct = serializers.IntegerField()
    comment = serializers.CharField()
    rated_at = serializers.DateTimeField()


class AverageField(serializers.DecimalField):
    """One decimal, empty until there are three ratings."""

    def __init__(self) -> None:
        super().__init__(max_digits=2, decimal_places=1, allow_null=True)


class SummaryOut(serializers.Serializer):  # type: ignore[type-arg]
    """Averages are empty until there are three ratings; the count always shows."""

    count = serializers.IntegerField()
    average = AverageField()
    punctuality = AverageField()
    appearance = AverageField()
    conduct = AverageField()
