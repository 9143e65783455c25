from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from geo.expressions import CubeField, Earth, EarthReach
from kernel.identifiers import uuid7
from marketplace.models.busy_times import BusyTimesField


class Officer(models.Model):
    """A sworn person on the marketplace. What their department knows of them stays in its roster.

    `left_at` is set the moment their home department takes them off the roster: no bid, award or clock-in after it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer")
    home_department_id = models.UUIDField()
    home_since_date = models.DateField()
    display_name = models.CharField(max_length=160)
    travel_radius_metres = models.PositiveIntegerField(default=40_000)
    wants_sms = models.BooleanField(default=True)
    wants_email = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["home_department_id"], name="officer_by_home")]
        constraints = [
            models.CheckConstraint(
                condition=Q(travel_radius_metres__gte=1_000, travel_radius_metres__lte=400_000),
                name="travel_radius_is_sane",
            )
        ]

    def __str__(self) -> str:
        return self.display_name


class OfficerPrivate(models.Model):
    """What matching, messaging and the officer alone may read. Behind row-level security; never in any export."""

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True, related_name="private")
    person_id = models.UUIDField(unique=True)
    phone = models.CharField(max_length=20, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    home_label = models.CharField(max_length=200, blank=True)
    home_latitude = models.FloatField(null=True, blank=True)
    home_longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "officers' private data"
        constraints = [
            models.CheckConstraint(
                condition=Q(home_latitude=None, home_longitude=None)
                | Q(home_latitude__gte=-90, home_latitude__lte=90, home_longitude__gte=-180, home_longitude__lte=180),
                name="home_is_on_earth",
            )
        ]

    def __str__(self) -> str:
        return str(self.officer_id)


class OfficerReach(models.Model):
    """The narrow table that matching scans, under a role of its own: where an officer starts from, and how far they go.

    It exists because row-level security keeps `cube` operators from using their index. The home department is copied
    here, so that a department's own officers are found without a walk through everybody's.
    """

    officer = models.OneToOneField(Officer, on_delete=models.CASCADE, primary_key=True, related_name="reach")
    home_department_id = models.UUIDField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    travel_radius_metres = models.PositiveIntegerField()
    earth = models.GeneratedField(
        expression=Earth(F("latitude"), F("longitude")), output_field=CubeField(), db_persist=True
    )
    reach = models.GeneratedField(
        expression=EarthReach(Earth(F("latitude"), F("longitude")), F("travel_radius_metres")),
        output_field=CubeField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "officers' reach"
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="reach_is_on_earth",
            )
        ]
        indexes = [
            GistIndex(fields=["earth", "reach"], name="reach_by_place"),
            GistIndex(fields=["home_department_id", "earth", "reach"], name="reach_by_home"),
        ]

    def __str__(self) -> str:
        return str(self.officer_id)


class Standing(models.Model):
    """The public shadow of a roster entry: enough to prefilter by, no reasons, written only from the outbox.

    `version` only grows: an older delivery that arrives late changes nothing.
    """

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True, related_name="standing")
    version = models.PositiveIntegerField()
    may_work_from_date = models.DateField(null=True, blank=True)
    may_work_until_date = models.DateField(null=True, blank=True)
    rank_code = models.CharField(max_length=40)
    seniority_date = models.DateField()
    credential_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    busy_times = BusyTimesField(default=list, help_text="When duty, court or leave claims them, without labels.")

    def __str__(self) -> str:
        return f"{self.officer_id} v{self.version}"
