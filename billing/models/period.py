from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7


class StatementSchedule(models.Model):
    """How often a department's officers get their statements; a month where nobody has chosen."""

    class Length(models.TextChoices):
        WEEK = "week", "Every week, Monday to Sunday"
        MONTH = "month", "Every calendar month"

    tenant_id = models.UUIDField(primary_key=True)
    length = models.CharField(max_length=5, choices=Length, default=Length.MONTH)
    changed_at = models.DateTimeField()
    changed_by_person_id = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.length}"


class OfficerPeriod(models.Model):
    """A period whose documents an officer has: up to which entry of their accounts it counts, and what was then owed.

    It counts entries by the account's own version, not by their moment: an entry that was booked late, with an earlier
    moment, is in the next period instead of in none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer_id = models.UUIDField()
    person_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    first_date = models.DateField()
    until_date = models.DateField(help_text="Half-open: the first day of the next period.")
    payable_version = models.PositiveBigIntegerField(default=0)
    receivable_version = models.PositiveBigIntegerField(default=0)
    positions = models.JSONField(default=dict, help_text="Cents still owed to the officer at its end, by payer's id.")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer_id", "currency", "first_date"], name="one_period_per_officer"),
            models.CheckConstraint(condition=Q(until_date__gt=F("first_date")), name="officer_period_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.first_date}"


class YearFiling(models.Model):
    """A year's totals as somebody took them to the tax office: what a later look is compared with. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField(null=True, blank=True, help_text="The department; empty for the platform's own.")
    year = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2)
    rows = models.JSONField(help_text="billing.years.totals.YearTotal as JSON.")
    filed_at = models.DateTimeField()
    filed_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "country", "year"], name="filing_by_tenant")]

    def __str__(self) -> str:
        return f"{self.year} {self.country}"
