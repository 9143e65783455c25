from django.db import models
from django.db.models import Q

from billing.models.settlement import Settlement
from kernel.identifiers import uuid7
from marketplace.models import Shift


class Cancellation(models.Model):
    """Who called a shift off, when, and the row of the contract's policy that says what it costs.

    The amounts stand in the settlement; a job that nobody had agreed on has none, and costs nothing.
    """

    class By(models.TextChoices):
        CLIENT = "client", "the client"
        DEPARTMENT = "department", "the department"
        WEATHER = "weather", "the weather"
        POLICE_NECESSITY = "police_necessity", "police necessity"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.OneToOneField(Shift, on_delete=models.PROTECT, related_name="cancellation")
    settlement = models.OneToOneField(
        Settlement, on_delete=models.PROTECT, related_name="cancellation", null=True, blank=True
    )
    cancelled_by = models.CharField(max_length=20, choices=By)
    cancelled_at = models.DateTimeField()
    person_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True)
    rule = models.JSONField(null=True, blank=True, help_text="The row as the policy had it; empty when none fits.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_by__in=("client", "department", "weather", "police_necessity")),
                name="cancelled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} cancelled by {self.cancelled_by}"
