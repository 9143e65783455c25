from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment


class DispatchEntry(models.Model):
    """How an officer on a shift is known on the radio and what they drive; set at the desk, for the dispatch sheet."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, primary_key=True, related_name="dispatch_entry"
    )
    department_id = models.UUIDField()
    call_sign = models.CharField(max_length=20, blank=True)
    vehicle = models.CharField(max_length=40, blank=True)
    set_by_person_id = models.UUIDField(null=True, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "dispatch entries"

    def __str__(self) -> str:
        return f"{self.call_sign} {self.vehicle}".strip()


class DispatchFeed(models.Model):
    """A secret address at which a dispatch centre's own system reads the sheet. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department_id = models.UUIDField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department_id"], condition=Q(revoked_at=None), name="one_live_dispatch_feed"
            )
        ]

    def __str__(self) -> str:
        return f"feed of {self.department_id}"


class Disposition(models.Model):
    """What somebody wrote about something out of the ordinary: append-only, and a second thought is a second line."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department_id = models.UUIDField()
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=20)
    text = models.TextField()
    written_by_person_id = models.UUIDField(null=True, blank=True)
    written_by = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["assignment", "kind", "written_at"], name="disposition_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.assignment_id}"
