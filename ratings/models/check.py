from django.db import models

from kernel.identifiers import uuid7


class RatingCheck(models.Model):
    """A nightly computation of every shown rating from the ratings, and what differed. One a day (UTC).

    `examples`: the first sentences of `ratings.verifying`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    date = models.DateField(unique=True)
    differences = models.PositiveIntegerField(default=0)
    examples = models.JSONField(default=list)
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.date}: {self.differences} differences"
