from django.db import models

from kernel.identifiers import uuid7


class OneTimeCode(models.Model):
    """A code sent to an address to prove that its reader controls it. Only a keyed hash of it is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=40)
    destination = models.CharField(max_length=254)
    subject_id = models.UUIDField(null=True, blank=True)
    code_hash = models.CharField(max_length=64)
    attempts_left = models.PositiveSmallIntegerField(default=5)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["purpose", "destination", "issued_at"], name="code_by_destination")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
