from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7


class SmsBudget(models.Model):
    """What one department's text messages came to in one of its months, in segments.

    Offers stop at `allowed_segments` (None: no limit), and PostgreSQL refuses one more. Messages about an officer's own
    shift are never held back; what they came to is read from the messages, and leaves less for offers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    month_date = models.DateField(help_text="The first day of the month, in the department's own calendar.")
    allowed_segments = models.PositiveIntegerField(null=True, blank=True)
    offer_segments = models.PositiveIntegerField(default=0)
    told_at_80_percent_at = models.DateTimeField(null=True, blank=True)
    told_at_100_percent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "month_date"], name="one_sms_budget_a_month"),
            models.CheckConstraint(
                condition=Q(allowed_segments=None) | Q(offer_segments__lte=F("allowed_segments")),
                name="offers_within_sms_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.month_date:%Y-%m}"
