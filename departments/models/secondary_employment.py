from django.db import models
from django.db.models import F, Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class SecondaryEmployment(TenantScopedModel):
    """Another employer of an officer, as declared. Personnel data: it never leaves the department.

    `until_date` and `approved_until_date` are the last days. Hours with an employer count towards the limits whatever
    its state: a body is as tired after work that nobody approved.
    """

    class State(models.TextChoices):
        DECLARED = "declared"
        APPROVED = "approved"
        REFUSED = "refused"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="secondary_employments")
    employer = models.CharField(max_length=160)
    kind_of_work = models.CharField(max_length=160)
    weekly_minutes = models.PositiveIntegerField()
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DECLARED)
    approval_role = models.CharField(max_length=200, blank=True, help_text="Empty when the rules ask for no approval.")
    approved_until_date = models.DateField(null=True, blank=True)
    conditions = models.TextField(blank=True)
    declared_by_person_id = models.UUIDField(null=True, blank=True)
    declared_at = models.DateTimeField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_role = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("from_date")), name="employment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(weekly_minutes__lte=10_080), name="employment_fits_into_a_week"),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "refused")) | Q(decided_at__isnull=False),
                name="employment_decided_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["declared_at"], name="employment_waiting", condition=Q(state="declared"))]

    def __str__(self) -> str:
        return f"{self.employer}: {self.state}"


class DeclaredHours(TenantScopedModel):
    """A stretch of work for another employer, worked or planned. Half-open, UTC. Taken back, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    employment = models.ForeignKey(SecondaryEmployment, on_delete=models.PROTECT, related_name="hours")
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="declared_hours")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    declared_by_person_id = models.UUIDField(null=True, blank=True)
    declared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "declared hours"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="declared_hours_end_after_start"),
            models.UniqueConstraint(
                fields=["employment", "starts_at", "ends_at"],
                condition=Q(withdrawn_at=None),
                name="declared_hours_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["roster_entry", "starts_at"],
                name="declared_hours_by_officer",
                condition=Q(withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
