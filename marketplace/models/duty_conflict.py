from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment
from marketplace.models.officer import Officer


class DutyConflict(models.Model):
    """The home department's schedule claims time that an officer has promised to a detail.

    `kind` is the bucket alone (duty, overtime, court, leave): the home desk and the officer see it, the desk of another
    governing department reads only that the officer is not available. `duty_period_id` names a row of the home
    department's schema, without a key: schemas are apart.
    """

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        RELEASED = "released"
        RESOLVED = "resolved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="duty_conflicts")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="duty_conflicts")
    home_department_id = models.UUIDField()
    governing_department_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    duty_period_id = models.UUIDField()
    duty_starts_at = models.DateTimeField()
    duty_ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    release_at = models.DateTimeField(null=True, blank=True, help_text="When the policy takes the officer off.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_person_id = models.UUIDField(null=True, blank=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["duty_starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="open"), name="one_open_conflict_per_assignment"
            ),
            models.CheckConstraint(condition=Q(duty_ends_at__gt=F("duty_starts_at")), name="conflict_has_duration"),
        ]
        indexes = [
            models.Index(fields=["home_department_id", "state"], name="conflict_by_home"),
            models.Index(fields=["governing_department_id", "state"], name="conflict_by_governing"),
            models.Index(fields=["release_at"], name="conflict_release_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} against {self.assignment_id}: {self.state}"
