from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.client import Client
from marketplace.models.venue import Venue


class EventType(models.TextChoices):
    FESTIVAL = "festival"
    FILM_SHOOT = "film-shoot"
    WIDE_LOAD_ESCORT = "wide-load-escort"
    TRAFFIC_CONTROL = "traffic-control"
    BUSINESS_SECURITY = "business-security"
    FUNERAL = "funeral"
    SPORTING_EVENT = "sporting-event"


MOVING_EVENT_TYPES = frozenset({EventType.WIDE_LOAD_ESCORT, EventType.FUNERAL})


class JobDraft(models.Model):
    """A request that somebody is still writing, perhaps before they have an account. Its key is the permission."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)
    person_id = models.UUIDField(null=True, blank=True)
    department_id = models.UUIDField(null=True, blank=True, help_text="Started from this department's own portal.")
    answers = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    submitted_job_id = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Job(models.Model):
    """What a client asks for, at a venue, under one governing department. Its status line derives from its shifts."""

    class State(models.TextChoices):
        SUBMITTED = "submitted"
        APPROVED = "approved"
        REJECTED = "rejected"
        CONTRACTED = "contracted"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    class Route(models.TextChoices):
        DEPARTMENT = "department"
        MARKETPLACE = "marketplace"
        AGENCY = "agency"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="jobs")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="jobs")
    governing_department_id = models.UUIDField()
    route = models.CharField(max_length=12, choices=Route, default=Route.DEPARTMENT)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    event_type = models.CharField(max_length=24, choices=EventType)
    title = models.CharField(max_length=120)
    duties = models.TextField()
    meeting_point = models.CharField(max_length=300)
    contact_name = models.CharField(max_length=120)
    contact_phone = models.CharField(max_length=20)
    attire = models.CharField(max_length=200)
    expected_attendance = models.PositiveIntegerField(null=True, blank=True)
    alcohol_served = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict, help_text="Answers to the policy's own questions, by fact.")
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64)
    policy_version = models.PositiveIntegerField()
    policy_sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    entered_by_coordinator = models.BooleanField(default=False)
    submitted_by_person_id = models.UUIDField()
    submitted_at = models.DateTimeField()
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    contracted_at = models.DateTimeField(null=True, blank=True)
    funded_at = models.DateTimeField(null=True, blank=True, help_text="When the accepted contract was paid in full.")
    opening_held_at = models.DateTimeField(
        null=True, blank=True, help_text="Paid, but officers are not invited until a document is there."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    agencies_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="From when admitted agencies may offer a price, by the client's wish."
    )
    agency_id = models.UUIDField(null=True, blank=True, help_text="The supplier, on the agency route.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(route="agency", agency_id__isnull=False) | (~Q(route="agency") & Q(agency_id=None)),
                name="agency_route_names_its_agency",
            )
        ]
        indexes = [
            models.Index(
                fields=["governing_department_id", "agencies_asked_at"],
                name="job_asks_agencies",
                condition=Q(agencies_asked_at__isnull=False, state__in=["submitted", "approved"]),
            ),
            models.Index(fields=["agency_id", "submitted_at"], name="job_by_agency", condition=~Q(agency_id=None)),
            models.Index(fields=["governing_department_id", "state", "submitted_at"], name="job_by_department"),
            models.Index(fields=["client", "submitted_at"], name="job_by_client"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class JobRevision(models.Model):
    """What the job was to be, whole, at each version: proposed by an edit, applied when its contract is accepted."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPLIED = "applied"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    terms = models.JSONField(help_text="marketplace.terms.JobTerms as JSON.")
    policy_version = models.PositiveIntegerField(help_text="The governing department's rules that price this version.")
    state = models.CharField(max_length=10, choices=State)
    proposed_by_person_id = models.UUIDField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["job"], condition=Q(state="proposed"), name="one_open_revision_per_job"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} r{self.number}"


class UnservedDemand(models.Model):
    """A request where no department of the platform governs: refused kindly, and kept as a reason to bring one on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    latitude = models.FloatField()
    longitude = models.FloatField()
    place_name = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2, blank=True)
    event_type = models.CharField(max_length=24, blank=True)
    officers_wanted = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unserved demand"

    def __str__(self) -> str:
        return f"{self.place_name} {self.asked_at:%Y-%m-%d}"
