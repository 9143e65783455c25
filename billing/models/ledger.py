from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7

# PostgreSQL must know the sides and floors of the chart itself (`billing.books.chart`; a test compares the two):
# otherwise an account that was opened with the wrong flags would be a way around its floor.
_GROWS_BY_DEBIT = (
    "stripe_balance",
    "client_receivable",
    "processing_expense",
    "receivable_officer",
    "receivable_department",
    "receivable_agency",
    "disputed_job",
    "dispute_loss",
    "bad_debt_expense",
    "platform_bank",
)
_MAY_BE_NEGATIVE = ("stripe_balance", "platform_bank")


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
        RECEIVABLE_OFFICER = "receivable_officer"
        RECEIVABLE_DEPARTMENT = "receivable_department"
        RECEIVABLE_AGENCY = "receivable_agency"
        DISPUTED_JOB = "disputed_job"
        DISPUTE_LOSS = "dispute_loss"
        BAD_DEBT_EXPENSE = "bad_debt_expense"
        PLATFORM_BANK = "platform_bank"

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
            ),
            models.CheckConstraint(
                condition=Q(is_debit_normal=True, kind__in=_GROWS_BY_DEBIT)
                | Q(is_debit_normal=False) & ~Q(kind__in=_GROWS_BY_DEBIT),
                name="ledger_account_grows_on_its_side",
            ),
            models.CheckConstraint(
                condition=Q(may_be_negative=False) | Q(kind__in=_MAY_BE_NEGATIVE),
                name="ledger_account_has_the_floor_of_its_kind",
            ),
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
    source = models.CharField(
        max_length=120,
        blank=True,
        default="",
        help_text="Stripe's object that moved the money (ch_…, re_…, tr_…): nightly it is matched by this.",
    )
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["job_id"], name="ledger_by_job"),
            models.Index(fields=["source"], name="ledger_by_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.business_key


class LedgerEntry(models.Model):
    """One leg: a positive amount and a direction on one account.

    `account_version`, `balance_after_cents` and the two times are written by PostgreSQL while it holds the account's
    lock: a balance is one row to read, now or as of any time (`billing.books.balances`), and a floor is checked against
    money that nobody else is spending.
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
    happened_at = models.DateTimeField(help_text="The transaction's.")
    latest_happened_at = models.DateTimeField(
        help_text="The latest of the account's entries up to this one: later than happened_at when it was posted late."
    )

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="leg_is_positive"),
            models.UniqueConstraint(fields=["account", "account_version"], name="account_versions_have_no_doubles"),
        ]
        indexes = [models.Index(fields=["account", "latest_happened_at", "account_version"], name="ledger_as_of")]

    def __str__(self) -> str:
        return f"{self.direction} {self.amount_cents} {self.currency}"
