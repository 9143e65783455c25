"""Who is on site: of one job for its client and its agency, of a job or the day for the desk."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

_STATUSES = "no_show, late, unconfirmed, overrun, left_early, on_site, expected, offered, done, relieved or called_off"


class OfficerOnSiteOut(serializers.Serializer):  # type: ignore[type-arg]
    """As the client reads it. An officer who does not answer is on site, as last confirmed."""

    assignment_id = serializers.UUIDField()
    officer_name = serializers.CharField(source="name")
    rank_name = serializers.CharField()
    status = serializers.CharField(source="site.status", help_text=_STATUSES)
    minutes = serializers.IntegerField(
        source="site.minutes", help_text="Late, absent, over the end or early; of who is on site, how late they came."
    )
    before_relief = serializers.BooleanField(source="site.before_relief", help_text="They left before it came.")
    last_confirmed_at = serializers.DateTimeField(
        source="site.last_confirmed_at", allow_null=True, help_text="The clock-in or the newest answer of who is there."
    )


class SuppliedOfficerOnSiteOut(OfficerOnSiteOut):
    """As the agency that supplies them reads it: also who was only asked, and who does not answer."""

    lapse = serializers.CharField(source="site.lapse", help_text="break or duty: why the newest question lapsed.")


class ShiftTimesOut(serializers.Serializer):  # type: ignore[type-arg]
    shift_id = serializers.UUIDField(source="shift.id")
    starts_at = serializers.DateTimeField(source="shift.starts_at")
    ends_at = serializers.DateTimeField(source="shift.ends_at")
    time_zone = serializers.CharField(source="shift.time_zone")
    wanted = serializers.IntegerField(help_text="Places.")
    missing = serializers.IntegerField(help_text="Places that nobody holds.")


class ShiftOnSiteOut(ShiftTimesOut):
    """`counts`: places by status, of which a relief and whom they relieve are one."""

    counts = serializers.DictField(child=serializers.IntegerField())
    officers = OfficerOnSiteOut(many=True)


class SuppliedShiftOnSiteOut(ShiftOnSiteOut):
    officers = SuppliedOfficerOnSiteOut(many=True)


class DeskOfficerOnSiteOut(serializers.Serializer):  # type: ignore[type-arg]
    assignment_id = serializers.UUIDField(source="assignment.id")
    officer_name = serializers.CharField(source="assignment.officer.display_name")
    rank_name = serializers.CharField(source="assignment.position.rank_name")
    status = serializers.CharField(help_text=_STATUSES)
    minutes = serializers.IntegerField(
        help_text="Late, absent, silent, over the end or early; of who is on site, how late they came."
    )
    before_relief = serializers.BooleanField(source="site.before_relief")
    came_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    last_confirmed_at = serializers.DateTimeField(source="site.last_confirmed_at", allow_null=True)
    lapse = serializers.CharField(source="site.lapse", help_text="break or duty: why the newest question lapsed.")
    verdict = serializers.CharField(help_text="Of the clock-in; empty without one.")
    shares_place = serializers.BooleanField(help_text="Another's line stands for the place: one of the two relieves.")


class DeskShiftOnSiteOut(ShiftTimesOut):
    held = serializers.IntegerField(help_text="Places, also those that are only offered.")
    worst = serializers.CharField(help_text="The gravest status of its places, not_staffed, or the shift's own state.")
    officers = DeskOfficerOnSiteOut(many=True, source="people")


class DayShiftOut(DeskShiftOnSiteOut):
    job_id = serializers.UUIDField(source="shift.job_id")
    job_reference = serializers.CharField(source="shift.job.reference")
    job_title = serializers.CharField(source="shift.job.title")
    venue_name = serializers.CharField(source="shift.job.venue.name")


class DayOut(serializers.Serializer):  # type: ignore[type-arg]
    """The department's calendar day, half-open; the gravest shifts first. `counts`: places by status."""

    at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    missing = serializers.IntegerField(help_text="Places that nobody holds, of all shifts.")
    counts = serializers.SerializerMethodField()
    shifts = DayShiftOut(many=True)

    def get_counts(self, day: Any) -> dict[str, int]:
        return dict(day.counts)


class NearLimitOut(serializers.Serializer):  # type: ignore[type-arg]
    """What the work of today or tomorrow leaves an officer under the rule that leaves the least."""

    officer_id = serializers.UUIDField(source="assignment.officer_id")
    officer_name = serializers.CharField(source="assignment.officer.display_name")
    rule_id = serializers.CharField(source="limit.rule_id")
    words = serializers.CharField(source="limit.words")
    total_minutes = serializers.IntegerField(source="limit.total_minutes", help_text="With that work.")
    limit_minutes = serializers.IntegerField(source="limit.limit_minutes")
    remaining_minutes = serializers.IntegerField(source="limit.remaining_minutes", help_text="Below zero beyond it.")
    job_id = serializers.SerializerMethodField(help_text="Null where they work for another department.")
    job_title = serializers.SerializerMethodField(help_text="Null where they work for another department.")

    def get_job_id(self, near: Any) -> UUID | None:
        return near.assignment.shift.job_id if self._is_ours(near) else None

    def get_job_title(self, near: Any) -> str | None:
        return str(near.assignment.shift.job.title) if self._is_ours(near) else None

    def _is_ours(self, near: Any) -> bool:
        return bool(near.assignment.shift.governing_department_id == near.assignment.officer.home_department_id)
