"""Who is calling, what anybody may know, and issued documents."""

from rest_framework import serializers

from api.serializers.fields import TextField
from api.serializers.jobs import ClientOut


class PersonOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    email = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()


class MembershipOut(serializers.Serializer):  # type: ignore[type-arg]
    tenant_id = serializers.UUIDField()
    roles = serializers.ListField(child=serializers.CharField())


class MeOut(serializers.Serializer):  # type: ignore[type-arg]
    person = PersonOut()
    officer_id = serializers.UUIDField(allow_null=True)
    clients = ClientOut(many=True)
    membership = MembershipOut(allow_null=True, help_text="On the department or agency whose host was asked.")


class DepartmentOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    currency = serializers.CharField()
    country = serializers.CharField()
    region = serializers.CharField()
    time_zone = serializers.CharField()


class RankOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    name = serializers.CharField()
    bill_rate_cents_per_hour = serializers.IntegerField()


class VehicleOut(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    name = serializers.CharField()


class RateCardOut(serializers.Serializer):  # type: ignore[type-arg]
    department_id = serializers.UUIDField()
    policy_version = serializers.IntegerField()
    currency = serializers.CharField()
    rates_include_tax = serializers.BooleanField()
    minimum_minutes = serializers.IntegerField()
    ranks = RankOut(many=True)
    vehicles = VehicleOut(many=True)
    event_types = serializers.ListField(child=serializers.CharField())


class PlaceQuery(serializers.Serializer):  # type: ignore[type-arg]
    address = TextField(max_length=500)


class PlaceOut(serializers.Serializer):  # type: ignore[type-arg]
    latitude = serializers.FloatField(source="point.latitude")
    longitude = serializers.FloatField(source="point.longitude")
    precision = serializers.CharField(help_text="rooftop, street, postal or city")
    place_name = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    postal_code = serializers.CharField()
    time_zone = serializers.CharField()
    arms_fence = serializers.BooleanField(help_text="False: a person must set the pin.")


class DocumentOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="Credit notes and receipts of refunds have a total below zero.")
    number = serializers.CharField()
    issuer_name = serializers.CharField()
    job_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField()
    total_cents = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the PDF.")
    issued_at = serializers.DateTimeField()
