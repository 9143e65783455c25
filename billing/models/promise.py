from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models import Assignment


class PayPromise(models.Model):
    """By when an officer was promised the money for a shift, as they read it before they bid, and what became of it."""

    class Basis(models.TextChoices):
        DIRECT = "direct", "in the officer's bank"
        PAYROLL = "payroll", "with the department's payroll"

    class State(models.TextChoices):
        OPEN = "open", "not due yet"
        OVERDUE = "overdue", "due, and not paid yet"
        KEPT = "kept", "paid by the promised day"
        LATE = "late", "paid after the promised day"
        VOID = "void", "nothing was earned"

    class Reason(models.TextChoices):
        """What was late first: everything after it only waited."""

        NONE = "", "None"
        HOURS_DISPUTED = "hours_disputed", "The client disputed the hours"
        HOURS_LATE = "hours_late", "The hours were approved late"
        CLIENT_UNPAID = "client_unpaid", "The client had not paid for all hours"
        ACCOUNT_NOT_READY = "account_not_ready", "The officer's payment account could not receive money"
        TRANSFER_LATE = "transfer_late", "The transfer was made late"
        TRANSFER_FAILED = "transfer_failed", "The payment service refused the transfer"
        PAYOUT_FAILED = "payout_failed", "The officer's bank refused the deposit"
        BANK_LATE = "bank_late", "The payment service or the bank took longer"
        PAYROLL_LATE = "payroll_late", "The hours reached payroll late"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="pay_promise")
    officer_id = models.UUIDField()
    person_id = models.UUIDField()
    department_id = models.UUIDField(help_text="The governing department, by whose policy it was promised.")
    basis = models.CharField(max_length=8, choices=Basis)
    shift_ends_at = models.DateTimeField()
    steps = models.JSONField(help_text="departments.policy.pay_dates.PayDate.steps, as ISO dates.")
    promised_by = models.DateField()
    time_zone = models.CharField(max_length=64)
    promised_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    paid_at = models.DateTimeField(null=True, blank=True, help_text="In the bank; by payroll: sent to payroll.")
    days_late = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["kept", "late"], paid_at__isnull=False)
                | Q(state__in=["open", "overdue", "void"], paid_at__isnull=True),
                name="pay_promise_kept_is_paid",
            )
        ]
        indexes = [
            models.Index(fields=["officer_id", "promised_by"], name="promise_by_officer"),
            models.Index(fields=["department_id", "promised_by"], name="promise_by_department"),
            models.Index(
                fields=["shift_ends_at"], name="promise_unmeasured", condition=Q(state__in=["open", "overdue"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} by {self.promised_by}"
