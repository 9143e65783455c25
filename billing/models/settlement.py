from django.db import models
from django.db.models import F, Q

from billing.models.contract import Contract
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift


class Settlement(models.Model):
    """One finished shift, billed to the cent: the price of the approved hours, and who gets which part of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.OneToOneField(Shift, on_delete=models.PROTECT, related_name="settlement")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="settlements")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="settlements")
    currency = models.CharField(max_length=3)
    price = models.JSONField(help_text="departments.policy.pricing.ShiftPrice as JSON.")
    split = models.JSONField(help_text="departments.policy.settlement.Split as JSON.")
    quoted_cents = models.PositiveBigIntegerField()
    billed_cents = models.PositiveBigIntegerField()
    supplier_cents = models.PositiveBigIntegerField()
    service_fee_cents = models.PositiveBigIntegerField()
    service_fee_tax_cents = models.PositiveBigIntegerField()
    drawn_cents = models.PositiveBigIntegerField(help_text="The part of the bill that was prepaid.")
    credited_cents = models.PositiveBigIntegerField(default=0, help_text="Given back after the bill, by refund cases.")
    credited_fee_cents = models.PositiveBigIntegerField(default=0, help_text="The service fee's part of that.")
    credited_fee_tax_cents = models.PositiveBigIntegerField(default=0, help_text="And its tax's.")
    settled_at = models.DateTimeField()
    distributed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the captured money covered it and its transfers were intended."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(billed_cents=F("supplier_cents") + F("service_fee_cents") + F("service_fee_tax_cents")),
                name="settlement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(credited_cents__lte=F("billed_cents"))
                & Q(credited_fee_cents__lte=F("service_fee_cents"))
                & Q(credited_fee_tax_cents__lte=F("service_fee_tax_cents")),
                name="settlement_credits_at_most_its_bill",
            ),
            models.CheckConstraint(
                condition=Q(drawn_cents__lte=F("billed_cents")), name="settlement_draws_at_most_its_bill"
            ),
        ]
        indexes = [models.Index(fields=["job"], name="settlement_undistributed", condition=Q(distributed_at=None))]

    @property
    def extra_cents(self) -> int:
        """What the client owes on top of what was prepaid."""
        return self.billed_cents - self.drawn_cents

    @property
    def owed_cents(self) -> int:
        """The bill, less what was given back of it."""
        return self.billed_cents - self.credited_cents

    def __str__(self) -> str:
        return f"settlement of {self.shift_id}"


class PayrollLine(models.Model):
    """What the department's own payroll owes an officer for one assignment, in payee mode `payroll`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="payroll_lines")
    department_id = models.UUIDField()
    officer_id = models.UUIDField()
    assignment_id = models.UUIDField()
    payable_minutes = models.PositiveIntegerField()
    pay_rate_cents_per_hour = models.PositiveIntegerField()
    pay_code = models.CharField(max_length=40, blank=True)
    pay_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    officer_period = models.ForeignKey(
        "billing.OfficerPeriod",
        on_delete=models.PROTECT,
        related_name="payroll_lines",
        null=True,
        blank=True,
        help_text="The period on whose statement it stands.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment_id", "pay_code"], name="one_payroll_line_per_pay_code")
        ]
        indexes = [
            models.Index(fields=["officer_id", "created_at"], name="payroll_by_officer"),
            models.Index(fields=["department_id", "created_at"], name="payroll_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.pay_cents}"
