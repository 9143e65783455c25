from django.db import models

from billing.models.payment import Charge
from billing.models.refund_case import RefundCase
from kernel.identifiers import uuid7
from marketplace.models import Job


class Dispute(models.Model):
    """A payment that a client took to their bank. Stripe holds the amount until the bank has decided.

    `state` is Stripe's own word. A lost one waits for the operator to say who bears it.
    """

    class Borne(models.TextChoices):
        PAYEES = "payees", "those who were paid, and the platform its fee"
        PLATFORM = "platform", "the platform alone"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="disputes")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=40)
    stripe_reason = models.CharField(max_length=60, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    withdrawn_cents = models.PositiveBigIntegerField(default=0, help_text="Taken by Stripe, as booked.")
    reinstated_cents = models.PositiveBigIntegerField(default=0, help_text="Given back by Stripe, as booked.")
    prepaid_cents = models.PositiveBigIntegerField(
        default=0, help_text="Of a lost one: what the client had prepaid and has back from their bank."
    )
    loss_cents = models.PositiveBigIntegerField(default=0, help_text="Of a lost one: what the platform bears.")
    fee_cents = models.IntegerField(default=0)
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict, help_text="What was submitted, as sent.")
    evidence_leased_until = models.DateTimeField(null=True, blank=True, help_text="While it is being sent.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by_person_id = models.UUIDField(null=True, blank=True)
    borne_by = models.CharField(max_length=10, choices=Borne, blank=True)
    case = models.OneToOneField(RefundCase, on_delete=models.PROTECT, related_name="dispute", null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, help_text="When the operator said who bears the loss.")

    class Meta:
        indexes = [models.Index(fields=["job"], name="dispute_by_job")]

    @property
    def held_cents(self) -> int:
        """What Stripe has taken and not given back."""
        return self.withdrawn_cents - self.reinstated_cents

    def __str__(self) -> str:
        return f"{self.provider_reference} {self.state}"


class PayoutTerms(models.Model):
    """How long a department waits before payees get their share, so that complaints come before money leaves."""

    department_id = models.UUIDField(primary_key=True)
    delay_days = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "payout terms"
        constraints = [
            models.CheckConstraint(condition=models.Q(delay_days__lte=30), name="payout_delay_is_at_most_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.department_id}: {self.delay_days} days"
