from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from geo.expressions import CubeField, Earth
from kernel.identifiers import uuid7
from marketplace.models.client import Client


class Venue(models.Model):
    """Where a job takes place. The pin is the client's own: a postal centroid never arms the clock-in fence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    postal_code = models.CharField(max_length=12, blank=True)
    place_name = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    latitude = models.FloatField()
    longitude = models.FloatField()
    end_latitude = models.FloatField(null=True, blank=True)
    end_longitude = models.FloatField(null=True, blank=True)
    pin_confirmed_at = models.DateTimeField(null=True, blank=True)
    radius_metres = models.PositiveIntegerField(
        default=150, validators=[MinValueValidator(75), MaxValueValidator(1000)]
    )
    earth = models.GeneratedField(
        expression=Earth(F("latitude"), F("longitude")), output_field=CubeField(), db_persist=True
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="venue_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(radius_metres__gte=75, radius_metres__lte=1000), name="venue_radius_is_sane"
            ),
        ]
        indexes = [GistIndex(fields=["earth"], name="venue_by_place")]

    def __str__(self) -> str:
        return self.name
