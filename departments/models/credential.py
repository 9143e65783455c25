from django.db import models
from django.db.models import F, Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class Credential(TenantScopedModel):
    """A qualification that a member holds. `expires_date` is the last day on which it counts; None never expires."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="credentials")
    code = models.CharField(max_length=40)
    issued_date = models.DateField(null=True, blank=True)
    expires_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["roster_entry", "code"], name="one_credential_of_a_code"),
            models.CheckConstraint(
                condition=Q(expires_date=None) | Q(issued_date=None) | Q(expires_date__gte=F("issued_date")),
                name="credential_expires_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.code
