from django.db import models
from django.db.models import Q

from departments.models.roster_entry import RosterEntry
from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class Invitation(TenantScopedModel):
    """An invitation to join, sent to the work address of one roster entry: a link and a one-time code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster_entry = models.ForeignKey(RosterEntry, on_delete=models.PROTECT, related_name="invitations")
    sent_to = models.EmailField(max_length=254)
    code_hash = models.CharField(max_length=64)
    attempts_left = models.PositiveSmallIntegerField(default=5)
    invited_by_person_id = models.UUIDField(null=True, blank=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster_entry"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_entry",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"
