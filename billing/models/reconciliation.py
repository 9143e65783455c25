from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7


class BalanceMovement(models.Model):
    """One balance transaction of Stripe's, mirrored: what moved the platform's balance there, by whose account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=60)
    source = models.CharField(
        max_length=120, help_text="The object that caused it; its own reference where Stripe names none."
    )
    amount_cents = models.BigIntegerField(help_text="Signed: below zero leaves the balance.")
    fee_cents = models.BigIntegerField()
    net_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    mirrored_at = models.DateTimeField()
    matched_at = models.DateTimeField(
        null=True, blank=True, help_text="When its source agreed with the books; empty ones are looked at every night."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(net_cents=F("amount_cents") - F("fee_cents")), name="movement_net_is_amount_less_fee"
            )
        ]
        indexes = [
            models.Index(fields=["source"], name="movement_by_source"),
            models.Index(fields=["created_at"], name="movement_by_time"),
            models.Index(fields=["source"], name="movement_unmatched", condition=Q(matched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.type} {self.net_cents} {self.currency}"


class PlatformPayout(models.Model):
    """A payout from the platform's Stripe balance to its own bank, and whether the bank has it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    amount_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, help_text="Stripe's own word.")
    failure = models.CharField(max_length=200, blank=True)
    arrives_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["arrives_at"], name="payout_under_way", condition=Q(state__in=["pending", "in_transit"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class ReconciliationDay(models.Model):
    """One night's match of the books, Stripe and the bank, for one day (UTC): progress, totals, and whether all agreed.

    `step`, `mirrored_until` and `progress` say where a run that died goes on; `leased_until` keeps a second one away.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        CLEAN = "clean"
        DIFFERENCES = "differences"

    class Step(models.TextChoices):
        VERIFY = "verify", "the books against their own entries"
        MIRROR = "mirror", "fetch Stripe's balance transactions and payouts"
        MATCH = "match", "compare by source"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    date = models.DateField(unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    step = models.CharField(max_length=8, choices=Step, default=Step.VERIFY)
    mirrored_until = models.DateTimeField(null=True, blank=True, help_text="All of Stripe's until then is mirrored.")
    mirror_to = models.DateTimeField(null=True, blank=True)
    mirror_cursor = models.CharField(max_length=120, blank=True)
    entries_until = models.JSONField(
        default=dict, help_text="Per currency the version of the stripe_balance account up to which was compared."
    )
    matched = models.PositiveIntegerField(default=0, help_text="Movements whose source agreed with the books.")
    opened = models.PositiveIntegerField(default=0)
    healed = models.PositiveIntegerField(default=0)
    open_items = models.PositiveIntegerField(default=0, help_text="Unresolved ones when it ended.")
    totals = models.JSONField(default=list, help_text="One billing.reconciliation.totals.Totals per currency.")
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.date} {self.state}"


class LedgerCheck(models.Model):
    """A nightly rebuild of every balance and version from the entries, and what differed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.OneToOneField(ReconciliationDay, on_delete=models.PROTECT, related_name="ledger_check")
    progress = models.JSONField(help_text="Of billing.books.ledger_verification: where a check that died goes on.")
    accounts = models.PositiveBigIntegerField(default=0)
    transactions = models.PositiveBigIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    differences = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.entries} entries, {self.differences} differences"


class WorkItem(models.Model):
    """One difference between the books, Stripe and the bank, until it heals, is corrected or is explained.

    There is one unresolved item per source at most. `amount_cents` is what Stripe has less what the books have.
    """

    class Kind(models.TextChoices):
        NOT_BOOKED = "not_booked", "at Stripe, not in the books"
        NOT_AT_STRIPE = "not_at_stripe", "in the books, not at Stripe"
        BOOKED_TWICE = "booked_twice", "booked more than once"
        AMOUNT_DIFFERS = "amount_differs", "another amount"
        FEE_DIFFERS = "fee_differs", "another fee"
        STRIPE_FEE = "stripe_fee", "a fee of Stripe's own"
        ADJUSTMENT = "adjustment", "an adjustment by Stripe"
        UNKNOWN_MOVEMENT = "unknown_movement", "a movement of an unknown kind"
        NO_SOURCE = "no_source", "a posting that names nothing at Stripe"
        PAYOUT_FAILED = "payout_failed", "a payout that the bank returned"
        PAYOUT_LATE = "payout_late", "a payout that has not arrived"
        MIRROR_INCOMPLETE = "mirror_incomplete", "Stripe's balance is another"
        UNEXPLAINED = "unexplained", "a rest that no item explains"
        MOVE_REFUSED = "move_refused", "money that Stripe refuses to move"
        LEDGER_BROKEN = "ledger_broken", "the books contradict their entries"

    class State(models.TextChoices):
        OPEN = "open"
        EXPLAINED = "explained"
        RESOLVED = "resolved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    source = models.CharField(max_length=220)
    currency = models.CharField(max_length=3, blank=True)
    compares = models.BooleanField(default=False, help_text="Found by comparing a source; else by a check of its own.")
    amount_cents = models.BigIntegerField()
    stripe_cents = models.BigIntegerField(default=0)
    books_cents = models.BigIntegerField(default=0)
    cause = models.CharField(max_length=400, help_text="What probably happened, in a sentence.")
    remedy = models.CharField(max_length=400, help_text="What to do about it, in a sentence.")
    job_id = models.UUIDField(null=True, blank=True)
    happened_at = models.DateTimeField(help_text="When the money moved or was booked: its age counts from here.")
    opened_on = models.ForeignKey(ReconciliationDay, on_delete=models.PROTECT, related_name="opened_work")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last found to differ still.")
    explanation = models.TextField(blank=True)
    explained_by_person_id = models.UUIDField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "currency"], condition=~Q(state="resolved"), name="one_open_work_item_per_source"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(explanation=""), name="explained_work_says_why"
            ),
        ]
        indexes = [models.Index(fields=["state", "happened_at"], name="work_items_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.amount_cents} {self.currency}"


class Correction(models.Model):
    """A posting that one operator proposes for a difference and another approves. Nobody approves their own."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        POSTED = "posted"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="corrections")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    account_kind = models.CharField(max_length=24, help_text="The other side of stripe_balance.")
    owner_id = models.UUIDField(null=True, blank=True)
    amount_cents = models.BigIntegerField(help_text="Signed: above zero raises stripe_balance.")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=400)
    proposed_by_person_id = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="correction_is_not_zero"),
            models.CheckConstraint(
                condition=~Q(state="posted")
                | Q(decided_by_person_id__isnull=False) & ~Q(decided_by_person_id=F("proposed_by_person_id")),
                name="correction_takes_two_people",
            ),
            models.UniqueConstraint(
                fields=["work_item"], condition=Q(state="proposed"), name="one_proposed_correction_per_work_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_kind} {self.amount_cents} {self.currency} {self.state}"
