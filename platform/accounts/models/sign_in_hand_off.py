from django.conf import settings
from django.db import models

from kernel.identifiers import uuid7


class SignInHandOff(models.Model):
    """A single-use permission, 30 seconds long, to carry one person's sign-in to one other host of the platform."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    target_host = models.CharField(max_length=253)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} to {self.target_host}"
