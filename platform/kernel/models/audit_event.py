from django.db import models

from kernel.identifiers import uuid7


class AuditEvent(models.Model):
    """Who did what, when, from where, with the values before and after. Append-only: PostgreSQL refuses changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant_id = models.UUIDField(null=True, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_person_id = models.UUIDField(null=True, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    actor_address = models.CharField(max_length=64, blank=True)
    actor_user_agent = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "happened_at"], name="audit_by_subject"),
            models.Index(fields=["tenant_id", "happened_at"], name="audit_by_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"
