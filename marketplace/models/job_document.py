from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.client import Client
from marketplace.models.job import Job


class DocumentDemand(models.Model):
    """One paper that the governing department wants for a job, copied from the policy that the job was asked under."""

    class Gate(models.TextChoices):
        APPROVAL = "approval"
        OPENING = "opening"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="document_demands")
    governing_department_id = models.UUIDField()
    code = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField(help_text="Its place in the policy, from 0.")
    name = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    example = models.CharField(max_length=500, blank=True)
    gates = models.CharField(max_length=8, choices=Gate)
    due_at = models.DateTimeField()
    valid_through_date = models.DateField(null=True, blank=True, help_text="The last day on which it must hold.")
    minimum_cover_cents = models.BigIntegerField(null=True, blank=True)
    is_needed = models.BooleanField(default=True, help_text="False after a change that made it needless.")
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by_person_id = models.UUIDField(null=True, blank=True)
    waiver_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["job", "code"], name="one_demand_per_code")]
        indexes = [
            models.Index(
                fields=["next_reminder_at"], name="document_reminder_due", condition=Q(next_reminder_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} for {self.job_id}"


class JobDocument(models.Model):
    """A paper as the client brought it. The file lies outside every public address, under a random key."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    LIVE_STATES = (State.UPLOADED, State.ACCEPTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    demand = models.ForeignKey(DocumentDemand, on_delete=models.PROTECT, related_name="documents")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="documents")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="documents")
    governing_department_id = models.UUIDField()
    code = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    storage_key = models.CharField(max_length=120)
    original_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    expires_date = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    cover_cents = models.BigIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by_person_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    reused_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reuses", help_text="Of an earlier job."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demand"], condition=Q(state__in=["uploaded", "accepted"]), name="one_live_document_per_demand"
            ),
            models.CheckConstraint(condition=Q(size_bytes__gte=1), name="document_is_not_empty"),
        ]
        indexes = [
            models.Index(
                fields=["client", "governing_department_id", "code"],
                name="document_to_reuse",
                condition=Q(state="accepted"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state} for {self.job_id}"
