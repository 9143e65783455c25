from django.db import models

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class OverlapDisposition(TenantScopedModel):
    """What the department decided about paid extra duty that overlapped its own time. Its newest word counts."""

    class Outcome(models.TextChoices):
        EXPLAINED = "explained"
        RECOVERED = "recovered"
        REFERRED = "referred"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment_id = models.UUIDField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    overlap_minutes = models.PositiveIntegerField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["assignment_id", "decided_at"], name="disposition_by_assignment")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.assignment_id}"
