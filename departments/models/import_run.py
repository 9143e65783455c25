from django.db import models

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class ImportRun(TenantScopedModel):
    """One file on its way into the roster or the duty schedule, and what became of it.

    `table` holds the cells as text with their row numbers, so that a preview can be made again without the file;
    `mapping` says which column is which field; `plan` is what the last preview found, for people to read.
    """

    class Kind(models.TextChoices):
        ROSTER = "roster"
        DUTY = "duty"

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        PREVIEWED = "previewed"
        APPLYING = "applying"
        APPLIED = "applied"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20, blank=True)
    table = models.JSONField()
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True, help_text="What the preview was compared with, as a hash.")
    percent = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    started_by = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["kind", "uploaded_at"], name="import_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} import {self.file_name}: {self.state}"
