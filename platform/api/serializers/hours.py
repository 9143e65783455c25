"""Punches and timesheets."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import MomentField, TextField
from marketplace.incidents import REPORT_NUMBER_LENGTH
from marketplace.models import ClockEvent, DutyEvent


class FixIn(serializers.Serializer):  # type: ignore[type-arg]
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    accuracy_metres = serializers.FloatField()
    fixed_at = MomentField()
    altitude_metres = serializers.FloatField(default=None, allow_null=True)


class FieldItemIn(serializers.Serializer):  # type: ignore[type-arg]
    punch_id = serializers.UUIDField(help_text="Made by the phone: the same one sent twice is one.")
    client_at = MomentField(required=False, allow_null=True, default=None)
    device_id = TextField(required=False, max_length=64)
    sent_late = serializers.BooleanField(
        default=False, help_text="It waited for a connection, so `client_at` is when it happened."
    )


class FixesIn(serializers.Serializer):  # type: ignore[type-arg]
    fixes = FixIn(many=True, required=False, default=list)

    def validate_fixes(self, fixes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**fix, "fixed_at": fix["fixed_at"].isoformat()} for fix in fixes]


class PunchIn(FieldItemIn, FixesIn):
    kind = serializers.ChoiceField(choices=ClockEvent.Kind.choices)
    reason_given = TextField(required=False, max_length=1000)


class PunchOut(serializers.Serializer):  # type: ignore[type-arg]
    """The officer's own answer. The distance is to the meeting point."""

    id = serializers.UUIDField()
    punch_id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    verdict = serializers.CharField(help_text="VERIFIED, NEAR, WEAK or OFFSITE")
    explanation = serializers.CharField()
    reason_given = serializers.CharField()


class TellingIn(FieldItemIn):
    kind = serializers.ChoiceField(choices=DutyEvent.Kind.choices)
    category = serializers.ChoiceField(
        choices=[*DutyEvent.DutyCategory.choices, *DutyEvent.IncidentCategory.choices],
        required=False,
        allow_blank=True,
        default="",
        help_text="Of a call to duty, and of an incident.",
    )
    report_number = TextField(
        required=False, max_length=REPORT_NUMBER_LENGTH, help_text="The department's own, of an incident. No narrative."
    )


class ToldOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    punch_id = serializers.UUIDField()
    assignment_id = serializers.UUIDField()
    kind = serializers.CharField()
    category = serializers.CharField()
    report_number = serializers.CharField()
    happened_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    counts = serializers.BooleanField(help_text="False: it came too late to change hours; a supervisor sets them.")


class PunchSeenOut(serializers.Serializer):  # type: ignore[type-arg]
    """As the client sees it: when, and how well proved."""

    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    verdict = serializers.CharField()


class TimesheetOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    state = serializers.CharField()
    job_id = serializers.UUIDField(source="assignment.shift.job_id")
    job_reference = serializers.CharField(source="assignment.shift.job.reference")
    job_title = serializers.CharField(source="assignment.shift.job.title")
    shift_id = serializers.UUIDField(source="assignment.shift_id")
    assignment_id = serializers.UUIDField()
    officer_name = serializers.CharField(source="assignment.officer.display_name")
    rank_name = serializers.CharField(source="assignment.position.rank_name")
    worked_starts_at = serializers.DateTimeField()
    worked_ends_at = serializers.DateTimeField()
    worked_minutes = serializers.IntegerField()
    billable_minutes = serializers.IntegerField()
    payable_minutes = serializers.IntegerField()
    break_minutes = serializers.IntegerField(help_text="Within the time worked; paid ones count as worked.")
    unpaid_break_minutes = serializers.IntegerField(help_text="Taken off the worked minutes already.")
    duty_minutes = serializers.IntegerField(help_text="On police duty meanwhile: in none of the three.")
    submitted_at = serializers.DateTimeField()
    approves_at = serializers.DateTimeField(allow_null=True, help_text="When silence approves; empty while held.")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField()
    dispute_reason = serializers.CharField()
    resolution_reason = serializers.CharField()
    punches = PunchSeenOut(many=True, source="assignment.clock_events.all")


class ResolutionIn(serializers.Serializer):  # type: ignore[type-arg]
    worked_minutes = serializers.IntegerField()
    reason = TextField()


class OverrunIn(serializers.Serializer):  # type: ignore[type-arg]
    until = MomentField()


class OverrunOut(serializers.Serializer):  # type: ignore[type-arg]
    assignment_id = serializers.UUIDField(source="id")
    state = serializers.CharField()
    authorised_ends_at = serializers.DateTimeField()
