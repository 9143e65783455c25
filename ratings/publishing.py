"""Released ratings reach the shown figures in batches, so that no figure before and after tells a single rating.

A batch is of at least three ratings from at least two raters: whoever compares two figures learns the sum of several
ratings and not who gave which. A struck rating leaves at once: it protects nobody any more.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from marketplace.scanning import move_each
from ratings.mean import figures, prior_of
from ratings.models import OFFICER_CATEGORIES, SITE_CATEGORIES, Rating, RatingSummary, SiteSummary
from ratings.summaries import SHOWN_FROM_COUNT

BATCH_OF_RATERS = 2
_OWN_SIDE = Rating.RaterKind.OFFICER


class Kind(NamedTuple):
    """What is rated: the summary's model, its key there and in ratings, and the categories."""

    model: type[RatingSummary] | type[SiteSummary]
    key: str
    categories: tuple[str, str, str]
    raters: Any

    def ratings(self) -> QuerySet[Rating]:
        is_of_site = Q(rater_kind=_OWN_SIDE)
        return Rating.objects.filter(is_of_site if self.model is SiteSummary else ~is_of_site)


OFFICERS = Kind(RatingSummary, "officer_id", OFFICER_CATEGORIES, Coalesce("client_id", "agency_id", "department_id"))
SITES = Kind(SiteSummary, "client_id", SITE_CATEGORIES, F("officer_id"))
KINDS = (OFFICERS, SITES)


def released(ratings: QuerySet[Rating], *, at: datetime) -> QuerySet[Rating]:
    """Those that the one whom they are about may know of: both have rated, or seven days are over."""
    given = Rating.objects.filter(assignment=OuterRef("assignment"))
    answered = Exists(given.filter(rater_kind=_OWN_SIDE)), Exists(given.filter(rater_kind=Rating.RaterKind.CLIENT))
    both = (~Q(rater_kind=_OWN_SIDE) & Q(answered[0])) | (Q(rater_kind=_OWN_SIDE) & Q(answered[1]))
    return ratings.filter(Q(releases_at__lte=at) | both)


def scan_batches(*, at: datetime) -> int:
    """Count every batch that is complete. Answers with how many summaries moved."""
    moved = 0
    for kind in KINDS:
        due = _due(kind, at)
        if due:
            prior = platform_prior(kind)
            moved += move_each(due, partial(_publish, kind=kind, prior=prior, at=at))
    return moved


def platform_prior(kind: Kind) -> dict[str, int]:
    """Hundredths by category, of everything that is counted on the platform."""
    sums = kind.model.objects.aggregate(
        total=Coalesce(Sum("count"), 0), **{name: Coalesce(Sum(f"{name}_sum"), 0) for name in kind.categories}
    )
    return prior_of(sums=sums, count=sums["total"], categories=kind.categories)


def take_out(rating: Rating) -> None:
    """A rating that is being struck leaves the figures; with fewer than three left they are shown no more.

    In the caller's transaction, which has locked and saves the rating.
    """
    kind = SITES if rating.is_of_site else OFFICERS
    row = kind.model.objects.select_for_update().get(**{kind.key: getattr(rating, kind.key)})
    row.count -= 1
    for name, mark in rating.marks.items():
        setattr(row, f"{name}_sum", getattr(row, f"{name}_sum") - mark)
    show(row, kind)
    row.save()


def show(row: RatingSummary | SiteSummary, kind: Kind) -> None:
    """The figures from the sums and the prior that the row itself holds."""
    shown = figures_of(row, kind)
    for name in ("average", *kind.categories):
        setattr(row, f"{name}_tenths", shown.get(name))


def figures_of(row: RatingSummary | SiteSummary, kind: Kind) -> dict[str, int]:
    if row.count < SHOWN_FROM_COUNT:
        return {}
    sums = {name: getattr(row, f"{name}_sum") for name in kind.categories}
    return figures(sums=sums, count=row.count, prior=row.prior, categories=kind.categories)


def _waiting(kind: Kind, at: datetime) -> QuerySet[Rating]:
    return released(kind.ratings().filter(counted_at=None, struck_at=None), at=at)


def _due(kind: Kind, at: datetime) -> list[UUID]:
    grouped = (
        _waiting(kind, at).values(kind.key).annotate(ratings=Count("id"), raters=Count(kind.raters, distinct=True))
    )
    complete = grouped.filter(ratings__gte=SHOWN_FROM_COUNT, raters__gte=BATCH_OF_RATERS)
    return list(complete.order_by(kind.key).values_list(kind.key, flat=True))


def _is_batch(raters: Iterable[UUID]) -> bool:
    given_by = list(raters)
    return len(given_by) >= SHOWN_FROM_COUNT and len(set(given_by)) >= BATCH_OF_RATERS


def _publish(subject_id: UUID, *, kind: Kind, prior: dict[str, int], at: datetime) -> bool:
    with transaction.atomic():
        kind.model.objects.get_or_create(pk=subject_id)
        row = kind.model.objects.select_for_update().get(**{kind.key: subject_id})
        # Only rows that are still waiting once they are locked: a moderator may have struck one meanwhile.
        waiting = _waiting(kind, at).filter(**{kind.key: subject_id}).annotate(rater=kind.raters)
        batch = list(waiting.select_for_update(of=("self",)))
        if not _is_batch(one.rater for one in batch):  # type: ignore[attr-defined]
            return False
        row.count += len(batch)
        for name in kind.categories:
            setattr(row, f"{name}_sum", getattr(row, f"{name}_sum") + sum(getattr(one, name) for one in batch))
        row.prior, row.counted_at = prior, at
        show(row, kind)
        row.save()
        Rating.objects.filter(id__in=[one.id for one in batch]).update(counted_at=at)
    return True
