from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from kernel.identifiers import uuid7
from marketplace.models.officer import Officer
from marketplace.models.shift import Shift


class ShortCode(models.Model):
    """The small number by which an officer speaks of one shift in text messages: "YES 77".

    A number belongs to a telephone, since that is all an answer comes with: two officers who share one are told apart
    by their numbers. It stands until the shift is over and a week has passed, so that a late answer is never taken for
    another shift; then it is given again. PostgreSQL refuses a number that is held.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="short_codes")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="short_codes")
    phone_key = models.CharField(max_length=32, help_text="A keyed hash: the number itself is kept in one place only.")
    number = models.PositiveSmallIntegerField()
    period = DateTimeRangeField(help_text="From when it was given until it may be given again.")
    declined_at = models.DateTimeField(
        null=True, blank=True, help_text="The officer does not want to hear of it again."
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="short_code_once_per_phone",
                expressions=[
                    ("phone_key", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(fields=["officer", "shift", "phone_key"], name="one_short_code_per_shift"),
        ]
        indexes = [models.Index(fields=["phone_key", "number"], name="short_code_by_phone")]

    def __str__(self) -> str:
        return f"{self.number}: {self.officer_id} on {self.shift_id}"
