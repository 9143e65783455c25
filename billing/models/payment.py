from django.db import models
from django.db.models import F, Q

from billing.models.contract import Contract
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift


class Charge(models.Model):
    """Money from a client: an intent first, with its idempotency key; then what Stripe says became of it."""

    class Kind(models.TextChoices):
        CHECKOUT = "checkout"
        OFF_SESSION = "off_session"
        HOLD = "hold", "authorised on a saved card, captured later"
        DEBIT = "debit", "bank debit, final after days"
        INVOICE = "invoice", "collected by an invoice with terms"

    class State(models.TextChoices):
        INTENDED = "intended"
        UNKNOWN = "unknown"
        OPEN = "open"
        AUTHORISED = "authorised", "held on the card, not taken yet"
        PROCESSING = "processing", "on its way from the client's bank"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        EXPIRED = "expired"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="charges")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.INTENDED)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    refunded_cents = models.PositiveBigIntegerField(default=0)
    transferred_cents = models.PositiveBigIntegerField(default=0)
    covered_cents = models.BigIntegerField(
        default=0,
        help_text="Of what was drawn from it, the part that other payments of the job stand for; negative where this "
        "one stands for them. Over a job the sum is zero.",
    )
    settlement = models.ForeignKey(
        "billing.Settlement", on_delete=models.PROTECT, related_name="extra_charges", null=True, blank=True
    )
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, related_name="holds", null=True, blank=True, help_text="What a hold is for."
    )
    authorised_cents = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="What a hold may take; amount_cents becomes what it took."
    )
    capture_before = models.DateTimeField(null=True, blank=True, help_text="When the bank gives a hold up.")
    alarmed_at = models.DateTimeField(null=True, blank=True)
    invoice_reference = models.CharField(max_length=120, blank=True)
    written_off_at = models.DateTimeField(null=True, blank=True)
    recovered_cents = models.PositiveBigIntegerField(default=0, help_text="Paid after all, of what was written off.")
    payable_before = models.DateTimeField(null=True, blank=True, help_text="An invoice is overdue from then on.")
    late_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="late_charges",
        null=True,
        blank=True,
        help_text="The overdue invoice that this one charges the lateness of, by the policy's late terms.",
    )
    late_after_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Which of the late terms.")
    passed_on_at = models.DateTimeField(null=True, blank=True, help_text="When a late charge went on to its payee.")
    processing_fee_cents = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="What Stripe kept of it; empty until Stripe has said."
    )
    idempotency_key = models.CharField(max_length=80, unique=True)
    request_body = models.JSONField(default=dict)
    session_reference = models.CharField(max_length=120, blank=True)
    intent_reference = models.CharField(max_length=120, blank=True)
    charge_reference = models.CharField(max_length=120, blank=True)
    payment_method_reference = models.CharField(max_length=120, blank=True)
    pay_url = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="charge_is_positive"),
            models.CheckConstraint(
                condition=Q(
                    amount_cents__gte=F("refunded_cents") + F("transferred_cents") - F("covered_cents"),
                    refunded_cents__gte=F("covered_cents"),
                ),
                name="charge_is_never_overdrawn",
            ),
            # Stripe's own limits: whatever covers it, a payment gives back no more than it was.
            models.CheckConstraint(
                condition=Q(amount_cents__gte=F("refunded_cents")) & Q(amount_cents__gte=F("transferred_cents")),
                name="charge_gives_at_most_what_it_is",
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(kind="checkout", state__in=["intended", "open"]),
                name="one_open_checkout_per_contract",
            ),
            models.UniqueConstraint(fields=["late_of", "late_after_days"], name="late_once_per_term"),
            models.CheckConstraint(
                condition=Q(late_of=None, late_after_days=None, passed_on_at=None)
                | Q(late_of__isnull=False, late_after_days__isnull=False, kind="invoice", settlement=None),
                name="late_charge_says_for_what",
            ),
            models.UniqueConstraint(
                fields=["settlement", "kind"],
                condition=Q(settlement__isnull=False),
                name="one_charge_of_a_kind_per_settlement",
            ),
            models.UniqueConstraint(fields=["shift"], condition=Q(shift__isnull=False), name="one_hold_per_shift"),
            models.CheckConstraint(
                condition=Q(recovered_cents=0)
                | Q(written_off_at__isnull=False, recovered_cents__lte=F("amount_cents")),
                name="charge_recovers_what_was_written_off",
            ),
            models.CheckConstraint(
                condition=Q(authorised_cents=None) | Q(amount_cents__lte=F("authorised_cents")),
                name="hold_takes_at_most_what_is_held",
            ),
            models.UniqueConstraint(
                fields=["intent_reference"], condition=~Q(intent_reference=""), name="one_charge_per_payment_intent"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="charge_due", condition=Q(state__in=["intended", "unknown", "open"]))
        ]

    @property
    def undrawn_cents(self) -> int:
        """What neither a refund nor a transfer has taken from it yet."""
        return self.amount_cents + self.covered_cents - self.refunded_cents - self.transferred_cents

    @property
    def is_outside_stripe(self) -> bool:
        """Paid to the platform's own bank: there is nothing at Stripe to refund it from, or to draw a transfer on."""
        return self.state == self.State.SUCCEEDED and not self.charge_reference

    def __str__(self) -> str:
        return f"charge {self.amount_cents} {self.currency} {self.state}"


class MoneyMove(models.Model):
    """What refunds and transfers have in common: an intent, sent once under one key, found again after a crash."""

    class State(models.TextChoices):
        INTENDED = "intended"
        UNKNOWN = "unknown"
        SENT = "sent", "accepted by Stripe, not final"
        DONE = "done"
        FAILED = "failed"
        HELD = "held"
        CANCELLED = "cancelled", "taken back before it was sent"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.INTENDED)
    business_key = models.CharField(max_length=200, unique=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    request_body = models.JSONField(default=dict)
    provider_reference = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class PayeeAccount(models.Model):
    """An officer's, department's or agency's connected account, and the capability state that gates every transfer."""

    class OwnerKind(models.TextChoices):
        OFFICER = "officer"
        DEPARTMENT = "department"
        AGENCY = "agency"

    class ConnectApi(models.TextChoices):
        FIRST_VERSION = "v1"
        SECOND_VERSION = "v2"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_kind = models.CharField(max_length=10, choices=OwnerKind)
    owner_id = models.UUIDField()
    person_id = models.UUIDField(null=True, blank=True)
    tenant_id = models.UUIDField(null=True, blank=True)
    display_name = models.CharField(max_length=160)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    contact_email = models.EmailField(max_length=254, blank=True)
    account_reference = models.CharField(max_length=120, blank=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    transfers_state = models.CharField(max_length=20, default="none", help_text="Stripe's own word, or none.")
    requirements = models.JSONField(default=list)
    connect_api = models.CharField(
        max_length=2, choices=ConnectApi, blank=True, help_text="What opened it, saved before the first call."
    )
    opening_attempts = models.PositiveIntegerField(default=0)
    opening_status = models.PositiveSmallIntegerField(null=True, blank=True)
    asked = models.JSONField(default=list, help_text="billing.connect.port.Asked as JSON, the most pressing first.")
    asked_deadline_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    onboarded_at = models.DateTimeField(null=True, blank=True, help_text="When transfers first became possible.")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "currency"], name="one_payee_account_per_currency"
            ),
            models.UniqueConstraint(
                fields=["account_reference"], condition=~Q(account_reference=""), name="account_reference_once"
            ),
        ]
        indexes = [models.Index(fields=["remind_at"], name="payee_reminder_due", condition=Q(remind_at__isnull=False))]

    @property
    def may_receive(self) -> bool:
        return self.transfers_state == "active"

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}"


class Refund(MoneyMove):
    """Money back to the client, drawn on one charge."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds")
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_is_positive")]
        indexes = [
            models.Index(
                fields=["due_at"], name="refund_due", condition=Q(state__in=["intended", "unknown", "sent", "held"])
            )
        ]

    def __str__(self) -> str:
        return self.business_key


class Transfer(MoneyMove):
    """Money from the platform to a connected account, drawn on one charge."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="transfers")
    payee_account = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="transfers")
    settlement = models.ForeignKey("billing.Settlement", on_delete=models.PROTECT, related_name="transfers")
    assignment_id = models.UUIDField(null=True, blank=True)
    late_charge = models.ForeignKey(
        Charge,
        on_delete=models.PROTECT,
        related_name="passed_on",
        null=True,
        blank=True,
        help_text="Where it is no part of the settlement's bill, but of a charge for paying that late.",
    )
    reversed_cents = models.PositiveBigIntegerField(default=0, help_text="Taken back by refund cases, done or asked.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="transfer_is_positive"),
            models.CheckConstraint(
                condition=Q(reversed_cents__lte=F("amount_cents")), name="transfer_reverses_at_most_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="transfer_due", condition=Q(state__in=["intended", "unknown", "sent", "held"])
            )
        ]

    def __str__(self) -> str:
        return self.business_key


class Payout(models.Model):
    """Money from a connected account to its bank, as Stripe reports it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payee_account = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="payouts")
    provider_reference = models.CharField(max_length=120, unique=True)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20)
    arrives_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider_reference} {self.state}"
