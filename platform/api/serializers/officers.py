"""What an officer reads and writes of themselves and of work near them. Distances are for their eyes only."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import TextField
from api.serializers.jobs import VenueOut
from api.serializers.ratings import SummaryOut
from marketplace.models import EventType
from messaging.models import OfferWishes


class PointOut(serializers.Serializer):  # type: ignore[type-arg]
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class ProfileOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    display_name = serializers.CharField()
    home_department_id = serializers.UUIDField()
    joined_at = serializers.DateTimeField()
    travel_radius_metres = serializers.IntegerField()
    wants_sms = serializers.BooleanField()
    wants_email = serializers.BooleanField()
    phone = serializers.CharField()
    phone_verified_at = serializers.DateTimeField(allow_null=True)
    texts_allowed = serializers.BooleanField(help_text="A consent stands at this number, and no STOP.")
    home_label = serializers.CharField()
    home = PointOut(allow_null=True)
    rating = SummaryOut()


class PhoneIn(serializers.Serializer):  # type: ignore[type-arg]
    phone = TextField(max_length=40)


class PhoneCodeOut(serializers.Serializer):  # type: ignore[type-arg]
    phone = serializers.CharField(help_text="E.164")


class ConfirmPhoneIn(serializers.Serializer):  # type: ignore[type-arg]
    phone = TextField(max_length=40)
    code = TextField(max_length=20)
    consent = serializers.BooleanField(help_text="Yes to text messages about work, in the wording of docs/api.md.")


class HomeIn(serializers.Serializer):  # type: ignore[type-arg]
    label = TextField(max_length=200)  # type: ignore[assignment]
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class TravelRadiusIn(serializers.Serializer):  # type: ignore[type-arg]
    metres = serializers.IntegerField()


class WishesIn(serializers.Serializer):  # type: ignore[type-arg]
    wants_sms = serializers.BooleanField()
    wants_email = serializers.BooleanField()


class OfferWishesBody(serializers.Serializer):  # type: ignore[type-arg]
    quiet_from = serializers.TimeField(allow_null=True, default=None, help_text="Local at home; may run past midnight.")
    quiet_until = serializers.TimeField(allow_null=True, default=None)
    at_night = serializers.BooleanField(default=False, help_text="Outside of the usual hours too.")
    offers_a_day = serializers.IntegerField(allow_null=True, default=None)
    rhythm = serializers.ChoiceField(choices=OfferWishes.Rhythm.choices, default=OfferWishes.Rhythm.AS_THEY_COME)


class NearbyQuery(serializers.Serializer):  # type: ignore[type-arg]
    from_date = serializers.DateField(required=False, help_text="The venue's own date, as `until_date`.")
    until_date = serializers.DateField(required=False)
    minimum_pay_cents = serializers.IntegerField(
        required=False, min_value=0, max_value=100_000_000, help_text="For the whole shift."
    )
    event_type = serializers.ChoiceField(choices=EventType.choices, required=False)
    shortest_minutes = serializers.IntegerField(required=False, min_value=1, max_value=10_080)
    longest_minutes = serializers.IntegerField(required=False, min_value=1, max_value=10_080)
    order = serializers.ChoiceField(choices=["distance", "pay", "start", "closing"], default="distance")
    offset = serializers.IntegerField(default=0, min_value=0, max_value=10_000)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=200)


class NearbySearchIn(NearbyQuery):
    """In the body, because addresses are logged."""

    latitude = serializers.FloatField(min_value=-90, max_value=90, help_text="Where the officer is now.")
    longitude = serializers.FloatField(min_value=-180, max_value=180)


class VerdictReasonOut(serializers.Serializer):  # type: ignore[type-arg]
    rule_id = serializers.CharField()
    outcome = serializers.CharField()
    sentence = serializers.CharField()
    lifts_at = serializers.DateTimeField(allow_null=True)


class VerdictOut(serializers.Serializer):  # type: ignore[type-arg]
    outcome = serializers.CharField(help_text="allow, warn, needs_approval or deny")
    allowed = serializers.BooleanField()
    sentence = serializers.CharField()
    reasons = VerdictReasonOut(many=True)
    policy_version = serializers.IntegerField()


class OfferedPositionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    rank_code = serializers.CharField()
    rank_name = serializers.CharField()
    headcount = serializers.IntegerField()
    pay_rate_cents_per_hour = serializers.IntegerField()


class OfferedShiftOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    title = serializers.CharField(source="job.title")
    event_type = serializers.CharField(source="job.event_type")
    state = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    closes_at = serializers.DateTimeField(allow_null=True)
    first_come = serializers.BooleanField()
    draw_commitment = serializers.CharField()
    currency = serializers.CharField(source="job.currency")
    venue = VenueOut(source="job.venue")
    duties = serializers.CharField(source="job.duties")
    meeting_point = serializers.CharField(source="job.meeting_point")
    attire = serializers.CharField(source="job.attire")


class OfferedShiftDetailOut(OfferedShiftOut):
    positions = OfferedPositionOut(many=True)


class NearbyShiftOut(serializers.Serializer):  # type: ignore[type-arg]
    shift = OfferedShiftOut()
    position = OfferedPositionOut()
    distance_metres = serializers.IntegerField()
    pay_cents = serializers.IntegerField(help_text="One officer's pay for `paid_minutes`.")
    paid_minutes = serializers.IntegerField()
    verdict = VerdictOut()
    closes_at = serializers.DateTimeField(allow_null=True)
    bid_state = serializers.CharField(allow_blank=True)
    vacancies = serializers.IntegerField()


class BidIn(serializers.Serializer):  # type: ignore[type-arg]
    rank_code = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=40, help_text="The best-paid place when left out."
    )


class BidOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    shift_id = serializers.UUIDField()
    rank_code = serializers.CharField(source="position.rank_code")
    state = serializers.CharField(help_text="placed, won, backup, lost or withdrawn")
    placed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    place = serializers.IntegerField(allow_null=True)
    explanation = serializers.CharField()


class OwnPunchOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    verdict = serializers.CharField()
    explanation = serializers.CharField()


class OwnHoursOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    state = serializers.CharField()
    worked_minutes = serializers.IntegerField()
    billable_minutes = serializers.IntegerField()
    payable_minutes = serializers.IntegerField()
    approves_at = serializers.DateTimeField(allow_null=True)
    dispute_reason = serializers.CharField()
    resolution_reason = serializers.CharField()


class OwnAssignmentOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    state = serializers.CharField()
    shift = OfferedShiftOut()
    contact_name = serializers.CharField(source="shift.job.contact_name")
    contact_phone = serializers.CharField(source="shift.job.contact_phone")
    rank_code = serializers.CharField(source="position.rank_code")
    rank_name = serializers.CharField(source="position.rank_name")
    pay_rate_cents_per_hour = serializers.IntegerField()
    authorised_ends_at = serializers.DateTimeField()
    ended_reason = serializers.CharField()
    punches = OwnPunchOut(many=True, source="clock_events.all")
    timesheet = serializers.SerializerMethodField()

    def get_timesheet(self, assignment: Any) -> OwnHoursOut(allow_null=True):  # type: ignore[valid-type]
        timesheet = getattr(assignment, "timesheet", None)
        return OwnHoursOut(timesheet).data if timesheet is not None else None


class EarningOut(serializers.Serializer):  # type: ignore[type-arg]
    assignment_id = serializers.UUIDField()
    settlement_id = serializers.UUIDField()
    settled_at = serializers.DateTimeField()
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    state = serializers.CharField(help_text="A transfer's state, or payroll where the department itself pays.")


class OnboardingIn(serializers.Serializer):  # type: ignore[type-arg]
    return_url = serializers.URLField(required=False, default="", max_length=500)
    refresh_url = serializers.URLField(required=False, default="", max_length=500)


class OnboardingOut(serializers.Serializer):  # type: ignore[type-arg]
    url = serializers.CharField(help_text="The payment provider's page; it serves once.")


class PayeeAccountOut(serializers.Serializer):  # type: ignore[type-arg]
    currency = serializers.CharField()
    country = serializers.CharField()
    transfers_state = serializers.CharField()
    may_receive = serializers.BooleanField()
    requirements = serializers.ListField(child=serializers.CharField())
    checked_at = serializers.DateTimeField(allow_null=True)


class InvitationOut(serializers.Serializer):  # type: ignore[type-arg]
    invitation_id = serializers.UUIDField()
    department_name = serializers.CharField()
    sent_to = serializers.CharField(help_text="The work address, shortened.")
    expires_at = serializers.DateTimeField()
    attempts_left = serializers.IntegerField()


class AcceptInvitationIn(serializers.Serializer):  # type: ignore[type-arg]
    code = TextField(max_length=40)
    password = serializers.CharField(
        required=False, default="", max_length=256, trim_whitespace=False, help_text="For a new person."
    )
    accept_terms = serializers.BooleanField(default=False)


class JoinedOut(serializers.Serializer):  # type: ignore[type-arg]
    officer_id = serializers.UUIDField(source="id")
    email = serializers.CharField(source="person.email", help_text="Sign in with it.")
    display_name = serializers.CharField()
