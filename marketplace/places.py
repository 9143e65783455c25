"""A place is one officer wanted. Two who follow each other on it, relieved and relief, are one place between them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from marketplace.models import Assignment, Offer, Relief, ReliefSearch


def shares_place() -> Q:
    """To annotate assignments with: another's row stands for the place.

    Until the handover that is the officer who is to be relieved, from then on the relief. Of somebody late it is theirs
    until a backup accepts, then the backup's.
    """
    handed_over = Relief.objects.filter(handed_over_at__isnull=False, outgoing=OuterRef("pk"))
    on_the_way = Relief.objects.filter(handed_over_at=None, incoming=OuterRef("pk"))
    asked = Offer.objects.filter(
        state=Offer.State.OPEN,
        relief_search__assignment__state=Assignment.State.CONFIRMED,
        assignment=OuterRef("pk"),
    )
    taken_over = ReliefSearch.objects.filter(state=ReliefSearch.State.FILLED, assignment=OuterRef("pk"))
    return Exists(handed_over) | Exists(on_the_way) | Exists(asked) | Exists(taken_over)


def places_held(assignments: Iterable[Any]) -> int:
    """How many places these live assignments hold between them; each carries `shares_place`."""
    return sum(not one.shares_place for one in assignments)
