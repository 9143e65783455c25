from django.db import models
from django.db.models import F, Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class PolicyException(TenantScopedModel):
    """An exception to one rule for one officer, asked for with a reason and decided by the role that the rule names.

    It counts for shifts that start in the half-open time from `starts_at` to `expires_at`: for the one named by
    `shift_id` (a public row), or for any. An approved one never becomes another state but by being revoked; time alone
    makes it expired.
    """

    class State(models.TextChoices):
        REQUESTED = "requested"
        APPROVED = "approved"
        REFUSED = "refused"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="policy_exceptions")
    rule_id = models.CharField(max_length=80)
    approval_role = models.CharField(max_length=200)
    outcome = models.CharField(max_length=16, help_text="What the rule says without it: needs_approval or deny.")
    sentence = models.TextField(blank=True, help_text="The verdict's sentence when it was asked for.")
    numbers = models.JSONField(default=dict)
    shift_id = models.UUIDField(null=True, blank=True)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_by_person_id = models.UUIDField(null=True, blank=True)
    requested_by = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_role = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    revoked_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("starts_at")), name="exception_expires_after_start"),
            models.CheckConstraint(
                condition=Q(state="requested") | Q(decided_at__isnull=False, decided_role__gt=""),
                name="exception_decided_by_a_role",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False), name="exception_revoked_at_some_time"
            ),
            models.UniqueConstraint(
                fields=["roster_entry", "rule_id", "shift_id"],
                condition=Q(state="requested"),
                nulls_distinct=False,
                name="one_open_exception_request",
            ),
        ]
        indexes = [
            models.Index(fields=["roster_entry", "expires_at"], name="exception_by_officer"),
            models.Index(fields=["requested_at"], name="exception_waiting", condition=Q(state="requested")),
            models.Index(fields=["expires_at"], name="exception_expiring", condition=Q(state="approved")),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.state}"
