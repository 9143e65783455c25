from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.identifiers import uuid7


class Jurisdiction(models.Model):
    """The public shadow of a department's jurisdiction, so that a venue finds its department without visiting tenants.

    Written only from the outbox; `policy_version` only grows.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department_id = models.UUIDField(unique=True)
    policy_version = models.PositiveIntegerField()
    areas = models.JSONField(default=list, help_text="GeoJSON polygons: [[[longitude, latitude], …], holes…].")
    postal_prefixes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    place_names = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    opted_into_marketplace = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.department_id)
