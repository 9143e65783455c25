from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class InboxEvent(models.Model):
    """A verified webhook, stored once by the provider's event id and processed later, from the re-fetched object."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(max_length=16)
    external_id = models.CharField(max_length=255)
    name = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="one_row_per_provider_event")]
        indexes = [models.Index(fields=["due_at"], name="inbox_due", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.provider} {self.name} {self.external_id}"
