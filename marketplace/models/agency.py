from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.officer import Officer


class AgencyAdmission(models.Model):
    """A department's word on an agency in its jurisdiction. Rows are only added; the newest of a pair counts.

    No row is no admission: an agency that nobody looked at works nowhere.
    """

    class Decision(models.TextChoices):
        ADMITTED = "admitted"
        BARRED = "barred"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department_id = models.UUIDField()
    agency_id = models.UUIDField()
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.TextField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency_id", "department_id", "-id"], name="admission_by_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.decision} by {self.department_id}"


class AgencyProfile(models.Model):
    """What an agency shows of itself to clients who compare offers: its licence and its insurance, in its own words."""

    agency_id = models.UUIDField(primary_key=True)
    licence_number = models.CharField(max_length=60, blank=True)
    insurer = models.CharField(max_length=120, blank=True)
    insured_cents = models.PositiveBigIntegerField(default=0)
    insured_until_date = models.DateField(null=True, blank=True)
    about = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.agency_id)


class OfficerEngagement(models.Model):
    """The public shadow of an agency's engagement, so that an officer finds theirs without a visit to every schema.

    Written in the same transaction as the agency's own row, by `agencies.engagements` alone.
    """

    class State(models.TextChoices):
        INVITED = "invited"
        ACTIVE = "active"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency_id = models.UUIDField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="engagements")
    person_id = models.UUIDField(help_text="The officer's own: what the database lets them read.")
    state = models.CharField(max_length=8, choices=State)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "officer"], condition=~Q(state="ended"), name="one_live_engagement_of_an_officer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} with {self.agency_id}: {self.state}"
