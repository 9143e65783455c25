from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7
from marketplace.models import Client


class ClientCredit(models.Model):
    """What a governing department trusts a client with: a saved card instead of prepaying, or invoices up to a limit.

    One row per client and department, never deleted: a limit of 0 takes invoices away. `suspended_at` is set while an
    invoice is overdue, by itself, and lifted when it is paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credits")
    department_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    limit_cents = models.PositiveBigIntegerField(default=0)
    days_until_due = models.PositiveSmallIntegerField(default=30)
    card_on_file = models.BooleanField(default=False)
    reason = models.TextField()
    granted_by_person_id = models.UUIDField()
    granted_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "department_id"], name="one_credit_per_department"),
            models.CheckConstraint(condition=Q(days_until_due__gte=1, days_until_due__lte=90), name="credit_days_sane"),
        ]
        indexes = [models.Index(F("department_id"), F("granted_at").desc(), name="credit_by_department")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.limit_cents} {self.currency}"
