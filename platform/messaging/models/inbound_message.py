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
    tenant_id = models.UUIDField(null=True, blank=True, help_text="The home department of the officer who wrote.")
    outcome = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True, help_text="When it was acted on and answered, once.")

    class Meta:
        indexes = [
            models.Index(fields=["sender", "received_at"], name="inbound_by_sender"),
            models.Index(fields=["tenant_id", "received_at"], name="inbound_by_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_reference} {self.outcome}"
