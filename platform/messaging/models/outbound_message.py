from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class Channel(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"


class OutboundMessage(models.Model):
    """One message to one address: written in the business transaction, sent afterwards, watched until delivered."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        SUPPRESSED = "suppressed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business_key = models.CharField(
        max_length=200, unique=True, help_text="The same fact never reaches a person twice."
    )
    channel = models.CharField(max_length=5, choices=Channel)
    tenant_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    provider_reference = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["provider_reference"], name="message_by_reference"),
            models.Index(fields=["tenant_id", "created_at"], name="message_by_tenant"),
        ]

    @property
    def recipient_shown(self) -> str:
        """For pages: an officer's number is known to nobody but the officer, the platform's own staff included."""
        return self.recipient if "@" in self.recipient else f"…{self.recipient[-2:]}"

    def __str__(self) -> str:
        return f"{self.channel} {self.business_key}"
