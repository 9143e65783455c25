"""A place that goes from one officer to another: sent for, handed over, or looked for among the backups."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import TextField


class ReliefIn(serializers.Serializer):  # type: ignore[type-arg]
    officer_id = serializers.UUIDField()
    reason = TextField(help_text="Both officers and the record have it.")


class ReliefOfficerOut(serializers.Serializer):  # type: ignore[type-arg]
    officer_id = serializers.UUIDField(source="id")
    officer_name = serializers.CharField(source="display_name")


class ReliefOut(serializers.Serializer):  # type: ignore[type-arg]
    """As the desk reads it. Empty `handed_over_at`: the outgoing officer still holds the place."""

    id = serializers.UUIDField()
    outgoing_assignment_id = serializers.UUIDField(source="outgoing_id")
    outgoing_officer_name = serializers.CharField(source="outgoing.officer.display_name")
    incoming_assignment_id = serializers.UUIDField(source="incoming_id")
    incoming_officer_name = serializers.CharField(source="incoming.officer.display_name")
    is_coming = serializers.BooleanField(
        help_text="Or has come. False: they called off or did not come, and somebody else can be sent."
    )
    reason = serializers.CharField()
    arranged_at = serializers.DateTimeField()
    handed_over_at = serializers.DateTimeField(allow_null=True)
    handed_over_by = serializers.CharField(help_text="incoming, outgoing or supervisor; empty until then")
    handover_reason = serializers.CharField()


class OwnReliefOut(serializers.Serializer):  # type: ignore[type-arg]
    """As one of the two officers reads it. `assignment_id` is always their own."""

    assignment_id = serializers.SerializerMethodField()
    takes_over = serializers.SerializerMethodField(help_text="True: this officer comes; false: this officer goes.")
    other_officer_name = serializers.SerializerMethodField()
    arranged_at = serializers.DateTimeField()
    handed_over_at = serializers.DateTimeField(allow_null=True)
    handed_over_by = serializers.CharField(help_text="incoming, outgoing or supervisor; empty until then")

    def get_assignment_id(self, relief: Any) -> str:
        return str(self.context["assignment_id"])

    def get_takes_over(self, relief: Any) -> bool:
        return bool(relief.incoming_id == self.context["assignment_id"])

    def get_other_officer_name(self, relief: Any) -> str:
        other = relief.outgoing if self.get_takes_over(relief) else relief.incoming
        return str(other.officer.display_name)


class ReliefAskedOut(serializers.Serializer):  # type: ignore[type-arg]
    offer_id = serializers.UUIDField(source="id")
    officer_name = serializers.CharField(source="officer.display_name")
    state = serializers.CharField(help_text="open, accepted, refused, unreachable or withdrawn")
    offered_at = serializers.DateTimeField()
    answer_by = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ReliefSearchOut(serializers.Serializer):  # type: ignore[type-arg]
    """`asked` in the order in which the backups were offered the place."""

    id = serializers.UUIDField()
    shift_id = serializers.UUIDField()
    assignment_id = serializers.UUIDField(help_text="whose place it is, or was")
    state = serializers.CharField(help_text="searching, filled, stopped or exhausted")
    began_at = serializers.DateTimeField()
    began_by = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    filled_by_assignment_id = serializers.UUIDField(source="filled_by_id", allow_null=True)
    asked = serializers.SerializerMethodField()

    def get_asked(self, search: Any) -> ReliefAskedOut(many=True):  # type: ignore[valid-type]
        return ReliefAskedOut(search.offers.select_related("officer").order_by("offered_at", "id"), many=True).data
