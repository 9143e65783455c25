from django.db import models

from kernel.identifiers import uuid7


class JobReportWish(models.Model):
    """Somebody wants the report of their jobs by mail when a day, week or month is over in their time zone."""

    class Side(models.TextChoices):
        CLIENT = "client"
        OFFICER = "officer"

    class Cadence(models.TextChoices):
        DAY = "day"
        WEEK = "week"
        MONTH = "month"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    side = models.CharField(max_length=7, choices=Side)
    cadence = models.CharField(max_length=5, choices=Cadence)
    time_zone = models.CharField(max_length=64)
    wanted_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="When the period that runs now is over there.")

    class Meta:
        verbose_name_plural = "job report wishes"
        constraints = [models.UniqueConstraint(fields=["person_id", "side", "cadence"], name="one_wish_of_a_kind")]
        indexes = [models.Index(fields=["next_at"], name="job_report_due")]

    def __str__(self) -> str:
        return f"{self.cadence} {self.side} {self.person_id}"
