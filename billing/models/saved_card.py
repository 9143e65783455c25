from django.db import models
from django.db.models import Q

from billing.models.payment import Charge, MoneyMove
from kernel.identifiers import uuid7
from marketplace.models import Client


class SavedCard(models.Model):
    """A card that a client saved on Stripe's page, to be held and charged later: an intent, then what became of it."""

    class State(models.TextChoices):
        INTENDED = "intended"
        OPEN = "open"
        SAVED = "saved"
        REPLACED = "replaced"
        EXPIRED = "expired", "the page was closed without a card"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="saved_cards")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.INTENDED)
    idempotency_key = models.CharField(max_length=80, unique=True)
    request_body = models.JSONField(default=dict)
    session_reference = models.CharField(max_length=120, blank=True)
    page_url = models.TextField(blank=True)
    payment_method_reference = models.CharField(max_length=120, blank=True)
    brand = models.CharField(max_length=20, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    expiry = models.CharField(max_length=7, blank=True, help_text="MM/YYYY")
    last_error = models.TextField(blank=True)
    expires_at = models.DateTimeField(help_text="When the page ends.")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "currency"], condition=Q(state="saved"), name="one_saved_card_per_currency"
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="card_page_due", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.brand} {self.last_four}"


class HoldEnding(MoneyMove):
    """What ends a hold: a capture of `amount_cents`, or giving all of it back. One per hold, sent by `senders`."""

    class Kind(models.TextChoices):
        CAPTURE = "capture"
        CANCEL = "cancel"

    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="ending")
    kind = models.CharField(max_length=8, choices=Kind)
    refused_at = models.DateTimeField(
        null=True, blank=True, help_text="When Stripe first refused it; it is asked again until the hold is over."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="hold_ending_is_positive")]
        indexes = [
            models.Index(fields=["due_at"], name="hold_ending_due", condition=Q(state__in=["intended", "unknown"]))
        ]

    def __str__(self) -> str:
        return self.business_key
