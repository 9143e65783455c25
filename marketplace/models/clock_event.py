from django.db import models

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class ClockEvent(models.Model):
    """One punch: the fixes as the phone gave them, the server's own time, and the verdict. Append-only.

    `punch_id` is made by the phone, so that a punch sent twice is stored once.
    """

    class Kind(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Verdict(models.TextChoices):
        VERIFIED = "VERIFIED"
        NEAR = "NEAR"
        WEAK = "WEAK"
        OFFSITE = "OFFSITE"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    punch_id = models.UUIDField(unique=True)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="clock_events")
    kind = models.CharField(max_length=3, choices=Kind)
    received_at = models.DateTimeField()
    client_at = models.DateTimeField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="The time that counts: the server's, or an offline punch's own.")
    fixes = models.JSONField(default=list)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy_metres = models.FloatField(null=True, blank=True)
    distance_metres = models.FloatField(null=True, blank=True)
    fix_age_seconds = models.FloatField(null=True, blank=True)
    fixes_rounded_at = models.DateTimeField(
        null=True, blank=True, help_text="When the positions were made rough, long after anybody needed them exact."
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    explanation = models.TextField(blank=True)
    reason_given = models.CharField(max_length=300, blank=True)
    risk_points = models.PositiveIntegerField(default=0)
    risk_signals = models.JSONField(default=list)
    eligibility_snapshot = models.JSONField(default=dict)
    device_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "kind"], name="one_punch_of_a_kind")]
        indexes = [
            models.Index(fields=["device_id", "received_at"], name="punch_by_device"),
            models.Index(fields=["latitude", "longitude"], name="punch_by_place"),
            models.Index(fields=["received_at"], name="punch_to_round", condition=models.Q(fixes_rounded_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.assignment_id} {self.verdict}"


class ClockReview(models.Model):
    """A punch that a coordinator must look at before hours are approved by silence."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    clock_event = models.OneToOneField(ClockEvent, on_delete=models.PROTECT, primary_key=True, related_name="review")
    department_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by_person_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"review of {self.clock_event_id}: {self.state}"
