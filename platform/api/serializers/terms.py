"""A job's terms, in and out."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import MomentField, ObjectField, TextField
from marketplace.terms import JobTerms


class PositionIn(serializers.Serializer):  # type: ignore[type-arg]
    rank_code = serializers.CharField(max_length=40)
    headcount = serializers.IntegerField()


class ShiftIn(serializers.Serializer):  # type: ignore[type-arg]
    starts_at = MomentField()
    ends_at = MomentField()
    positions = PositionIn(many=True)
    vehicle_code = TextField(required=False, max_length=40)
    vehicle_count = serializers.IntegerField(default=0)


class VenueIn(serializers.Serializer):  # type: ignore[type-arg]
    name = TextField()
    address = TextField()
    postal_code = TextField(required=False)
    place_name = TextField(required=False)
    region = TextField(required=False)
    country = TextField(help_text="ISO 3166, two letters.")
    time_zone = TextField(help_text="IANA name, e.g. America/Toronto.")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    pin_confirmed = serializers.BooleanField(help_text="The pin was set by a person: officers clock in there.")
    radius_metres = serializers.IntegerField(default=150)
    end_latitude = serializers.FloatField(default=None, allow_null=True)
    end_longitude = serializers.FloatField(default=None, allow_null=True)


class TermsIn(serializers.Serializer):  # type: ignore[type-arg]
    event_type = TextField()
    title = TextField()
    duties = TextField(max_length=20_000)
    meeting_point = TextField()
    contact_name = TextField()
    contact_phone = TextField()
    attire = TextField(required=False)
    expected_attendance = serializers.IntegerField(default=None, allow_null=True)
    alcohol_served = serializers.BooleanField(default=False)
    attributes = serializers.DictField(
        required=False, default=dict, help_text="Answers to the policy's own questions, by the fact's name."
    )
    venue = VenueIn()
    shifts = ShiftIn(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {**attrs, "job_terms": job_terms(attrs)}


def job_terms(data: dict[str, Any]) -> JobTerms:
    """Raises TermsUnreadable. Limits are the domain's: `marketplace.terms.check`."""
    shifts = [
        {**shift, "starts_at": shift["starts_at"].isoformat(), "ends_at": shift["ends_at"].isoformat()}
        for shift in data["shifts"]
    ]
    return JobTerms.from_json({**data, "shifts": shifts})


class QuoteIn(serializers.Serializer):  # type: ignore[type-arg]
    terms = TermsIn()
    non_profit = serializers.BooleanField(default=False, help_text="Some fees differ for non-profit clients.")


class PriceLineOut(serializers.Serializer):  # type: ignore[type-arg]
    """Minutes are per officer or vehicle; cents are for the whole line."""

    shift_number = serializers.IntegerField()
    kind = serializers.CharField()
    code = serializers.CharField()
    description = serializers.CharField()
    quantity = serializers.IntegerField()
    billable_minutes = serializers.IntegerField()
    unit_rate_cents_per_hour = serializers.IntegerField()
    net_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    tax_name = serializers.CharField()
    gross_cents = serializers.IntegerField()
    is_platform = serializers.BooleanField(help_text="The platform's own service fee.")


class StaffingChangeOut(serializers.Serializer):  # type: ignore[type-arg]
    """Officers of a rank that the department's ladder demands beyond those asked for."""

    shift_number = serializers.IntegerField()
    rank_code = serializers.CharField(source="change.rank_code")
    rank_name = serializers.CharField(source="change.rank_name")
    asked = serializers.IntegerField(source="change.asked")
    count = serializers.IntegerField(source="change.count")
    is_replacing = serializers.BooleanField(
        source="change.is_replacing", help_text="In the place of officers asked for, not beside them."
    )
    is_billed = serializers.BooleanField(source="change.is_billed")
    sentence = serializers.CharField(source="change.sentence")


class QuoteOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    department_id = serializers.UUIDField()
    currency = serializers.CharField()
    net_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    lines = serializers.SerializerMethodField()
    staffing = serializers.SerializerMethodField()
    policy_version = serializers.IntegerField()
    policy_sha256 = serializers.CharField()
    quoted_at = serializers.DateTimeField()

    def get_lines(self, quote: Any) -> PriceLineOut(many=True):  # type: ignore[valid-type]
        from billing.agreeing.quoting import describe

        return PriceLineOut(describe(quote.prices), many=True).data

    def get_staffing(self, quote: Any) -> StaffingChangeOut(many=True):  # type: ignore[valid-type]
        from billing.agreeing.quoting import staffing_of

        return StaffingChangeOut(staffing_of(quote), many=True).data


class DraftIn(serializers.Serializer):  # type: ignore[type-arg]
    answers = ObjectField(help_text="Wall time at the venue; `null` removes an answer. See docs/api.md.")


class DraftOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(help_text="Whoever holds it may go on with the draft.")
    answers = serializers.DictField()
    updated_at = serializers.DateTimeField()
    submitted_job_id = serializers.UUIDField(allow_null=True)
