from django.db import models

from marketplace.models import Client, Officer


class Summary(models.Model):
    """The counted marks of one who is rated, and the figures that are shown of them.

    Sums are of counted ratings alone. Figures are tenths, weighed with `prior` (hundredths by category), which is the
    platform's mean at the moment of the last batch; without figures nothing but the count is shown.
    """

    count = models.PositiveIntegerField(default=0)
    conduct_sum = models.PositiveIntegerField(default=0)
    average_tenths = models.PositiveSmallIntegerField(null=True, blank=True)
    conduct_tenths = models.PositiveSmallIntegerField(null=True, blank=True)
    prior = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class RatingSummary(Summary):
    """Of an officer."""

    officer = models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True, related_name="rating_summary")
    punctuality_sum = models.PositiveIntegerField(default=0)
    appearance_sum = models.PositiveIntegerField(default=0)
    punctuality_tenths = models.PositiveSmallIntegerField(null=True, blank=True)
    appearance_tenths = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "rating summaries"
        indexes = [models.Index(fields=["counted_at"], name="rating_batches")]

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.count}"


class SiteSummary(Summary):
    """Of a client's sites, all of them together: a venue is written anew for every job."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, primary_key=True, related_name="site_summary")
    briefing_sum = models.PositiveIntegerField(default=0)
    safety_sum = models.PositiveIntegerField(default=0)
    briefing_tenths = models.PositiveSmallIntegerField(null=True, blank=True)
    safety_tenths = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "site summaries"

    def __str__(self) -> str:
        return f"{self.client_id}: {self.count}"
