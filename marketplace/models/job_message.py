from django.db import models

from kernel.identifiers import uuid7
from marketplace.models.job import Job
from marketplace.models.officer import Officer


class JobMessage(models.Model):
    """One message in a job's thread. It is never changed or removed: what was agreed there can be read again.

    The author's name is kept as it was shown; telephone numbers and addresses are in no thread.
    """

    class Side(models.TextChoices):
        CLIENT = "client"
        DEPARTMENT = "department"
        AGENCY = "agency"
        OFFICER = "officer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side)
    author_person_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["job", "written_at"], name="job_message_in_order")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.author_name}"


class JobReader(models.Model):
    """How far one person has read one job's thread, and when they are to hear that there is more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="readers")
    person_id = models.UUIDField()
    side = models.CharField(max_length=10, choices=JobMessage.Side)
    read_until = models.DateTimeField(null=True, blank=True)
    notice_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "person_id", "side"], name="one_reader_per_side")]
        indexes = [
            models.Index(
                fields=["notice_due_at"],
                name="job_notice_due",
                condition=models.Q(notice_due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.job_id}"
