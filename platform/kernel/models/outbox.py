from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class OutboxEvent(models.Model):
    """A fact that was committed together with the business change that it tells of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    tenant_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    announced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class OutboxDelivery(models.Model):
    """One handler's duty towards one event: done exactly once, however often it is attempted."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="one_delivery_per_event_and_handler")]
        indexes = [models.Index(fields=["due_at"], name="outbox_due", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.handler} {self.state}"
