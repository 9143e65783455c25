from django.db import models

from kernel.identifiers import uuid7


class DocumentSeries(models.Model):
    """The counter of one issuer's documents of a kind and year: locked, so that numbers have no gaps and no doubles."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issuer_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "document series"
        constraints = [models.UniqueConstraint(fields=["issuer_id", "kind", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"


class IssuedDocument(models.Model):
    """A document as it was issued: its content, its bytes and their hash. Immutable; corrections are new documents."""

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        STATEMENT = "statement"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    business_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=24, choices=Kind)
    number = models.CharField(max_length=40)
    issuer_id = models.UUIDField()
    issuer_name = models.CharField(max_length=160)
    department_id = models.UUIDField(null=True, blank=True)
    client_id = models.UUIDField(null=True, blank=True)
    officer_id = models.UUIDField(null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    settlement = models.ForeignKey(
        "billing.Settlement", on_delete=models.PROTECT, related_name="documents", null=True, blank=True
    )
    currency = models.CharField(max_length=3)
    total_cents = models.BigIntegerField()
    content = models.JSONField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer_id", "kind", "number"], name="document_number_once")]
        indexes = [
            models.Index(fields=["client_id", "issued_at"], name="document_by_client"),
            models.Index(fields=["officer_id", "issued_at"], name="document_by_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
