"""What the desk puts in by hand: a place given past the order, hours that nobody punched."""

from rest_framework import serializers

from api.serializers.fields import MomentField, TextField


class AwardByHandIn(serializers.Serializer):  # type: ignore[type-arg]
    officer_id = serializers.UUIDField()
    rank_code = TextField(max_length=40, allow_blank=False)
    reason = TextField(required=False, help_text="Every bidder can read it; the policy says whether there must be one.")


class OfficerForHandOut(serializers.Serializer):  # type: ignore[type-arg]
    officer_id = serializers.UUIDField(source="id")
    officer_name = serializers.CharField(source="display_name")


class EnteredHoursIn(serializers.Serializer):  # type: ignore[type-arg]
    """Within the shift, and over."""

    starts_at = MomentField()
    ends_at = MomentField()
    reason = TextField(help_text="The client and the officer read it.")
