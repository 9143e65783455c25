from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.officer import Officer


class CalendarFeed(models.Model):
    """A secret address at which an officer's own calendar reads their shifts. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="calendar_feeds")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer"], condition=Q(revoked_at=None), name="one_live_calendar_feed"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.officer_id}"
