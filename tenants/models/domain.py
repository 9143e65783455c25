from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django_tenants.models import DomainMixin

from kernel.identifiers import uuid7


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name that opens one tenant's portal. The table is the whole list of hosts that are answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="domain_lower_case"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_primary=True), name="one_primary_domain"),
        ]
