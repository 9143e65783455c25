from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import TextField
from geo.timezones import zone_named
from ratings.models import RatingReport
from ratings.moderating import DECISIONS


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


class _Commented(serializers.Serializer):  # type: ignore[type-arg]
    """A comment with its reply. Hidden or struck, it is empty."""

    id = serializers.UUIDField()
    comment = serializers.SerializerMethodField()
    reply = serializers.CharField()
    report_state = serializers.SerializerMethodField()

    def get_comment(self, rating: Any) -> str:
        return rating.comment if rating.shows_comment else ""

    def get_report_state(self, rating: Any) -> str:
        """Empty, open, kept, hidden or struck."""
        report = getattr(rating, "report", None)
        return report.state if report else ""


class CommentOut(_Commented):
    """What one side wrote, as the officer whom it is about reads it: never the marks beside it."""

    assignment_id = serializers.UUIDField()
    rater_kind = serializers.ChoiceField(choices=["client", "agency", "department"])


class SiteCommentOut(_Commented):
    """What an officer wrote, as the client reads it: with site and month, never whose it is nor the marks beside it."""

    venue_name = serializers.CharField(source="assignment.shift.job.venue.name")
    month = serializers.SerializerMethodField(help_text="Of the shift, there: 2026-12")

    def get_month(self, rating: Any) -> str:
        shift = rating.assignment.shift
        return f"{shift.starts_at.astimezone(zone_named(shift.time_zone)):%Y-%m}"


class GivenCommentOut(_Commented):
    """What the client wrote, with the officer's reply."""

    assignment_id = serializers.UUIDField()
    officer_name = serializers.CharField(source="officer.display_name")
    job_title = serializers.CharField(source="assignment.shift.job.title")


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


class SiteFiguresOut(serializers.Serializer):  # type: ignore[type-arg]
    """Of all sites of a client together. Averages are empty until there are three ratings."""

    count = serializers.IntegerField()
    average = AverageField()
    briefing = AverageField()
    safety = AverageField()
    conduct = AverageField()


class ClientRatingsOut(serializers.Serializer):  # type: ignore[type-arg]
    sites = SiteFiguresOut()
    comments = SiteCommentOut(many=True)
    given = GivenCommentOut(many=True)


class ReportOut(serializers.Serializer):  # type: ignore[type-arg]
    """A comment that the officer whom it is about finds unfair."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RatingReport.State.choices)
    reason = serializers.CharField()
    reported_at = serializers.DateTimeField()
    decision = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    rating_id = serializers.UUIDField()
    rater_kind = serializers.CharField(source="rating.rater_kind")
    comment = serializers.CharField(source="rating.comment")
    reply = serializers.CharField(source="rating.reply")
    marks = serializers.SerializerMethodField()
    assignment_id = serializers.UUIDField(source="rating.assignment_id")
    officer_name = serializers.CharField(source="rating.officer.display_name")
    client_name = serializers.CharField(source="rating.assignment.shift.job.client.name")
    job_title = serializers.CharField(source="rating.assignment.shift.job.title")
    shift_starts_at = serializers.DateTimeField(source="rating.assignment.shift.starts_at")

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField(), allow_null=True))
    def get_marks(self, report: Any) -> dict[str, int] | None:
        """By category; null before the department has rated the shift itself, or seven days after it."""
        return report.rating.marks if report.rating_id in self.context["readable"] else None


class ReportDecisionIn(serializers.Serializer):  # type: ignore[type-arg]
    decision = serializers.ChoiceField(choices=[str(one) for one in DECISIONS])
    reason = TextField(help_text="Both sides read it.")
