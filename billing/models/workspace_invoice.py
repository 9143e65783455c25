"""Invoices that others made of the same work: an agency's own, and those that officers write themselves."""

from django.db import models
from django.db.models import Q

from billing.models.workspace import WorkspaceRow
from kernel.identifiers import uuid7
from marketplace.models import Assignment


class InvoiceSource(models.TextChoices):
    AGENCY = "agency", "the agency's own invoices"
    OFFICER = "officer", "officers' self-made invoices"


class WorkspaceImport(models.Model):
    """One file of invoices: its rows as text, what is wrong with them, and what became of it. Whole or nothing."""

    class State(models.TextChoices):
        PREVIEWED = "previewed"
        APPLIED = "applied"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    source = models.CharField(max_length=8, choices=InvoiceSource)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    table = models.JSONField(help_text="{header, rows}: what was read, as text.")
    mistakes = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "uploaded_at"], name="workspace_import_by_tenant")]

    def __str__(self) -> str:
        return self.file_name


class WorkspaceInvoice(models.Model):
    """An invoice of somebody else's, whole: its lines sum to its total."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    source = models.CharField(max_length=8, choices=InvoiceSource)
    imported_by = models.ForeignKey(WorkspaceImport, on_delete=models.PROTECT, related_name="invoices")
    officer_id = models.UUIDField(null=True, blank=True, help_text="Who wrote it, for an officer's own.")
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    total_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "source", "officer_id", "number"],
                nulls_distinct=False,
                name="workspace_invoice_number_once",
            ),
            models.CheckConstraint(
                condition=Q(source="agency", officer_id=None) | Q(source="officer", officer_id__isnull=False),
                name="workspace_invoice_has_its_writer",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class WorkspaceInvoiceLine(models.Model):
    """One line, matched with the row of its assignment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField()
    invoice = models.ForeignKey(WorkspaceInvoice, on_delete=models.PROTECT, related_name="lines")
    row = models.ForeignKey(WorkspaceRow, on_delete=models.PROTECT, related_name="invoice_lines")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    file_row = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "assignment"], name="one_line_of_an_invoice_per_assignment")
        ]
        indexes = [models.Index(fields=["tenant_id", "assignment"], name="workspace_line_by_work")]

    def __str__(self) -> str:
        return f"{self.cents} cents"
