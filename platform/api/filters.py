"""What lists can be narrowed by, beside their page."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from billing.models import IssuedDocument
from marketplace.models import Bid, Job, Shift, Timesheet
from ratings.models import RatingReport


class MomentFormField(forms.Field):
    """As `fields.MomentField`: ISO 8601 with its offset from UTC, of which Python reads more than PostgreSQL does."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(str(value).strip())
            if moment is None or moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(
                "Give the time with its offset from UTC, such as 2026-07-04T18:00:00-04:00.", code="invalid"
            ) from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentFormField


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Job.State.choices)
    event_type = django_filters.CharFilter(max_length=24)

    class Meta:
        model = Job
        fields = ["state", "event_type"]


class TimesheetFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Timesheet.State.choices)
    job = django_filters.UUIDFilter(field_name="assignment__shift__job_id")
    shift = django_filters.UUIDFilter(field_name="assignment__shift_id")

    class Meta:
        model = Timesheet
        fields = ["state", "job", "shift"]


class DocumentFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=IssuedDocument.Kind.choices)
    job = django_filters.UUIDFilter(field_name="job_id")

    class Meta:
        model = IssuedDocument
        fields = ["kind", "job"]


class ShiftFilter(django_filters.FilterSet):
    """`starts_from` and `starts_before` are a half-open range of starts, ISO 8601 with offset."""

    state = django_filters.ChoiceFilter(choices=Shift.State.choices)
    job = django_filters.UUIDFilter(field_name="job_id")
    starts_from = MomentFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = MomentFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Shift
        fields = ["state", "job", "starts_from", "starts_before"]


class BidFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Bid.State.choices)
    shift = django_filters.UUIDFilter(field_name="shift_id")

    class Meta:
        model = Bid
        fields = ["state", "shift"]


class RatingReportFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=RatingReport.State.choices)

    class Meta:
        model = RatingReport
        fields = ["state"]
