"""The figures that an award order may name; settings.AWARD_RATINGS leads the marketplace here."""

from collections.abc import Collection, Mapping
from uuid import UUID

from ratings.mean import average_of_prior, prior_of
from ratings.models import OFFICER_CATEGORIES, RatingSummary


def tenths_for_award(officer_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The figure that is shown of each, in tenths; the platform's mean of those of whom none is shown."""
    shown = dict(
        RatingSummary.objects.filter(officer_id__in=list(officer_ids))
        .exclude(average_tenths=None)
        .values_list("officer_id", "average_tenths")
    )
    usual = _usual() if len(shown) < len(officer_ids) else 0
    return {officer_id: shown.get(officer_id) or usual for officer_id in officer_ids}


def _usual() -> int:
    """As of the last batch that was counted: the platform is not added up for every award."""
    last = (
        RatingSummary.objects.exclude(counted_at=None).order_by("-counted_at").values_list("prior", flat=True).first()
    )
    return average_of_prior(last or prior_of(sums={}, count=0, categories=OFFICER_CATEGORIES))
