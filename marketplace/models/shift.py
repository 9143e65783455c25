from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from geo.expressions import CubeField, Earth
from kernel.identifiers import uuid7
from marketplace.models.job import Job


class Shift(models.Model):
    """One dated slot of a job. Bidding closes at `closes_at`; the draw's seed is committed to when it opens.

    The place is copied from the venue, so that "near me" reads one table.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        PART_STAFFED = "part_staffed"
        STAFFED = "staffed"
        IN_PROGRESS = "in_progress"
        WORKED = "worked"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="shifts")
    number = models.PositiveSmallIntegerField()
    governing_department_id = models.UUIDField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    vehicle_code = models.CharField(max_length=40, blank=True)
    vehicle_count = models.PositiveSmallIntegerField(default=0)
    latitude = models.FloatField()
    longitude = models.FloatField()
    earth = models.GeneratedField(
        expression=Earth(F("latitude"), F("longitude")), output_field=CubeField(), db_persist=True
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    first_come = models.BooleanField(default=False)
    draw_commitment = models.CharField(max_length=64, blank=True)
    draw_seed = models.CharField(max_length=64, blank=True)
    awarded_at = models.DateTimeField(null=True, blank=True)
    next_tier_opens_at = models.DateTimeField(null=True, blank=True, help_text="When the next group is invited.")
    open_to_others_at = models.DateTimeField(
        null=True, blank=True, help_text="From when other departments' officers may come, also off the marketplace."
    )
    offers_due_at = models.DateTimeField(null=True, blank=True, help_text="When a new round of offers begins.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When every timesheet of it was resolved.")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["job", "number"], name="shift_number_once"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="shift_is_on_earth",
            ),
        ]
        indexes = [
            GistIndex(fields=["earth"], name="open_shift_by_place", condition=Q(state__in=["open", "part_staffed"])),
            models.Index(fields=["closes_at"], name="shift_closing_due", condition=Q(state="open")),
            models.Index(
                fields=["starts_at"],
                name="shift_start_due",
                condition=Q(state__in=["planned", "open", "part_staffed"]),
            ),
            models.Index(
                fields=["next_tier_opens_at"], name="shift_tier_due", condition=Q(next_tier_opens_at__isnull=False)
            ),
            models.Index(fields=["offers_due_at"], name="shift_offers_due", condition=Q(offers_due_at__isnull=False)),
            models.Index(fields=["ends_at"], name="shift_unfinished", condition=Q(finished_at=None)),
            models.Index(fields=["governing_department_id", "starts_at"], name="shift_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} shift {self.number}"


class Position(models.Model):
    """So many officers of one rank on a shift, at the rates of the accepted contract."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="positions")
    rank_code = models.CharField(max_length=40)
    rank_name = models.CharField(max_length=80)
    headcount = models.PositiveSmallIntegerField()
    unbilled_headcount = models.PositiveSmallIntegerField(
        default=0, help_text="So many of them are supervisors who come without charge to the client."
    )
    bill_rate_cents_per_hour = models.PositiveIntegerField()
    pay_rate_cents_per_hour = models.PositiveIntegerField()
    pay_code = models.CharField(max_length=40, blank=True)
    shift_pay_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="One officer's pay for the whole shift as contracted; to find and sort by."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "rank_code"], name="one_position_per_rank"),
            models.CheckConstraint(condition=Q(headcount__gte=1, headcount__lte=200), name="headcount_is_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.headcount} × {self.rank_name}"
