from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class ExportFormat(TenantScopedModel):
    """How the files look that this department's time-and-attendance or payroll system reads.

    It may be edited at any time: every batch keeps the layout that it was written with.
    """

    class Rows(models.TextChoices):
        TIMESHEETS = "timesheets", "Hours worked (timesheets)"
        PAYROLL_LINES = "payroll_lines", "Pay owed (payroll lines)"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True)
    rows = models.CharField(max_length=16, choices=Rows)
    layout = models.JSONField(help_text="departments.exports.layouts.Layout as JSON.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ExportBook(TenantScopedModel):
    """The department's one counter of batches and rows. Whoever makes a batch holds its lock until the commit, so
    numbers have no gaps and a cursor over the sequence can never overtake a row that is committed later."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last_number = models.PositiveIntegerField(default=0)
    last_sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_export_book")]

    def __str__(self) -> str:
        return f"batch {self.last_number}, row {self.last_sequence}"


class ExportBatch(TenantScopedModel):
    """One file that left for payroll: numbered without gaps, stored whole with its hash, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    request_id = models.UUIDField(unique=True, help_text="Made by whoever asks: asking twice makes one batch.")
    format = models.ForeignKey(ExportFormat, on_delete=models.PROTECT, related_name="batches")
    format_name = models.CharField(max_length=80)
    rows_kind = models.CharField(max_length=16, choices=ExportFormat.Rows)
    layout = models.JSONField(help_text="The format's layout as it was.")
    until_date = models.DateField(help_text="Work that starts before this local date: the period's end, half-open.")
    row_count = models.PositiveIntegerField()
    worked_minutes = models.IntegerField()
    payable_minutes = models.IntegerField()
    pay_cents = models.BigIntegerField()
    file_name = models.CharField(max_length=120)
    file = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "export batches"
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=Q(row_count__gte=1), name="export_batch_is_not_empty")]

    def __str__(self) -> str:
        return f"batch {self.number}"


class ExportRow(TenantScopedModel):
    """One row that was sent, frozen. A source that changes afterwards goes out again as its next version, after a row
    that takes the last one back. PostgreSQL refuses the same version of a source twice, in whichever batch."""

    class Entry(models.TextChoices):
        ORIGINAL = "original"
        CORRECTION = "correction", "Correction (new figures)"
        REVERSAL = "reversal", "Reversal (takes a sent row back)"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(ExportBatch, on_delete=models.PROTECT, related_name="rows")
    sequence = models.PositiveBigIntegerField(unique=True)
    source_kind = models.CharField(max_length=16, choices=ExportFormat.Rows)
    source_id = models.UUIDField()
    version = models.PositiveIntegerField()
    entry = models.CharField(max_length=10, choices=Entry)
    takes_back = models.BooleanField()
    values = models.JSONField(help_text="Every figure and word of the row by the codes of departments.exports.sources.")
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "version", "takes_back"], name="export_row_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(entry="reversal", takes_back=True) | Q(~Q(entry="reversal"), takes_back=False),
                name="export_reversal_takes_back",
            ),
            models.CheckConstraint(
                condition=Q(entry="original", version=1) | ~Q(entry="original"), name="export_original_is_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.entry} {self.source_id} v{self.version}"
