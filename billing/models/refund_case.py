from django.db import models
from django.db.models import F, Q

from billing.models.payment import Charge, MoneyMove, PayeeAccount, Transfer
from billing.models.settlement import Settlement
from kernel.identifiers import uuid7
from marketplace.models import Job


class RefundCase(models.Model):
    """Money given back after the bill: how much, why, by whom; and, in its shares, whose money it is.

    A lost dispute that payees bear is one as well: then the client's bank has given the money back already.
    """

    class Cause(models.TextChoices):
        DECISION = "decision", "decided by the desk or the operator"
        DISPUTE = "dispute", "a dispute that was lost"

    class State(models.TextChoices):
        OPEN = "open", "money is on its way back"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="refund_cases")
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.DECISION)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    request_id = models.UUIDField(unique=True, help_text="The form's own: sent twice, it is one case.")
    person_id = models.UUIDField(null=True, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_case_is_positive")]
        indexes = [models.Index(fields=["opened_at"], name="refund_case_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"refund of {self.amount_cents} {self.currency}"


class RefundShare(models.Model):
    """One owner's part of a case, for one settled shift. All parts of a case sum to its amount."""

    class Owner(models.TextChoices):
        OFFICER = "officer"
        DEPARTMENT = "department"
        AGENCY = "agency"
        SERVICE_FEE = "service_fee"
        SERVICE_FEE_TAX = "service_fee_tax"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(RefundCase, on_delete=models.PROTECT, related_name="shares")
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="refund_shares")
    owner_kind = models.CharField(max_length=16, choices=Owner)
    owner_id = models.UUIDField(null=True, blank=True, help_text="Empty for the platform's own parts.")
    assignment_id = models.UUIDField(null=True, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    unsent_cents = models.PositiveBigIntegerField(
        default=0, help_text="The part that had not left the platform: taken off what the payee is owed."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "settlement", "owner_kind", "owner_id", "assignment_id"],
                nulls_distinct=False,
                name="one_refund_share_per_part",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0) & Q(unsent_cents__lte=F("amount_cents")), name="refund_share_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.amount_cents}"


class PayeeDebt(models.Model):
    """What a payee got and has to give back: by reversals of transfers first, else netted off later transfers.

    What is left of it is the payee's part of `receivable_…` in the ledger.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    share = models.OneToOneField(RefundShare, on_delete=models.PROTECT, related_name="debt")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="payee_debts")
    owner_kind = models.CharField(max_length=10, choices=PayeeAccount.OwnerKind)
    owner_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    amount_cents = models.PositiveBigIntegerField()
    reversing_cents = models.PositiveBigIntegerField(default=0, help_text="Asked back from Stripe, not answered yet.")
    reversed_cents = models.PositiveBigIntegerField(default=0)
    netted_cents = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0)
                & Q(amount_cents__gte=F("reversing_cents") + F("reversed_cents") + F("netted_cents")),
                name="payee_debt_is_paid_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["owner_kind", "owner_id", "currency"],
                name="payee_debt_open",
                condition=Q(amount_cents__gt=F("reversed_cents") + F("netted_cents")),
            )
        ]

    @property
    def owed_cents(self) -> int:
        return self.amount_cents - self.reversed_cents - self.netted_cents

    @property
    def nettable_cents(self) -> int:
        return self.owed_cents - self.reversing_cents

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id} owes {self.owed_cents} {self.currency}"


class Netting(models.Model):
    """A part of what a payee earned that was not transferred, because they owed it from an earlier job."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    debt = models.ForeignKey(PayeeDebt, on_delete=models.PROTECT, related_name="nettings")
    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, related_name="nettings", help_text="Where it was earned."
    )
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="nettings", help_text="It draws on this.")
    assignment_id = models.UUIDField(null=True, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    taken_back_cents = models.PositiveBigIntegerField(default=0, help_text="Owed again, after another refund.")
    currency = models.CharField(max_length=3)
    netted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0) & Q(taken_back_cents__lte=F("amount_cents")),
                name="netting_is_positive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency} netted"


class TransferReversal(MoneyMove):
    """A part of a transfer that is asked back from the payee's balance. Refused, the payee keeps owing it."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="reversals")
    debt = models.ForeignKey(PayeeDebt, on_delete=models.PROTECT, related_name="reversals")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="reversal_is_positive")]
        indexes = [
            models.Index(
                fields=["due_at"], name="reversal_due", condition=Q(state__in=["intended", "unknown", "sent", "held"])
            )
        ]

    def __str__(self) -> str:
        return self.business_key
