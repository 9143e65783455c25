from django.conf import settings
from django.db import models

from kernel.identifiers import uuid7


class TermsAcceptance(models.Model):
    """That a person accepted one dated version of the terms, and from where."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="terms_acceptances")
    terms_version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField()
    accepted_from_address = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "terms_version"], name="terms_accepted_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.terms_version}"
