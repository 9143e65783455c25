"""Whether every stored figure is what its ratings come to: computed again from the ratings, and compared."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Sum

from ratings.models import RatingSummary, SiteSummary
from ratings.publishing import KINDS, Kind, figures_of


def differences() -> Iterator[str]:
    """One sentence for each summary that does not agree with its ratings. Nothing is changed."""
    for kind in KINDS:
        yield from _of_kind(kind)


def _of_kind(kind: Kind) -> Iterator[str]:
    counted = {
        row.pop(kind.key): row
        for row in kind.ratings()
        .exclude(counted_at=None)
        .filter(struck_at=None)
        .values(kind.key)
        .annotate(count=Count("id"), **{f"{name}_total": Sum(name) for name in kind.categories})
    }
    for row in kind.model.objects.order_by("pk").iterator():
        subject_id: UUID = getattr(row, kind.key)
        again = counted.pop(subject_id, {})
        yield from _of_row(kind, row, again)
    for subject_id, again in counted.items():
        yield f"{kind.model.__name__} of {subject_id} is missing: {again['count']} ratings are counted."


def _of_row(kind: Kind, row: RatingSummary | SiteSummary, again: dict[str, int]) -> Iterator[str]:
    about = f"{kind.model.__name__} of {row.pk}"
    if row.count != again.get("count", 0):
        yield f"{about}: count {row.count}, its ratings {again.get('count', 0)}."
    for name in kind.categories:
        stored, total = getattr(row, f"{name}_sum"), again.get(f"{name}_total") or 0
        if stored != total:
            yield f"{about}: {name} sum {stored}, its ratings {total}."
    shown = figures_of(row, kind)
    for name in ("average", *kind.categories):
        stored = getattr(row, f"{name}_tenths")
        if stored != shown.get(name):
            yield f"{about}: {name} shown {stored}, comes to {shown.get(name)}."
