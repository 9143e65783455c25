from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class RosterEntry(TenantScopedModel):
    """A sworn member as the department knows them. `officer_id` names the public officer once they have joined.

    `version` counts every change: the public standing takes only newer versions, so late deliveries cannot undo it.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        PROBATION = "probation"
        LEAVE = "leave"
        SICK = "sick"
        LIGHT_DUTY = "light_duty"
        SUSPENDED = "suspended"
        LEFT = "left"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer_id = models.UUIDField(null=True, blank=True, unique=True)
    badge_number = models.CharField(max_length=20)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    work_email = models.EmailField(max_length=254)
    rank_code = models.CharField(max_length=40)
    seniority_date = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    may_work_from_date = models.DateField(null=True, blank=True)
    may_work_until_date = models.DateField(null=True, blank=True)
    # Computed from `credentials` whenever they change: what the marketplace may know of them.
    credential_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    rank_since_date = models.DateField(null=True, blank=True)
    # The next in the chain of command. That it never leads back is checked where it is set.
    supervisor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    employee_number = models.CharField(max_length=40, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "roster entries"
        ordering = ["family_name", "given_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["badge_number"], condition=~Q(status="left"), name="one_serving_officer_per_badge"
            ),
            models.UniqueConstraint(
                Lower("work_email"), condition=~Q(status="left"), name="one_serving_officer_per_work_email"
            ),
            models.UniqueConstraint(
                fields=["employee_number"],
                condition=~Q(status="left") & ~Q(employee_number=""),
                name="one_serving_officer_per_employee_number",
            ),
            models.CheckConstraint(
                condition=Q(supervisor=None) | ~Q(supervisor=F("id")), name="nobody_leads_themselves"
            ),
        ]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def __str__(self) -> str:
        return f"{self.badge_number} {self.full_name}"
