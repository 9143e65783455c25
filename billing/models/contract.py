from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models import Job, JobDraft


class Quote(models.Model):
    """An itemised price for a request, shown before anything is sent, with the rate card that it was made from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(JobDraft, on_delete=models.PROTECT, related_name="quotes", null=True, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="quotes", null=True, blank=True)
    department_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    prices = models.JSONField(help_text="One departments.policy.pricing.ShiftPrice as JSON per shift, in order.")
    policy = models.JSONField()
    policy_version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    terms = models.JSONField()
    non_profit = models.BooleanField(default=False)
    net_cents = models.PositiveBigIntegerField()
    tax_cents = models.PositiveBigIntegerField()
    total_cents = models.PositiveBigIntegerField()
    quoted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"quote {self.total_cents} {self.currency}"


class Contract(models.Model):
    """A versioned offer to the client: the job's terms, the price of every shift, and the policy that it was priced by.

    A change to the job makes the next version and asks again; the version before stands until the new one is accepted.
    """

    class State(models.TextChoices):
        OFFERED = "offered"
        ACCEPTED = "accepted"
        SUPERSEDED = "superseded"
        DECLINED = "declined"

    class Way(models.TextChoices):
        PREPAID = "prepaid", "paid by the policy's own terms, on the payment page"
        CARD_ON_FILE = "card_on_file", "held on a saved card shortly before each shift"
        INVOICE = "invoice", "by an invoice after each shift"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="contracts")
    version = models.PositiveIntegerField()
    revision_number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    currency = models.CharField(max_length=3)
    terms = models.JSONField()
    prices = models.JSONField()
    policy = models.JSONField()
    policy_version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    payee_mode = models.CharField(max_length=10)
    agency_id = models.UUIDField(null=True, blank=True, help_text="The supplier, where an agency staffs the job.")
    supplier_terms = models.JSONField(
        default=dict, help_text="An agency's tax_numbers by the code of the tax; empty where the department supplies."
    )
    service_fee_basis_points = models.PositiveIntegerField()
    service_fee_tax = models.JSONField(default=dict)
    requested_at = models.DateTimeField(help_text="From when notice counts: short notice may cost more.")
    non_profit = models.BooleanField(default=False)
    facts = models.JSONField(
        default=dict, help_text="What the rate card's conditions were told; the bill is told the same."
    )
    way = models.CharField(max_length=12, choices=Way, default=Way.PREPAID)
    payment_terms = models.JSONField(
        default=dict, help_text="When the policy wants it paid: billing.agreeing.agreed_terms.AgreedTerms as JSON."
    )
    net_cents = models.PositiveBigIntegerField()
    tax_cents = models.PositiveBigIntegerField()
    total_cents = models.PositiveBigIntegerField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_person_id = models.UUIDField(null=True, blank=True)
    accepted_from_address = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "version"], name="contract_version_once"),
            models.UniqueConstraint(
                fields=["job", "revision_number", "agency_id"],
                nulls_distinct=False,
                name="one_contract_per_revision_and_supplier",
            ),
            models.CheckConstraint(
                condition=Q(payee_mode="agency", agency_id__isnull=False)
                | (~Q(payee_mode="agency") & Q(agency_id=None)),
                name="agency_contract_names_its_agency",
            ),
            models.UniqueConstraint(fields=["job"], condition=Q(state="accepted"), name="one_accepted_contract"),
            models.UniqueConstraint(fields=["job"], condition=Q(state="offered"), name="one_offered_contract"),
            models.CheckConstraint(
                condition=Q(total_cents=models.F("net_cents") + models.F("tax_cents")), name="contract_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} contract v{self.version}"
