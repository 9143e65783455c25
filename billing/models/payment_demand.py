from django.db import models
from django.db.models import Q

from billing.models.contract import Contract
from kernel.identifiers import uuid7
from marketplace.models import Job, Shift


class PaymentDemand(models.Model):
    """Money that is due after officers were invited: asked for, reminded of, and missed at its deadline.

    For a whole job whose policy is paid after the award, or for one shift whose saved card could not be charged. The
    deadline is a row that a scan finds; paid is half-open, before it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "nobody is assigned yet"
        ASKED = "asked"
        PAID = "paid"
        MISSED = "missed"
        WITHDRAWN = "withdrawn", "nothing is due any more"

    OPEN_STATES = (State.WAITING, State.ASKED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="payment_demands")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payment_demands")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="payment_demands", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=500, blank=True)
    amount_cents = models.PositiveBigIntegerField(default=0, help_text="What was asked for.")
    currency = models.CharField(max_length=3)
    deadline_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True, help_text="Empty once it was sent, or was not needed.")
    asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=Q(shift=None, state__in=["waiting", "asked"]),
                name="one_open_demand_per_job",
            ),
            models.UniqueConstraint(fields=["shift"], name="one_demand_per_shift"),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], name="demand_due", condition=Q(state__in=["waiting", "asked"])),
            models.Index(fields=["remind_at"], name="demand_to_remind", condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.state}"
