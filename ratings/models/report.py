from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from ratings.models.rating import Rating


class RatingReport(models.Model):
    """A comment that the rated one finds unfair, and what became of it: one report of a rating, decided once."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        HIDDEN = "hidden"
        STRUCK = "struck"

    class Desk(models.TextChoices):
        DEPARTMENT = "department"
        OPERATOR = "operator"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="report")
    desk = models.CharField(max_length=10, choices=Desk)
    department_id = models.UUIDField(help_text="The shift's governing department.")
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=1000)
    reported_at = models.DateTimeField()
    reported_by_person_id = models.UUIDField()
    decision = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decision="")
                | (
                    ~Q(state="open") & Q(decided_at__isnull=False, decided_by_person_id__isnull=False) & ~Q(decision="")
                ),
                name="decided_report_has_its_reason",
            )
        ]
        indexes = [models.Index(fields=["desk", "department_id", "state"], name="report_by_desk")]

    def __str__(self) -> str:
        return f"report of {self.rating_id}: {self.state}"
