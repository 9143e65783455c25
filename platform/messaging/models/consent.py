from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class SmsConsent(models.Model):
    """A person's recorded yes to text messages at one number: wording, time and place, and when it was withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    phone = models.CharField(max_length=20)
    wording = models.TextField()
    given_at = models.DateTimeField()
    given_from_address = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "phone"], condition=Q(withdrawn_at=None), name="one_live_sms_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class OptOut(models.Model):
    """A number that said STOP. Nothing is sent to it until it says START."""

    phone = models.CharField(max_length=20, primary_key=True)
    opted_out_at = models.DateTimeField()
    source = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.phone
