"""A job's thread. Names go as far as each side may know them; numbers and addresses are in no message."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import TextField
from marketplace.job_threads import author_name
from marketplace.models import JobMessage


class MessageIn(serializers.Serializer):  # type: ignore[type-arg]
    message_id = serializers.UUIDField(help_text="Made by you: the same message sent twice is one.")
    text = TextField(help_text="Up to 1,000 characters, without telephone numbers and e-mail addresses.")


class MessageOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=JobMessage.Side.choices)
    author_name = serializers.SerializerMethodField(help_text="Empty: a client whom the reader does not know by name.")
    is_own = serializers.SerializerMethodField()
    text = serializers.CharField()
    written_at = serializers.DateTimeField()

    def get_author_name(self, message: Any) -> str:
        return author_name(message, reader=self.context["seat"])

    def get_is_own(self, message: Any) -> bool:
        return bool(message.author_person_id == self.context["seat"].person_id)
