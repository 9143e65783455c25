"""Requests, their contracts and their money, as the client and the desk read them."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import ObjectField, TextField
from api.serializers.ratings import SummaryOut
from api.serializers.terms import PriceLineOut, TermsIn
from marketplace.models import Client


class ClientIn(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=Client.Kind.choices)
    name = TextField()
    billing_email = TextField()
    phone = TextField(required=False)
    billing_address = TextField(required=False)


class ClientOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    billing_email = serializers.CharField()
    phone = serializers.CharField()
    billing_address = serializers.CharField()


class JobIn(serializers.Serializer):  # type: ignore[type-arg]
    terms = TermsIn(required=False, help_text="Left out when the draft's answers are to be sent.")
    client_id = serializers.UUIDField(required=False, help_text="The oldest of yours when left out.")
    draft_key = serializers.CharField(required=False, max_length=64, help_text="The same draft twice is one job.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "terms" not in attrs and "draft_key" not in attrs:
            raise serializers.ValidationError({"terms": "Give the terms, or the key of a draft."})
        return attrs


class ChangeIn(serializers.Serializer):  # type: ignore[type-arg]
    terms = TermsIn()
    reason = TextField(required=False)


class OptionalReasonIn(serializers.Serializer):  # type: ignore[type-arg]
    reason = TextField(required=False)


class ReasonIn(serializers.Serializer):  # type: ignore[type-arg]
    reason = TextField()


class NoteIn(serializers.Serializer):  # type: ignore[type-arg]
    note = TextField(required=False)


class CallerIn(serializers.Serializer):  # type: ignore[type-arg]
    name = TextField()
    email = TextField()
    phone = TextField(required=False)
    kind = serializers.ChoiceField(choices=Client.Kind.choices, default=Client.Kind.BUSINESS)


class CallerJobIn(serializers.Serializer):  # type: ignore[type-arg]
    caller = CallerIn()
    terms = TermsIn()


class VenueOut(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    address = serializers.CharField()
    postal_code = serializers.CharField()
    place_name = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    time_zone = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    radius_metres = serializers.IntegerField()
    end_latitude = serializers.FloatField(allow_null=True)
    end_longitude = serializers.FloatField(allow_null=True)


class PositionOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    rank_code = serializers.CharField()
    rank_name = serializers.CharField()
    headcount = serializers.IntegerField()
    bill_rate_cents_per_hour = serializers.IntegerField()


class AssignedOut(serializers.Serializer):  # type: ignore[type-arg]
    """An officer on a shift: the name, and what ratings came to. No phone, no home, no distance."""

    assignment_id = serializers.UUIDField(source="id")
    position_id = serializers.UUIDField()
    state = serializers.CharField()
    officer_name = serializers.CharField(source="officer.display_name")
    rating = serializers.SerializerMethodField()

    def get_rating(self, assignment: Any) -> SummaryOut(allow_null=True):  # type: ignore[valid-type]
        summary = self.context.get("ratings", {}).get(assignment.officer_id)
        return SummaryOut(summary).data if summary is not None else None


class ShiftOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    closes_at = serializers.DateTimeField(allow_null=True)
    first_come = serializers.BooleanField()
    awarded_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    vehicle_code = serializers.CharField()
    vehicle_count = serializers.IntegerField()
    draw_commitment = serializers.CharField(help_text="SHA-256 of the draw's seed, published when bidding opens.")
    positions = PositionOut(many=True)
    officers = AssignedOut(many=True, source="live_assignments")


class StatusOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    sentence = serializers.CharField()


class JobClientOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    name = serializers.CharField()


class JobOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    reference = serializers.CharField()
    state = serializers.CharField()
    status = serializers.SerializerMethodField()
    title = serializers.CharField()
    event_type = serializers.CharField()
    client = JobClientOut()
    department_id = serializers.UUIDField(source="governing_department_id")
    venue = VenueOut()
    duties = serializers.CharField()
    meeting_point = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()
    attire = serializers.CharField()
    expected_attendance = serializers.IntegerField(allow_null=True)
    alcohol_served = serializers.BooleanField()
    attributes = serializers.DictField(help_text="Answers to the policy's own questions, by the fact's name.")
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    revision = serializers.IntegerField()
    policy_version = serializers.IntegerField()
    entered_by_coordinator = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    contracted_at = serializers.DateTimeField(allow_null=True)
    funded_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    shifts = ShiftOut(many=True)

    def get_status(self, job: Any) -> StatusOut:
        from marketplace.status import status_of

        return StatusOut(status_of(job)).data  # type: ignore[return-value]


class RevisionOut(serializers.Serializer):  # type: ignore[type-arg]
    job_id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    policy_version = serializers.IntegerField()
    proposed_at = serializers.DateTimeField()
    reason = serializers.CharField()
    terms = serializers.DictField()


class ContractOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    version = serializers.IntegerField()
    revision_number = serializers.IntegerField()
    state = serializers.CharField()
    currency = serializers.CharField()
    net_cents = serializers.IntegerField()
    tax_cents = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    lines = serializers.SerializerMethodField()
    terms = serializers.DictField()
    payee_mode = serializers.CharField()
    policy_version = serializers.IntegerField()
    policy_sha256 = serializers.CharField()
    offered_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)

    def get_lines(self, contract: Any) -> PriceLineOut(many=True):  # type: ignore[valid-type]
        from billing.agreeing.quoting import describe

        return PriceLineOut(describe(contract.prices), many=True).data


class CheckoutIn(serializers.Serializer):  # type: ignore[type-arg]
    success_url = serializers.URLField(required=False, default="", max_length=500)
    cancel_url = serializers.URLField(required=False, default="", max_length=500)


class ChargeOut(serializers.Serializer):  # type: ignore[type-arg]
    charge_id = serializers.UUIDField(source="id")
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    state = serializers.CharField()
    pay_url = serializers.CharField(help_text="The payment provider's own page.")
    expires_at = serializers.DateTimeField(allow_null=True)


class MoneyOut(serializers.Serializer):  # type: ignore[type-arg]
    """captured + owed by payees = refunded + lost + transferred − reversed + netted + service fee + its tax + prepaid
    held, always."""

    currency = serializers.CharField()
    captured_cents = serializers.IntegerField()
    refunded_cents = serializers.IntegerField()
    transferred_cents = serializers.IntegerField()
    reversed_cents = serializers.IntegerField(help_text="Taken back from payees.")
    netted_cents = serializers.IntegerField(help_text="Kept here for other jobs' debts, less what they brought.")
    owed_by_payees_cents = serializers.IntegerField()
    lost_cents = serializers.IntegerField(help_text="Given back by the client's bank after a dispute.")
    disputed_cents = serializers.IntegerField(help_text="With the client's bank while a dispute is undecided.")
    service_fee_cents = serializers.IntegerField()
    service_fee_tax_cents = serializers.IntegerField()
    prepaid_held_cents = serializers.IntegerField()
    unbilled_cents = serializers.IntegerField()
    owed_to_payees_cents = serializers.IntegerField()
    receivable_cents = serializers.IntegerField()
    identity_holds = serializers.BooleanField()


class ClientMoneyOut(serializers.Serializer):  # type: ignore[type-arg]
    currency = serializers.CharField()
    captured_cents = serializers.IntegerField()
    refunded_cents = serializers.IntegerField()
    unbilled_cents = serializers.IntegerField(help_text="Prepaid and not billed yet.")
    receivable_cents = serializers.IntegerField(help_text="Billed and not paid yet.")
    due_cents = serializers.IntegerField(help_text="What the accepted contract still asks for.")


class BlockOut(serializers.Serializer):  # type: ignore[type-arg]
    client = JobClientOut()
    reason = serializers.CharField()
    blocked_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class AwardOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    shift_id = serializers.UUIDField()
    position_id = serializers.UUIDField()
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    engine_version = serializers.CharField()
    policy_version = serializers.IntegerField()
    policy_sha256 = serializers.CharField()


class AwardSnapshotOut(AwardOut):
    snapshot = ObjectField()
    replays = serializers.BooleanField(help_text="Today's engine, fed the stored facts, decides the same.")
