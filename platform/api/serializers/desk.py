"""The desk's own: roster, policies, the day in numbers."""

from rest_framework import serializers

from api.serializers.fields import ObjectField, TextField


class MemberIn(serializers.Serializer):  # type: ignore[type-arg]
    badge_number = TextField(max_length=20, allow_blank=False)
    given_name = TextField(max_length=80, allow_blank=False)
    family_name = TextField(max_length=80, allow_blank=False)
    work_email = serializers.EmailField(max_length=254)
    rank_code = TextField(max_length=40, allow_blank=False)
    seniority_date = serializers.DateField()
    status = TextField(max_length=20, default="active")


class MemberChangeIn(serializers.Serializer):  # type: ignore[type-arg]
    """What is left out stays."""

    rank_code = TextField(max_length=40, allow_blank=False, required=False, default=None)
    status = TextField(max_length=20, required=False, default=None)
    may_work_from_date = serializers.DateField(required=False)
    may_work_until_date = serializers.DateField(required=False)
    credential_codes = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    reason = TextField(required=False, max_length=2000)


class MemberOut(serializers.Serializer):  # type: ignore[type-arg]
    entry_id = serializers.UUIDField()
    officer_id = serializers.UUIDField(allow_null=True)
    badge_number = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    work_email = serializers.CharField()
    rank_code = serializers.CharField()
    seniority_date = serializers.DateField()
    status = serializers.CharField()
    may_work_from_date = serializers.DateField(allow_null=True)
    may_work_until_date = serializers.DateField(allow_null=True)
    credential_codes = serializers.ListField(child=serializers.CharField())
    joined_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)


class InvitedOut(serializers.Serializer):  # type: ignore[type-arg]
    """The code is not in it: it went to the work address."""

    invitation_id = serializers.UUIDField()
    sent_to = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PolicyIn(serializers.Serializer):  # type: ignore[type-arg]
    document = ObjectField(help_text="See docs/policy.md.")
    effective_from_date = serializers.DateField()
    note = TextField(required=False, max_length=2000)


class PolicyOut(serializers.Serializer):  # type: ignore[type-arg]
    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    effective_from_date = serializers.DateField()
    note = serializers.CharField()
    published_at = serializers.DateTimeField()


class PolicyDocumentOut(serializers.Serializer):  # type: ignore[type-arg]
    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    effective_from_date = serializers.DateField()
    document = ObjectField(source="data")


class NextShiftOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    title = serializers.CharField(source="job.title")
    state = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class DashboardOut(serializers.Serializer):  # type: ignore[type-arg]
    waiting_for_decision = serializers.IntegerField()
    oldest_waiting_since = serializers.DateTimeField(allow_null=True)
    waiting_for_contract = serializers.IntegerField()
    open_shifts = serializers.IntegerField()
    unfilled_positions = serializers.IntegerField()
    on_duty_now = serializers.IntegerField()
    reviews_open = serializers.IntegerField()
    timesheets_disputed = serializers.IntegerField()
    timesheets_held = serializers.IntegerField()
    next_shifts = NextShiftOut(many=True)


class RosterQuery(serializers.Serializer):  # type: ignore[type-arg]
    text = TextField(required=False, max_length=200)
    status = TextField(required=False, max_length=20)


class JobsQuery(serializers.Serializer):  # type: ignore[type-arg]
    """Dates are of shift starts, half-open, in each job's own zone."""

    text = TextField(required=False, max_length=200)
    state = TextField(required=False, max_length=20)
    event_type = TextField(required=False, max_length=24)
    from_date = serializers.DateField(required=False, default=None)
    until_date = serializers.DateField(required=False, default=None)


class PolicyQuery(serializers.Serializer):  # type: ignore[type-arg]
    on_date = serializers.DateField(required=False, default=None)
