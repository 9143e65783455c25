from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.officer import Officer
from marketplace.models.shift import Position, Shift


class Bid(models.Model):
    """An officer's offer to work a shift, with the verdict that allowed it, frozen."""

    class State(models.TextChoices):
        PLACED = "placed"
        WON = "won"
        BACKUP = "backup"
        LOST = "lost"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="bids")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="bids")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="bids")
    state = models.CharField(max_length=10, choices=State, default=State.PLACED)
    placed_at = models.DateTimeField()
    eligibility_snapshot = models.JSONField(default=dict)
    place = models.PositiveIntegerField(null=True, blank=True, help_text="1 is first in the award's order.")
    explanation = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "officer"], condition=~Q(state="withdrawn"), name="one_live_bid_per_officer"
            )
        ]
        indexes = [models.Index(fields=["officer", "placed_at"], name="bid_by_officer")]

    def __str__(self) -> str:
        return f"{self.officer_id} on {self.shift_id}: {self.state}"


class Award(models.Model):
    """The decision on a shift's bids: the facts, order, draw and outcome as they were, so that anyone can replay it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="awards")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="awards")
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80)
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    engine_version = models.CharField(max_length=20)
    policy_version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    snapshot = models.JSONField()

    def __str__(self) -> str:
        return f"award on {self.shift_id}"
