from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class Timesheet(models.Model):
    """What an assignment came to, in three kinds of time: worked (rules), billable (client), payable (officer)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted"
        APPROVED = "approved"
        DISPUTED = "disputed"
        RESOLVED = "resolved"

    FINAL_STATES = ("approved", "resolved")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="timesheet")
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    worked_starts_at = models.DateTimeField()
    worked_ends_at = models.DateTimeField()
    worked_minutes = models.PositiveIntegerField()
    billable_minutes = models.PositiveIntegerField()
    payable_minutes = models.PositiveIntegerField()
    break_minutes = models.PositiveIntegerField(default=0)
    unpaid_break_minutes = models.PositiveIntegerField(default=0, help_text="Already taken off the worked minutes.")
    duty_minutes = models.PositiveIntegerField(default=0, help_text="On police duty meanwhile: in none of the hours.")
    submitted_at = models.DateTimeField()
    approves_at = models.DateTimeField(
        null=True, blank=True, help_text="When silence approves. Empty while a review or dispute stops the timer."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=20, blank=True, help_text="client, silence or coordinator")
    dispute_reason = models.TextField(blank=True)
    resolution_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(worked_ends_at__gte=F("worked_starts_at")), name="worked_time_runs_on"),
            models.CheckConstraint(
                condition=Q(unpaid_break_minutes__lte=F("break_minutes")), name="unpaid_breaks_are_breaks"
            ),
        ]
        indexes = [
            models.Index(fields=["approves_at"], name="timesheet_due", condition=Q(state="submitted")),
        ]

    def __str__(self) -> str:
        return f"timesheet of {self.assignment_id}: {self.state}"
