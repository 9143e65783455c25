from django.db import models

from kernel.identifiers import uuid7


class InboundMessage(models.Model):
    """A text message that came in, stored once by the provider's id, with what was made of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider_reference = models.CharField(max_length=80, unique=True)
    sender = models.CharField(max_length=32)
    recipient = models.CharField(max_length=32)
    text = models.TextField()
    person_id = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider_reference} {self.outcome}"
