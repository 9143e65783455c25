from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.assignment import Assignment
from marketplace.models.clock_event import ClockEvent


class PresencePrompt(models.Model):
    """An officer on duty is asked whether they are still on site: a page in the background gets no position.

    `lapse`: why nobody waits for an answer any more. What was asked just before a break is no silence.
    """

    class Lapse(models.TextChoices):
        BREAK = "break"
        DUTY = "duty"
        RELIEVED = "relieved"
        LEFT = "left"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="presence_prompts")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    lapse = models.CharField(max_length=8, choices=Lapse, blank=True)

    class Meta:
        constraints = [
            # Two scanners at once ask once.
            models.UniqueConstraint(fields=["assignment", "asked_at"], name="presence_asked_once"),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="presence_unanswered", condition=Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} asked {self.asked_at}"


class PresenceAnswer(models.Model):
    """One tap with the position of that moment, judged like a punch, refused for no place. Kept as it came.

    `punch_id` is made by the phone, so that an answer sent twice is stored once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    punch_id = models.UUIDField(unique=True)
    prompt = models.OneToOneField(PresencePrompt, on_delete=models.PROTECT, related_name="answer")
    received_at = models.DateTimeField()
    happened_at = models.DateTimeField(help_text="The time that counts: the server's, or an offline answer's own.")
    fixes = models.JSONField(default=list)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy_metres = models.FloatField(null=True, blank=True)
    distance_metres = models.FloatField(null=True, blank=True)
    verdict = models.CharField(max_length=8, choices=ClockEvent.Verdict)
    explanation = models.TextField(blank=True)
    device_id = models.CharField(max_length=64, blank=True)
    fixes_rounded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="presence_to_round", condition=Q(fixes_rounded_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.verdict}"
