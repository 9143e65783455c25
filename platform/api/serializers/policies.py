"""Drafts of a department's rules, their publication, and what changed between two."""

from rest_framework import serializers

from api.serializers.fields import ObjectField, TextField


class CaseText(serializers.Serializer):  # type: ignore[type-arg]
    """One case as YAML, in the format of docs/policy.md; `key` is its name within the draft."""

    key = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=50_000, trim_whitespace=False)


class PolicyDraftStartIn(serializers.Serializer):  # type: ignore[type-arg]
    """Without a document the draft begins as a copy of `base_version`, else of the newest version."""

    name = TextField(max_length=120, allow_blank=False)
    base_version = serializers.IntegerField(required=False, default=None, min_value=1, max_value=1_000_000)
    document = ObjectField(required=False, default=None)
    cases = CaseText(many=True, required=False, default=None)


class PolicyDraftChangeIn(serializers.Serializer):  # type: ignore[type-arg]
    """The whole document and the cases; `seen` is the `lock_version` that was read."""

    seen = serializers.IntegerField(min_value=0, max_value=1_000_000_000)
    document = ObjectField()
    cases = CaseText(many=True, required=False, default=None)


class PolicyDraftPublishIn(serializers.Serializer):  # type: ignore[type-arg]
    seen = serializers.IntegerField(min_value=0, max_value=1_000_000_000)
    effective_from_date = serializers.DateField()
    note = TextField(max_length=2000, allow_blank=False)
    replaces_later = serializers.BooleanField(required=False, default=False)


class MistakeOut(serializers.Serializer):  # type: ignore[type-arg]
    path = serializers.CharField()
    message = serializers.CharField()


class CaseRunOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField()
    name = serializers.CharField()
    passed = serializers.BooleanField()
    said = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(child=serializers.CharField())


class PolicyDraftSummaryOut(serializers.Serializer):  # type: ignore[type-arg]
    draft_id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.CharField()
    base_version = serializers.IntegerField()
    lock_version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    published_version = serializers.IntegerField(allow_null=True)


class PolicyDraftOut(PolicyDraftSummaryOut):
    """With everything that stands in the way of publishing it."""

    document = ObjectField()
    cases = CaseText(many=True)
    mistakes = MistakeOut(many=True)
    case_runs = CaseRunOut(many=True)


class CompareQuery(serializers.Serializer):  # type: ignore[type-arg]
    """Version numbers; `to` may be a draft's id."""

    before = serializers.IntegerField(min_value=1, max_value=1_000_000)
    after = serializers.RegexField(r"^([0-9]{1,7}|[0-9a-fA-F-]{36})$")


class DifferenceOut(serializers.Serializer):  # type: ignore[type-arg]
    change = serializers.ChoiceField(choices=["added", "removed", "changed", "reordered"])
    section = serializers.CharField()
    path = serializers.CharField()
    name = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    details = serializers.ListField(child=serializers.CharField())


class ComparisonOut(serializers.Serializer):  # type: ignore[type-arg]
    changes = DifferenceOut(many=True)
    yaml = serializers.CharField()


class PolicyExportOut(serializers.Serializer):  # type: ignore[type-arg]
    """Both texts are what `try_policy` reads."""

    version = serializers.IntegerField()
    policy_yaml = serializers.CharField()
    cases_yaml = serializers.CharField()
