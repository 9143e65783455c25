"""What cancelling costs, and the word to do it."""

from typing import Any

from rest_framework import serializers

from api.serializers.jobs import PriceLineOut


class CancellationQuery(serializers.Serializer):  # type: ignore[type-arg]
    shift_id = serializers.UUIDField(required=False, help_text="One date; left out, all that have not begun.")


class DeskCancellationQuery(CancellationQuery):
    cancelled_by = serializers.ChoiceField(
        choices=["client", "department", "weather", "police_necessity"], default="department"
    )


class CancellationIn(CancellationQuery):
    expected_cents = serializers.IntegerField(min_value=0, help_text="As the offer said; another sum now is a 409.")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class DeskCancellationIn(CancellationIn):
    cancelled_by = serializers.ChoiceField(choices=["client", "department", "weather", "police_necessity"])


class CancelledShiftOut(serializers.Serializer):  # type: ignore[type-arg]
    shift_id = serializers.UUIDField(source="shift.id")
    cents = serializers.IntegerField()
    rule_text = serializers.SerializerMethodField(help_text="The row of the contract's policy; empty when none fits.")
    lines = serializers.SerializerMethodField()

    def get_rule_text(self, one: Any) -> str:
        return one.rule.text if one.rule is not None else ""

    def get_lines(self, one: Any) -> PriceLineOut(many=True):  # type: ignore[valid-type]
        from billing.agreeing.quoting import describe

        return PriceLineOut(describe([one.price.to_json()]) if one.price is not None else [], many=True).data


class CancellationOut(serializers.Serializer):  # type: ignore[type-arg]
    currency = serializers.CharField()
    cents = serializers.IntegerField(help_text="What is charged, taxes and service fee included.")
    prepaid_cents = serializers.IntegerField()
    is_whole_job = serializers.BooleanField()
    shifts = CancelledShiftOut(many=True)
