from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class Role(models.TextChoices):
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    COMMANDER = "commander"
    AUDITOR = "auditor"
    PAYROLL = "payroll"
    SCHEDULER = "scheduler"
    BOOKKEEPER = "bookkeeper"


class Membership(models.Model):
    """A person's place on the staff of a tenant. Officers are not members: the roster says who they are."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "tenant", "role"],
                condition=Q(ended_at=None),
                name="one_live_membership_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id} at {self.tenant_id}"
