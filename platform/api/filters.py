"""What lists can be narrowed by, beside their page."""

import django_filters

from billing.models import IssuedDocument
from marketplace.models import Bid, Job, Shift, Timesheet
from ratings.models import RatingReport


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
    starts_from = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

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
