"""An officer's own explanation of an award: colleagues under pseudonyms."""

from rest_framework import serializers


class LadderRungOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField(help_text="of the department's award order")
    own = serializers.CharField(allow_null=True)
    cut_off = serializers.CharField(
        allow_null=True, help_text="of the last who got a place; for a winner, of the first who did not"
    )
    relation = serializers.CharField(help_text="ahead, equal, behind, or empty without a cut-off")
    decides = serializers.BooleanField()


class AwardChangeOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.CharField()
    had = serializers.CharField()
    value = serializers.CharField()
    place = serializers.IntegerField()
    sentence = serializers.CharField()


class ConsideredOut(serializers.Serializer):  # type: ignore[type-arg]
    place = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(help_text="a pseudonym, but for the reader")
    is_reader = serializers.BooleanField()
    outcome = serializers.CharField()


class JudgedRuleOut(serializers.Serializer):  # type: ignore[type-arg]
    rule_id = serializers.CharField()
    outcome = serializers.CharField()
    sentence = serializers.CharField()
    lifts_at = serializers.DateTimeField(allow_null=True)


class OwnContestOut(serializers.Serializer):  # type: ignore[type-arg]
    state = serializers.CharField(help_text="filed, upheld, rejected or withdrawn")
    grounds = serializers.CharField()
    filed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField()
    remedy = serializers.CharField(help_text="none, credit or next_offer")
    credit_minutes = serializers.IntegerField()


class OwnAwardOut(serializers.Serializer):  # type: ignore[type-arg]
    shift_id = serializers.UUIDField()
    state = serializers.CharField(help_text="waiting, won, backup, lost, denied or withdrawn")
    verdict = serializers.CharField()
    kind = serializers.CharField(help_text="how it was decided; empty while it is not")
    is_override = serializers.BooleanField(help_text="a person chose instead of the order")
    override_by = serializers.CharField()
    override_reason = serializers.CharField()
    places = serializers.IntegerField(allow_null=True)
    place = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField(allow_null=True)
    ladder = LadderRungOut(many=True)
    changes = AwardChangeOut(many=True, help_text="each alone would have won; the draw is nobody's to change")
    considered = ConsideredOut(many=True)
    rules = JudgedRuleOut(many=True)
    contests = OwnContestOut(many=True)
    contest_until = serializers.DateTimeField(allow_null=True)
