from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class StatusPeriod(TenantScopedModel):
    """A roster status with dates, beside the entry's own word for now. Local dates of the department, half-open.

    `until_date` is the first day without it, None until further notice. The note is personnel data and stays here.
    """

    class Status(models.TextChoices):
        PROBATION = "probation"
        LEAVE = "leave"
        SICK = "sick"
        LIGHT_DUTY = "light_duty"
        SUSPENDED = "suspended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="status_periods")
    status = models.CharField(max_length=12, choices=Status)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    recorded_by_person_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["from_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gt=F("from_date")), name="status_ends_after_start"
            ),
            ExclusionConstraint(
                name="one_period_of_a_status_at_a_time",
                expressions=[
                    ("roster_entry", RangeOperators.EQUAL),
                    ("status", RangeOperators.EQUAL),
                    (Func("from_date", "until_date", function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} from {self.from_date}"
