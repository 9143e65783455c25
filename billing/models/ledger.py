from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class LedgerAccount(models.Model):
    """One account of the books. `owner_id` is a job, officer, department, agency, or empty for the platform's own."""

    class Kind(models.TextChoices):
        STRIPE_BALANCE = "stripe_balance"
        CLIENT_RECEIVABLE = "client_receivable"
        PREPAID_JOB = "prepaid_job"
        PAYABLE_OFFICER = "payable_officer"
        PAYABLE_DEPARTMENT = "payable_department"
        PAYABLE_AGENCY = "payable_agency"
        SERVICE_FEE_REVENUE = "service_fee_revenue"
        SERVICE_FEE_TAX = "service_fee_tax"
        PROCESSING_EXPENSE = "processing_expense"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=24, choices=Kind)
    owner_id = models.UUIDField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    is_debit_normal = models.BooleanField()
    may_be_negative = models.BooleanField(default=False)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner_id", "currency"], nulls_distinct=False, name="one_ledger_account_per_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner_id or 'platform'} {self.currency}"


class LedgerTransaction(models.Model):
    """A balanced, immutable set of legs with a business key that can be used once. Corrections are reversals."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    description = models.CharField(max_length=200)
    job_id = models.UUIDField(null=True, blank=True)
    leg_count = models.PositiveSmallIntegerField(
        help_text="How many entries belong to it: at commit PostgreSQL counts them, so none can be added later."
    )
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["job_id"], name="ledger_by_job")]

    def __str__(self) -> str:
        return self.business_key


class LedgerEntry(models.Model):
    """One leg: a positive amount and a direction on one account.

    `account_version` and `balance_after_cents` are written by PostgreSQL while it holds the account's lock: a balance
    is one row to read, and a floor is checked against money that nobody else is spending.
    """

    class Direction(models.TextChoices):
        DEBIT = "debit"
        CREDIT = "credit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    direction = models.CharField(max_length=6, choices=Direction)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    account_version = models.PositiveBigIntegerField(default=0, help_text="1, 2, 3 … per account, without gaps.")
    balance_after_cents = models.BigIntegerField(default=0, help_text="In the account's normal direction.")

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="leg_is_positive"),
            models.UniqueConstraint(fields=["account", "account_version"], name="account_versions_have_no_doubles"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.amount_cents} {self.currency}"
