from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class Relief(models.Model):
    """One place, handed from one officer to another while the shift runs.

    `handed_over_at` is the one moment at which the first's time ends and before which the second's does not begin, so
    that a place is never billed twice. It is set once, by whatever comes first: the incoming officer's clock-in, the
    outgoing officer's clock-out, or a supervisor's word.
    """

    class By(models.TextChoices):
        INCOMING = "incoming"
        OUTGOING = "outgoing"
        SUPERVISOR = "supervisor"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    outgoing = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="relieved_by")
    incoming = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="relieves")
    reason = models.TextField()
    arranged_at = models.DateTimeField()
    arranged_by_person_id = models.UUIDField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.CharField(max_length=10, choices=By, blank=True)
    handover_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(outgoing=F("incoming")), name="relief_is_by_another"),
            models.CheckConstraint(
                condition=Q(handed_over_at=None, handed_over_by="")
                | (Q(handed_over_at__isnull=False) & ~Q(handed_over_by="")),
                name="handover_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} relieved by {self.incoming_id}"

    @property
    def is_coming(self) -> bool:
        """Or has come: not once the incoming officer called off, was taken off or did not come."""
        return self.incoming.state in Assignment.LIVE_STATES
