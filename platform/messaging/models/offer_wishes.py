from django.db import models
from django.db.models import Q


class OfferWishes(models.Model):
    """When and how often one person wants to hear of work. No row: the law's hours and the department's limits."""

    class Rhythm(models.TextChoices):
        AS_THEY_COME = "as_they_come"
        DAILY = "daily"

    person_id = models.UUIDField(primary_key=True)
    quiet_from = models.TimeField(null=True, blank=True, help_text="Local at home; may run past midnight.")
    quiet_until = models.TimeField(null=True, blank=True)
    at_night = models.BooleanField(default=False, help_text="They asked to be told outside of the law's hours too.")
    offers_a_day = models.PositiveSmallIntegerField(null=True, blank=True)
    rhythm = models.CharField(max_length=12, choices=Rhythm, default=Rhythm.AS_THEY_COME)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "wishes about offers"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until"))),
                name="quiet_hours_have_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(offers_a_day=None) | Q(offers_a_day__gte=1, offers_a_day__lte=100),
                name="offers_a_day_are_sane",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)
