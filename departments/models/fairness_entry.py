from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class FairnessEntry(TenantScopedModel):
    """One line of the fairness ledger of the department whose order awards: what an officer was offered, took, refused,
    worked, gave up or was credited with. Append-only; a mistake is put right by a further line.

    `minutes` count towards the ordering keys that measure extra duty; those of a credit are taken off.
    `business_key` makes a repeated delivery one line.
    """

    class Kind(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNREACHABLE = "unreachable"
        AWARDED = "awarded"
        WORKED = "worked"
        CALLED_OFF = "called_off"
        RELEASED = "released"
        NO_SHOW = "no_show"
        CREDIT = "credit"
        DEBIT = "debit"
        NEXT_OFFER = "next_offer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    officer_id = models.UUIDField()
    shift_id = models.UUIDField(null=True, blank=True)
    award_id = models.UUIDField(null=True, blank=True)
    minutes = models.IntegerField(default=0)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by_person_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "fairness entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=0) | Q(kind__in=("credit", "debit")), name="fairness_minutes_signed_by_kind"
            )
        ]
        indexes = [
            models.Index(fields=["officer_id", "happened_at"], name="fairness_by_officer"),
            models.Index(fields=["happened_at"], name="fairness_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.officer_id} {self.happened_at:%Y-%m-%d}"
