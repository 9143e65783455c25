"""An officer's commitments, merged or tallied once for each way in which rules look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from departments.policy.codes import names_code, same_code
from departments.policy.documents import Bucket, HourLimit
from departments.policy.facts import Commitment, ShiftFacts
from departments.policy.tallies import Tally
from departments.policy.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Selection:
    """Buckets, and of extra duty only what an event type, client or venue narrows it to."""

    buckets: tuple[Bucket, ...]
    event_types: tuple[str, ...] = ()
    same: str = ""
    same_as: str = ""

    def holds(self, one: Commitment) -> bool:
        if one.bucket not in self.buckets:
            return False
        if one.bucket != "extra_duty" or not (self.event_types or self.same):
            return True
        if self.event_types and not names_code(self.event_types, one.event_type):
            return False
        return not self.same or same_code(_shared(one, self.same)) == self.same_as


class Commitments:
    """Sorted and merged when a rule first asks, then kept: the cost of many shifts is that of one, and lookups."""

    __slots__ = ("_tallies", "_timelines", "all")

    def __init__(self, commitments: Sequence[Commitment]) -> None:
        self.all = commitments
        self._timelines: dict[Selection, Timeline] = {}
        self._tallies: dict[Selection, Tally] = {}

    def of(self, buckets: tuple[Bucket, ...]) -> Timeline:
        return self.timeline(Selection(buckets))

    def timeline(self, selection: Selection) -> Timeline:
        if selection not in self._timelines:
            self._timelines[selection] = Timeline(
                (one.starts_at, one.ends_at) for one in self.all if selection.holds(one)
            )
        return self._timelines[selection]

    def tally(self, selection: Selection) -> Tally:
        if selection not in self._tallies:
            self._tallies[selection] = Tally(one for one in self.all if selection.holds(one))
        return self._tallies[selection]


def selection_of(limit: HourLimit, shift: ShiftFacts) -> Selection | None:
    """What the limit counts beside this shift; None when the shift is not of the kind that it counts."""
    if limit.counted_event_types and not names_code(limit.counted_event_types, shift.event_type):
        return None
    if not limit.same:
        return Selection(limit.buckets, limit.counted_event_types)
    shared = _shared(shift, limit.same)
    return Selection(limit.buckets, limit.counted_event_types, limit.same, same_code(shared)) if shared else None


def _shared(one: Commitment | ShiftFacts, same: str) -> str:
    return {"event_type": one.event_type, "client": one.client_id, "venue": one.venue_id}[same]
