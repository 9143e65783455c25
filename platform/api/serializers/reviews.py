"""Punches that somebody must look at: what they prove, where the phone was, and what is decided. For the desk alone."""

import math
from typing import Any

from rest_framework import serializers

from api.serializers.fields import TextField
from api.serializers.officers import PointOut
from geo.points import Point
from marketplace.clocking_rules import fence_of
from marketplace.models import ClockEvent

BATCH = 200


class ReviewQuery(serializers.Serializer):  # type: ignore[type-arg]
    verdict = serializers.ChoiceField(choices=ClockEvent.Verdict.choices, required=False)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=10_000)
    limit = serializers.IntegerField(default=BATCH, min_value=1, max_value=BATCH)


class JudgementIn(serializers.Serializer):  # type: ignore[type-arg]
    accept = serializers.BooleanField()
    reason = TextField()


class JudgeManyIn(JudgementIn):
    clock_event_ids = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=BATCH)


class JudgedManyOut(serializers.Serializer):  # type: ignore[type-arg]
    decided = serializers.IntegerField(help_text="Now, by this call.")
    gone = serializers.IntegerField(help_text="Decided by somebody else before, or not there. They stay as they are.")
    own = serializers.IntegerField(help_text="Your own punches. Somebody else decides on them.")


class RiskSignalOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    points = serializers.IntegerField()
    sentence = serializers.CharField()


class FenceOut(serializers.Serializer):  # type: ignore[type-arg]
    """A moving job has two pins."""

    pins = PointOut(many=True)
    radius_metres = serializers.IntegerField()


class PlacedFixOut(PointOut):
    accuracy_metres = serializers.FloatField(allow_null=True, help_text="Empty when the phone claimed no number.")
    metres_from_pin = serializers.FloatField(allow_null=True, help_text="To the nearest pin.")


class SentFixOut(PlacedFixOut):
    fixed_at = serializers.DateTimeField()


class ReviewOut(serializers.Serializer):  # type: ignore[type-arg]
    """`fix` is the position that counted, empty when the phone sent none."""

    clock_event_id = serializers.UUIDField()
    state = serializers.CharField()
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    assignment_id = serializers.UUIDField(source="clock_event.assignment_id")
    officer_name = serializers.CharField(source="clock_event.assignment.officer.display_name")
    job_reference = serializers.CharField(source="clock_event.assignment.shift.job.reference")
    kind = serializers.CharField(source="clock_event.kind")
    happened_at = serializers.DateTimeField(source="clock_event.happened_at")
    received_at = serializers.DateTimeField(source="clock_event.received_at")
    verdict = serializers.CharField(source="clock_event.verdict")
    explanation = serializers.CharField(source="clock_event.explanation")
    reason_given = serializers.CharField(source="clock_event.reason_given")
    risk_points = serializers.IntegerField(source="clock_event.risk_points")
    risk_signals = RiskSignalOut(many=True, source="clock_event.risk_signals")
    fix = serializers.SerializerMethodField()
    fence = serializers.SerializerMethodField()
    fixes_rounded_at = serializers.DateTimeField(
        source="clock_event.fixes_rounded_at", allow_null=True, help_text="From then on positions are rough."
    )

    def get_fix(self, review: Any) -> PlacedFixOut(allow_null=True):  # type: ignore[valid-type]
        event = review.clock_event
        if event.latitude is None or event.longitude is None:
            return None
        return PlacedFixOut(
            {
                "latitude": event.latitude,
                "longitude": event.longitude,
                "accuracy_metres": _finite(event.accuracy_metres),
                "metres_from_pin": _finite(event.distance_metres),
            }
        ).data

    def get_fence(self, review: Any) -> FenceOut:
        return FenceOut(fence_of(review.clock_event.assignment.shift.job.venue)).data  # type: ignore[return-value]


class EarlierPunchOut(serializers.Serializer):  # type: ignore[type-arg]
    job_reference = serializers.CharField(source="assignment.shift.job.reference")
    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    verdict = serializers.CharField()
    risk_points = serializers.IntegerField()
    review_state = serializers.SerializerMethodField(help_text="Empty: nobody had to look at it.")

    def get_review_state(self, event: Any) -> str:
        review = getattr(event, "review", None)
        return str(review.state) if review is not None else ""


class ReviewInFullOut(ReviewOut):
    """With every position that the phone sent, and the officer's other punches here, the latest first."""

    fixes = serializers.SerializerMethodField()
    others = EarlierPunchOut(many=True)

    def get_fixes(self, review: Any) -> SentFixOut(many=True):  # type: ignore[valid-type]
        event = review.clock_event
        fence = fence_of(event.assignment.shift.job.venue)
        return SentFixOut(
            [
                {
                    **fix,
                    "accuracy_metres": _finite(float(fix["accuracy_metres"])),
                    "metres_from_pin": fence.metres_from(Point(float(fix["latitude"]), float(fix["longitude"]))),
                }
                for fix in event.fixes
            ],
            many=True,
        ).data


def _finite(number: float | None) -> float | None:
    """JSON knows no NaN, and a phone may claim one."""
    return number if number is not None and math.isfinite(number) else None
