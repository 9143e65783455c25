from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7


class WhatIfRun(models.Model):
    """A draft policy tried on a department's past, by a worker, since hundreds of awards take longer than a page may.

    `result` keeps officers by their ids; names are looked up when it is shown.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department_id = models.UUIDField()
    label = models.CharField(max_length=120)
    document = models.JSONField()
    from_date = models.DateField()
    until_date = models.DateField(help_text="The first day after.")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    requested_by_person_id = models.UUIDField(null=True, blank=True)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="what_if_percent_is_sane"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False), name="what_if_done_has_a_result"
            ),
        ]
        indexes = [
            models.Index(fields=["department_id", "requested_at"], name="what_if_by_department"),
            models.Index(fields=["state"], name="what_if_unfinished", condition=Q(state__in=("queued", "running"))),
        ]

    def __str__(self) -> str:
        return f"what if {self.label}: {self.state}"
