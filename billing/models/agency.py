from django.db import models
from django.db.models import Q

from billing.models.contract import Contract
from billing.models.settlement import Settlement
from kernel.identifiers import uuid7
from marketplace.models import Job


class AgencyOffer(models.Model):
    """An agency's price for one open request. What it says is in its versions; the newest counts."""

    class State(models.TextChoices):
        OPEN = "open"
        WITHDRAWN = "withdrawn"
        ACCEPTED = "accepted"
        NOT_CHOSEN = "not_chosen"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="agency_offers")
    agency_id = models.UUIDField()
    department_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=1, help_text="The newest version's number.")
    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, related_name="agency_offer", null=True, blank=True
    )
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "agency_id"], name="one_offer_per_agency"),
            models.UniqueConstraint(fields=["job"], condition=Q(state="accepted"), name="one_accepted_offer"),
        ]
        indexes = [models.Index(fields=["agency_id", "created_at"], name="offer_by_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id} on {self.job_id}: {self.state}"


class AgencyOfferVersion(models.Model):
    """What was offered, as it was: rates, extras, the price of every shift, until when. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(AgencyOffer, on_delete=models.PROTECT, related_name="versions")
    agency_id = models.UUIDField()
    number = models.PositiveIntegerField()
    revision_number = models.PositiveIntegerField(help_text="Of the request that it prices.")
    terms = models.JSONField(help_text="billing.agencies.pricing.OfferTerms as JSON: bill and pay rates, extras, tax.")
    policy = models.JSONField(help_text="The department's rules with the agency's rate card in them.")
    policy_version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    prices = models.JSONField()
    currency = models.CharField(max_length=3)
    net_cents = models.PositiveBigIntegerField()
    tax_cents = models.PositiveBigIntegerField()
    total_cents = models.PositiveBigIntegerField()
    valid_until = models.DateTimeField()
    message = models.TextField(blank=True)
    made_by_person_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offer_version_once"),
            models.CheckConstraint(
                condition=Q(total_cents=models.F("net_cents") + models.F("tax_cents")), name="offer_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"


class AgencyPayLine(models.Model):
    """What an agency's own payroll owes an officer for one assignment, in payee mode `agency`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="agency_pay_lines")
    agency_id = models.UUIDField()
    officer_id = models.UUIDField()
    person_id = models.UUIDField(help_text="The officer's own: what the database lets them read.")
    assignment_id = models.UUIDField()
    payable_minutes = models.PositiveIntegerField()
    pay_rate_cents_per_hour = models.PositiveIntegerField()
    pay_code = models.CharField(max_length=40, blank=True)
    pay_cents = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment_id", "pay_code"], name="one_agency_pay_line_per_pay_code")
        ]
        indexes = [models.Index(fields=["agency_id", "created_at"], name="pay_line_by_agency")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.pay_cents}"
