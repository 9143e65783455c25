from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.bid import Award, Bid
from marketplace.models.officer import Officer
from marketplace.models.shift import Position, Shift


class Assignment(models.Model):
    """The commitment of one officer to one shift. PostgreSQL itself refuses two live ones that overlap."""

    class State(models.TextChoices):
        OFFERED = "offered"
        CONFIRMED = "confirmed"
        CHECKED_IN = "checked_in"
        CHECKED_OUT = "checked_out"
        CALLED_OFF = "called_off"
        NO_SHOW = "no_show"
        RELIEVED = "relieved"

    LIVE_STATES = ("offered", "confirmed", "checked_in", "checked_out")
    # An offer holds its place but commits nobody.
    COMMITTED_STATES = ("confirmed", "checked_in", "checked_out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="assignments")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="assignments")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="assignments")
    bid = models.OneToOneField(Bid, on_delete=models.PROTECT, related_name="assignment", null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.CONFIRMED)
    period = DateTimeRangeField()
    pay_rate_cents_per_hour = models.PositiveIntegerField()
    pay_code = models.CharField(max_length=40, blank=True)
    authorised_ends_at = models.DateTimeField(help_text="Work after this needs an approved overrun to count.")
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When something about the service levels may be due next; empty: not known."
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="no_double_booking",
                expressions=[("officer", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=("offered", "confirmed", "checked_in", "checked_out")),
            ),
            models.UniqueConstraint(
                fields=["shift", "officer"],
                condition=Q(state__in=("offered", "confirmed", "checked_in", "checked_out")),
                name="one_live_assignment_per_shift",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authorised_ends_at"],
                name="assignment_end_due",
                condition=Q(state__in=("confirmed", "checked_in")),
            ),
            models.Index(
                fields=["look_at"],
                name="assignment_look_due",
                condition=Q(state__in=("confirmed", "checked_in", "checked_out")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} on {self.shift_id}: {self.state}"
