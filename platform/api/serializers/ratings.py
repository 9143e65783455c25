from typing import Any

from rest_framework import serializers

from api.serializers.fields import TextField


class RatingIn(serializers.Serializer):  # type: ignore[type-arg]
    punctuality = serializers.IntegerField(help_text="1 to 5")
    appearance = serializers.IntegerField(help_text="1 to 5")
    conduct = serializers.IntegerField(help_text="1 to 5")
    comment = TextField(required=False)


class SiteRatingIn(serializers.Serializer):  # type: ignore[type-arg]
    briefing = serializers.IntegerField(help_text="1 to 5")
    safety = serializers.IntegerField(help_text="1 to 5")
    conduct = serializers.IntegerField(help_text="1 to 5, of the client's people")
    comment = TextField(required=False)


class SiteRatingOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    briefing = serializers.IntegerField()
    safety = serializers.IntegerField()
    conduct = serializers.IntegerField()
    comment = serializers.CharField()
    rated_at = serializers.DateTimeField()


class ReplyIn(serializers.Serializer):  # type: ignore[type-arg]
    text = TextField()


class CommentOut(serializers.Serializer):  # type: ignore[type-arg]
    """What one side wrote, as the officer whom it is about reads it: never the marks beside it."""

    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    rater_kind = serializers.ChoiceField(choices=["client", "agency", "department"])
    comment = serializers.SerializerMethodField()
    reply = serializers.CharField()
    report_state = serializers.SerializerMethodField()

    def get_comment(self, rating: Any) -> str:
        return rating.comment if rating.shows_comment else ""

    def get_report_state(self, rating: Any) -> str:
        """Empty, open, kept, hidden or struck."""
        report = getattr(rating, "report", None)
        return report.state if report else ""


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


class OwnRatingsOut(serializers.Serializer):  # type: ignore[type-arg]
    rating = SummaryOut()
    comments = CommentOut(many=True)
