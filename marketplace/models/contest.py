from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models.bid import Award
from marketplace.models.officer import Officer


class AwardContest(models.Model):
    """An officer's objection to an award: judged once, on the award's frozen snapshot, with a remedy when it is upheld.

    It exists beside the award rather than on it because an award has many bidders, and each may object for themselves.
    Whoever takes an objection back may file another until the deadline; a decision stands.
    """

    class State(models.TextChoices):
        FILED = "filed"
        UPHELD = "upheld"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    class Remedy(models.TextChoices):
        NONE = "none"
        CREDIT = "credit"
        NEXT_OFFER = "next_offer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="contests")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="contests")
    governing_department_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State, default=State.FILED)
    grounds = models.TextField()
    snapshot_sha256 = models.CharField(max_length=64, help_text="Of the award's snapshot when the contest was filed.")
    filed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    decided_by_person_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decision = models.TextField(blank=True)
    remedy = models.CharField(max_length=10, choices=Remedy, default=Remedy.NONE)
    credit_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["award", "officer"], condition=~Q(state="withdrawn"), name="one_contest_per_award"
            ),
            models.CheckConstraint(
                condition=Q(state="filed", closed_at=None) | (~Q(state="filed") & Q(closed_at__isnull=False)),
                name="contest_closed_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(remedy="none") | Q(state="upheld"), name="contest_remedy_only_when_upheld"
            ),
            models.CheckConstraint(
                condition=Q(remedy="credit", credit_minutes__gt=0) | (~Q(remedy="credit") & Q(credit_minutes=0)),
                name="contest_credit_has_minutes",
            ),
        ]
        indexes = [models.Index(fields=["governing_department_id", "state", "filed_at"], name="contest_queue")]

    def __str__(self) -> str:
        return f"contest of {self.award_id}: {self.state}"
