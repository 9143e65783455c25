from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class Client(models.Model):
    """A business or citizen who asks for officers."""

    class Kind(models.TextChoices):
        PERSON = "person"
        BUSINESS = "business"
        NON_PROFIT = "non_profit"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BUSINESS)
    name = models.CharField(max_length=160)
    billing_email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=20, blank=True)
    billing_address = models.CharField(max_length=300, blank=True)
    stripe_customer_reference = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ClientMember(models.Model):
    """A person who acts for a client."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client_memberships")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "person"], condition=Q(ended_at=None), name="one_live_membership_per_client"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.client_id}"


class ClientBlock(models.Model):
    """A department's decision, with its reason, to take no more requests from a client until it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="blocks")
    department_id = models.UUIDField()
    reason = models.TextField()
    blocked_by_person_id = models.UUIDField()
    blocked_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "department_id"], condition=Q(lifted_at=None), name="one_live_block_per_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} blocked by {self.department_id}"
