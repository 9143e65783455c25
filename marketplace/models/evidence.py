from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class UncountedPunch(models.Model):
    """A punch that came and could not count: a month late, or to a shift that is settled. Evidence, append-only.

    The phone is told that it arrived, so that it is not sent for ever; a supervisor writes what became of it.
    """

    class Why(models.TextChoices):
        TOO_LATE = "too_late"
        ENDED = "ended"
        OUT_AGAIN = "out_again"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    punch_id = models.UUIDField(unique=True)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="uncounted_punches")
    kind = models.CharField(max_length=14)
    why = models.CharField(max_length=10, choices=Why)
    explanation = models.TextField()
    received_at = models.DateTimeField()
    client_at = models.DateTimeField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="When it happened by its own word; nothing is counted from it.")
    fixes = models.JSONField(default=list)
    reason_given = models.CharField(max_length=300, blank=True)
    device_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    fixes_rounded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="uncounted_to_round", condition=models.Q(fixes_rounded_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.assignment_id}: {self.why}"


class EvidenceHold(models.Model):
    """A department keeps an assignment's positions as they are, for a grievance or a court, until it lets go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="evidence_holds")
    department_id = models.UUIDField()
    reason = models.TextField()
    placed_at = models.DateTimeField()
    placed_by_person_id = models.UUIDField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(released_at=None), name="one_open_hold")
        ]

    def __str__(self) -> str:
        return f"hold on {self.assignment_id}"
