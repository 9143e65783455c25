from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class DutyPeriod(TenantScopedModel):
    """Time that the department itself claims: a tour of duty, court, leave or overtime. Half-open, UTC."""

    class Kind(models.TextChoices):
        DUTY = "duty"
        OVERTIME = "overtime"
        COURT = "court"
        LEAVE = "leave"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="duty_periods")
    kind = models.CharField(max_length=10, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=200, blank=True, help_text="The source's own name for it.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_start")]
        indexes = [
            GistIndex(Func("starts_at", "ends_at", function="tstzrange"), name="duty_by_range"),
            models.Index(fields=["roster_entry", "starts_at"], name="duty_by_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"
