from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class Engagement(TenantScopedModel):
    """An officer whom this agency may staff. The officer's home department still decides whether they may work."""

    class State(models.TextChoices):
        INVITED = "invited"
        ACTIVE = "active"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer_id"], condition=~Q(state="ended"), name="one_live_engagement_per_officer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.state}"
