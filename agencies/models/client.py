from django.db import models
from django.db.models import F, Q

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class AgencyClient(TenantScopedModel):
    """Somebody for whom this agency works. `client_id` names the client of the platform, where it is one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=160)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    notes = models.TextField(blank=True)
    added_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client_id"], condition=~Q(client_id=None), name="one_agency_client_per_client"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ClientContract(TenantScopedModel):
    """A standing agreement between the agency and one of its clients. Its rates are dated."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(AgencyClient, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True, help_text="The first day after it.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gt=F("from_date")), name="client_contract_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContractRate(TenantScopedModel):
    """What an hour of one rank is billed and paid at, from a day until the next rate of that rank begins."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contract = models.ForeignKey(ClientContract, on_delete=models.PROTECT, related_name="rates")
    rank_code = models.CharField(max_length=40)
    from_date = models.DateField()
    bill_rate_cents_per_hour = models.PositiveIntegerField()
    pay_rate_cents_per_hour = models.PositiveIntegerField()
    minimum_minutes = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "rank_code", "from_date"], name="one_rate_per_rank_and_day"),
            models.CheckConstraint(
                condition=Q(bill_rate_cents_per_hour__gt=0, pay_rate_cents_per_hour__gt=0),
                name="contract_rates_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank_code} from {self.from_date}"
