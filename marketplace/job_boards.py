"""The board of one job around now, as its client and its agency may know it: standings of places, and no positions,
verdicts, reasons or telephones. Pages and API read the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from marketplace.boards import OnTheDay, ShiftOfTheDay
from marketplace.job_totals import AROUND_NOW
from marketplace.models import Shift
from marketplace.site_status import ARE_THERE, SiteStatus


@dataclass(frozen=True, slots=True)
class OfficerSeen:
    """`site.last_confirmed_at` is of somebody who is there; None for whoever is not, or no longer."""

    assignment_id: UUID
    name: str
    rank_name: str
    site: SiteStatus


@dataclass(frozen=True, slots=True)
class ShiftSeen:
    """`counts`: how many places stand how, the gravest status first; whoever shares a place is in none of them."""

    shift: Shift
    wanted: int
    missing: int
    counts: Mapping[str, int]
    officers: tuple[OfficerSeen, ...]


def seen_by_client(rows: Iterable[ShiftOfTheDay], *, at: datetime) -> list[ShiftSeen]:
    """Of rows of a job that the reader may see.

    A question that an officer has not answered is their desk's matter: the client reads when they did last. Who was
    only asked is not named, though their place is held.
    """
    return [_shift(one, for_client=True) for one in _around(rows, at)]


def seen_by_agency(rows: Iterable[ShiftOfTheDay], *, at: datetime) -> list[ShiftSeen]:
    """The same with what its own desk has to know."""
    return [_shift(one, for_client=False) for one in _around(rows, at)]


def _around(rows: Iterable[ShiftOfTheDay], at: datetime) -> list[ShiftOfTheDay]:
    return [one for one in rows if one.shift.starts_at - AROUND_NOW <= at]


def _shift(one: ShiftOfTheDay, *, for_client: bool) -> ShiftSeen:
    every = [(person, _officer(person, for_client=for_client)) for person in one.people]
    counts = Counter(seen.site.status for person, seen in every if not person.shares_place)
    officers = tuple(seen for person, seen in every if not (for_client and person.is_only_asked))
    return ShiftSeen(one.shift, one.wanted, one.missing, dict(counts), officers)


def _officer(person: OnTheDay, *, for_client: bool) -> OfficerSeen:
    site, assignment = person.site, person.assignment
    if for_client and site.status == "unconfirmed":
        site = replace(site, status="on_site", minutes=0)
    if for_client:
        site = replace(site, lapse="")
    if site.status not in ARE_THERE:
        site = replace(site, last_confirmed_at=None)
    return OfficerSeen(assignment.id, assignment.officer.display_name, assignment.position.rank_name, site)
