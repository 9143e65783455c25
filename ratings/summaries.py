"""The figures as pages show them. They move in batches only: see `publishing`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from ratings.models import RatingSummary, SiteSummary

# Fewer would tell the rated one who it was.
SHOWN_FROM_COUNT = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """Of an officer. Figures have one decimal, weighed; None until a batch of SHOWN_FROM_COUNT ratings is counted.

    `count` is of the ratings that the figures are made of: one more would tell that somebody has just rated.
    """

    count: int
    average: Decimal | None
    punctuality: Decimal | None
    appearance: Decimal | None
    conduct: Decimal | None


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """Of a client's sites; `conduct` is that of its people. None as in Summary."""

    count: int
    average: Decimal | None
    briefing: Decimal | None
    safety: Decimal | None
    conduct: Decimal | None


NO_RATINGS = Summary(0, None, None, None, None)
NO_SITE_RATINGS = SiteFigures(0, None, None, None, None)


def summary_of(officer_ids: Collection[UUID]) -> Mapping[UUID, Summary]:
    """One query; every officer asked for is a key."""
    stored = {row.officer_id: row for row in RatingSummary.objects.filter(officer_id__in=list(officer_ids))}
    return {officer_id: summary_from(stored.get(officer_id)) for officer_id in officer_ids}


def summary_from(row: RatingSummary | None) -> Summary:
    """For rows that came along with their officers, as by `select_related("officer__rating_summary")`."""
    if row is None:
        return NO_RATINGS
    tenths = (row.average_tenths, row.punctuality_tenths, row.appearance_tenths, row.conduct_tenths)
    return Summary(row.count, *[_decimal(one) for one in tenths])


def site_figures_of(*, client_id: UUID) -> SiteFigures:
    return site_figures_from(SiteSummary.objects.filter(client_id=client_id).first())


def site_figures_from(row: SiteSummary | None) -> SiteFigures:
    """For rows that came along with their clients, as by `select_related("job__client__site_summary")`."""
    if row is None:
        return NO_SITE_RATINGS
    tenths = (row.average_tenths, row.briefing_tenths, row.safety_tenths, row.conduct_tenths)
    return SiteFigures(row.count, *[_decimal(one) for one in tenths])


def _decimal(tenths: int | None) -> Decimal | None:
    return None if tenths is None else Decimal(tenths) / 10
