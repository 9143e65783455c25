from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment
from marketplace.models.bid import Award
from marketplace.models.officer import Officer
from marketplace.models.service_level import ReliefSearch
from marketplace.models.shift import Position, Shift


class Offer(models.Model):
    """A place offered to one officer who did not bid, in the order of an award's frozen list.

    While it is open, an assignment in the state "offered" holds the place and the officer's time. Refused or not
    answered, that assignment is taken away again, for nobody was ever committed; this row stays.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        UNREACHABLE = "unreachable"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="offers")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="offers")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="offers")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="offers")
    assignment = models.OneToOneField(
        Assignment, on_delete=models.SET_NULL, related_name="offer", null=True, blank=True
    )
    relief_search = models.ForeignKey(
        ReliefSearch, on_delete=models.PROTECT, related_name="offers", null=True, blank=True
    )
    place = models.PositiveIntegerField(help_text="1 is first in the list of the award.")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    recorded_by_person_id = models.UUIDField(null=True, blank=True, help_text="Who wrote a telephoned answer down.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["award", "officer"], name="one_offer_per_round"),
            models.UniqueConstraint(
                fields=["shift", "officer"], condition=Q(state="open"), name="one_open_offer_per_shift"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="offer_answer_due", condition=Q(state="open")),
            models.Index(fields=["officer", "offered_at"], name="offer_by_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} on {self.shift_id}: {self.state}"


class OfficerAvailability(models.Model):
    """When an officer wants to be offered shifts without asking for them. Without a row, or unwilling, never.

    `weekly` holds [weekday, from, until] with Monday as 0 and local times of the home department; an end of 24:00 is
    midnight.
    """

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True, related_name="availability")
    wants_offers = models.BooleanField(default=False)
    weekly = models.JSONField(default=list)
    blocked_dates = ArrayField(models.DateField(), default=list, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "officers' availability"

    def __str__(self) -> str:
        return str(self.officer_id)
