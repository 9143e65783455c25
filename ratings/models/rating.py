from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models import Assignment, Officer


class Rating(models.Model):
    """What a client or a department says of one officer's finished work: three categories and one comment."""

    class RaterKind(models.TextChoices):
        CLIENT = "client"
        DEPARTMENT = "department"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="ratings")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="ratings")
    rater_kind = models.CharField(max_length=10, choices=RaterKind)
    client_id = models.UUIDField(null=True, blank=True)
    department_id = models.UUIDField(null=True, blank=True)
    rated_by_person_id = models.UUIDField()
    punctuality = models.PositiveSmallIntegerField()
    appearance = models.PositiveSmallIntegerField()
    conduct = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "rater_kind"], name="one_rating_per_side"),
            models.CheckConstraint(
                condition=Q(
                    punctuality__gte=1,
                    punctuality__lte=5,
                    appearance__gte=1,
                    appearance__lte=5,
                    conduct__gte=1,
                    conduct__lte=5,
                ),
                name="rating_is_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_kind} on {self.assignment_id}"


class RatingSummary(models.Model):
    """The sums behind an officer's averages, kept in step with the ratings in the same transaction."""

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True, related_name="rating_summary")
    count = models.PositiveIntegerField(default=0)
    punctuality_sum = models.PositiveIntegerField(default=0)
    appearance_sum = models.PositiveIntegerField(default=0)
    conduct_sum = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "rating summaries"

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.count}"
