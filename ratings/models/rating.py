from django.db import models
from django.db.models import Q

from kernel.identifiers import uuid7
from marketplace.models import Assignment, Officer

OFFICER_CATEGORIES = ("punctuality", "appearance", "conduct")
SITE_CATEGORIES = ("briefing", "safety", "conduct")
_OF_AN_OFFICER = ("client", "agency", "department")


def _between_one_and_five(*names: str) -> Q:
    # A check that comes to "unknown" passes: an empty mark must be refused by name.
    tests = {"gte": 1, "lte": 5, "isnull": False}
    return Q(**{f"{name}__{test}": value for name in names for test, value in tests.items()})


class Rating(models.Model):
    """What one side says of one finished shift: three marks and one comment, never changed afterwards.

    Client, agency and department rate the officer; the officer (`rater_kind` "officer") rates the client's site.
    The other side reads the comment once it has rated too, or from `releases_at` on. Marks reach only averages:
    `counted_at` says since when.
    """

    class RaterKind(models.TextChoices):
        CLIENT = "client"
        AGENCY = "agency"
        DEPARTMENT = "department"
        OFFICER = "officer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="ratings")
    officer = models.ForeignKey(
        Officer, on_delete=models.PROTECT, related_name="ratings", help_text="Who is rated, or who rates the site."
    )
    rater_kind = models.CharField(max_length=10, choices=RaterKind)
    client_id = models.UUIDField(null=True, blank=True, help_text="Which client rates, or whose site is rated.")
    agency_id = models.UUIDField(null=True, blank=True)
    department_id = models.UUIDField(null=True, blank=True)
    rated_by_person_id = models.UUIDField()
    punctuality = models.PositiveSmallIntegerField(null=True, blank=True)
    appearance = models.PositiveSmallIntegerField(null=True, blank=True)
    briefing = models.PositiveSmallIntegerField(null=True, blank=True)
    safety = models.PositiveSmallIntegerField(null=True, blank=True)
    conduct = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField()
    releases_at = models.DateTimeField(help_text="From then on the other side reads it, whether it has rated or not.")
    release_told_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is part of the shown average.")
    comment_hidden_at = models.DateTimeField(null=True, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by_person_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "rater_kind"], name="one_rating_per_side"),
            models.CheckConstraint(
                condition=(
                    Q(rater_kind__in=_OF_AN_OFFICER, briefing=None, safety=None)
                    & _between_one_and_five(*OFFICER_CATEGORIES)
                )
                | (
                    Q(rater_kind="officer", punctuality=None, appearance=None, client_id__isnull=False)
                    & _between_one_and_five(*SITE_CATEGORIES)
                ),
                name="rating_is_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="reply_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None) | Q(counted_at=None), name="struck_rating_is_not_counted"
            ),
        ]
        indexes = [
            models.Index(fields=["releases_at"], name="rating_waits", condition=Q(counted_at=None, struck_at=None)),
            models.Index(
                fields=["releases_at"],
                name="comment_is_untold",
                condition=Q(release_told_at=None, struck_at=None) & ~Q(comment=""),
            ),
            models.Index(fields=["client_id", "rated_at"], name="rating_by_client"),
        ]

    def __str__(self) -> str:
        return f"{self.rater_kind} on {self.assignment_id}"

    @property
    def is_of_site(self) -> bool:
        return self.rater_kind == self.RaterKind.OFFICER

    @property
    def categories(self) -> tuple[str, str, str]:
        return SITE_CATEGORIES if self.is_of_site else OFFICER_CATEGORIES

    @property
    def marks(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.categories}

    @property
    def shows_comment(self) -> bool:
        return bool(self.comment) and self.comment_hidden_at is None and self.struck_at is None
