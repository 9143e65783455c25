"""Offers and availability, as the officer's own app reads and writes them; offers also as the desk does."""

from typing import Any

from rest_framework import serializers

from marketplace.answering import ANSWERS


class OfferOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    shift_id = serializers.UUIDField()
    assignment_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField(source="shift.job.title")
    starts_at = serializers.DateTimeField(source="shift.starts_at")
    ends_at = serializers.DateTimeField(source="shift.ends_at")
    rank_code = serializers.CharField(source="position.rank_code")
    place = serializers.IntegerField(help_text="1 was first in the order")
    state = serializers.CharField(help_text="open, accepted, refused, unreachable or withdrawn")
    offered_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class OfferAnswerIn(serializers.Serializer):  # type: ignore[type-arg]
    accept = serializers.BooleanField()


class WeeklyTime(serializers.Serializer):  # type: ignore[type-arg]
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday")
    from_time = serializers.RegexField(r"^([01]\d|2[0-3]):[0-5]\d$")
    until_time = serializers.RegexField(r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", help_text="24:00 is midnight")


class AvailabilityIn(serializers.Serializer):  # type: ignore[type-arg]
    wants_offers = serializers.BooleanField()
    weekly = WeeklyTime(many=True)
    blocked_dates = serializers.ListField(child=serializers.DateField(), max_length=120)


class AvailabilityOut(serializers.Serializer):  # type: ignore[type-arg]
    wants_offers = serializers.BooleanField()
    weekly = WeeklyTime(many=True)
    blocked_dates = serializers.ListField(child=serializers.DateField())


class GiveUpIn(serializers.Serializer):  # type: ignore[type-arg]
    reason = serializers.CharField(max_length=2000)


class DeskOfferOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    assignment_id = serializers.UUIDField(allow_null=True)
    officer_name = serializers.CharField(source="officer.display_name")
    rank_code = serializers.CharField(source="position.rank_code")
    place = serializers.IntegerField(help_text="1 was first in the order")
    state = serializers.CharField(help_text="open, accepted, refused, unreachable or withdrawn")
    offered_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    by_telephone = serializers.SerializerMethodField(help_text="The desk wrote the answer down.")

    def get_by_telephone(self, offer: Any) -> bool:
        return offer.recorded_by_person_id is not None


class HeardAnswerIn(serializers.Serializer):  # type: ignore[type-arg]
    answer = serializers.ChoiceField(choices=list(ANSWERS))
