from django.db import models

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class PolicyVersion(TenantScopedModel):
    """One immutable version of the department's rules, rates included, in force from a date.

    Never edited: PostgreSQL refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    effective_from_date = models.DateField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    cases = models.JSONField(default=list, help_text="[{key, text}]: the cases that passed when it was published.")
    note = models.TextField(blank=True)
    published_by_person_id = models.UUIDField(null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"policy v{self.number}"
