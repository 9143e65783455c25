from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from tenants.models import TenantScopedModel


class PolicyDraft(TenantScopedModel):
    """A next version that people are still writing: kept as typed, mistakes included, until it is published.

    `base_version` is the version that it was started from or last brought up to; 0 means none. `lock_version` counts
    its edits, so that nobody writes over what they have not seen.
    """

    class State(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    document = models.JSONField(default=dict)
    cases = models.JSONField(default=list, help_text="[{key, text}]: one case each, as YAML.")
    base_version = models.PositiveIntegerField(default=0)
    effective_from_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    lock_version = models.PositiveIntegerField(default=1)
    created_by_person_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_by_person_id = models.UUIDField(null=True, blank=True)
    updated_at = models.DateTimeField()
    published_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(state="open"), name="one_open_draft_of_a_name"),
            models.CheckConstraint(
                condition=Q(state="published", published_version__isnull=False)
                | (~Q(state="published") & Q(published_version=None)),
                name="published_draft_names_its_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class PolicyDraftEdit(TenantScopedModel):
    """One edit of a draft: where, what stood there before and after, and whose it was. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft = models.ForeignKey(PolicyDraft, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField(help_text="The draft's lock version after it.")
    path = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    person_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="one_edit_of_a_number")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.number}: {self.path}"
