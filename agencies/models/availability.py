from django.db import models

from agencies.models.engagement import Engagement
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class Availability(TenantScopedModel):
    """When an engaged officer says that this agency may ask them, week by week. Without a row nobody has said.

    `weekly` holds [weekday, from, until] with Monday as 0 and local times of the agency; an end of 24:00 is midnight.
    """

    engagement = models.OneToOneField(
        Engagement, on_delete=models.CASCADE, primary_key=True, related_name="availability"
    )
    weekly = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "availability"

    def __str__(self) -> str:
        return str(self.engagement_id)


class AvailabilityException(TenantScopedModel):
    """One day that differs from the weekly pattern: free all day, or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="exceptions")
    on_date = models.DateField()
    is_available = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "on_date"], name="one_exception_per_day")]

    def __str__(self) -> str:
        return f"{self.engagement_id} on {self.on_date}"
