"""Rest between the shift and the work around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from departments.policy.conditions import Facts, applies
from departments.policy.documents import Bucket, Policy, Rest
from departments.policy.facts import ShiftFacts
from departments.policy.timeline import Stretch, Timeline
from departments.policy.verdicts import Reason
from departments.policy.wording import duration, opening


def judge_rest(
    *,
    policy: Policy,
    rest: Rest,
    shift: ShiftFacts,
    timeline_of: Callable[[tuple[Bucket, ...]], Timeline],
    scene: Facts,
) -> Iterator[Reason]:
    """A reason for each side that is too short. Exactly the demanded rest is enough; overlaps are judged elsewhere."""
    if not applies(rest.applies_when, scene):
        return
    timeline = timeline_of(rest.buckets)
    span = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    needed = timedelta(minutes=rest.minutes)
    if rest.side in ("before", "between"):
        index = timeline.last_before(span[0])
        if index is not None:
            earlier = timeline.starts[index], timeline.ends[index]
            gap = span[0] - earlier[1]
            if gap < needed and _long_enough(rest, timeline, earlier, needed, None):
                yield _reason(policy, rest, "before", gap, earlier[1])
    if rest.side in ("after", "between"):
        index = timeline.first_after(span[1])
        if index is not None:
            gap = timeline.starts[index] - span[1]
            if gap < needed and _long_enough(rest, timeline, span, needed, span):
                yield _reason(policy, rest, "after", gap, timeline.starts[index])


def _long_enough(rest: Rest, timeline: Timeline, last: Stretch, needed: timedelta, shift: Stretch | None) -> bool:
    """Was the work up to the end of `last`, joined over breaks shorter than the rest, long enough to need it?"""
    if rest.after_worked_minutes is None:
        return True
    if rest.after_worked_within_minutes is not None:
        start = last[1] - timedelta(minutes=rest.after_worked_within_minutes)
        return _worked(timeline, start, last[1], shift) >= timedelta(minutes=rest.after_worked_minutes)
    start = last[0]
    index = timeline.last_before(start)
    while index is not None and start - timeline.ends[index] < needed:
        start = timeline.starts[index]
        index = index - 1 if index else None
    return _worked(timeline, start, last[1], shift) >= timedelta(minutes=rest.after_worked_minutes)


def _worked(timeline: Timeline, start: datetime, end: datetime, shift: Stretch | None) -> timedelta:
    worked = timeline.time_within(start, end)
    if shift is not None:
        own = max(start, shift[0]), shift[1]
        worked += own[1] - own[0] - timeline.time_within(*own)
    return worked


def _reason(policy: Policy, rest: Rest, side: str, gap: timedelta, neighbour_at: datetime) -> Reason:
    minutes = int(gap.total_seconds() // 60)
    neighbour = "after the work before it" if side == "before" else "before the next work"
    sentence = (
        f"{opening(rest.outcome, rest.approval_role)}: {duration(minutes)} of rest {neighbour}; "
        f"{duration(rest.minutes)} are needed (policy v{policy.version}, rule {rest.id})"
    )
    return Reason(
        rest.id,
        rest.outcome,
        sentence,
        {
            "rest_minutes": minutes,
            "needed_minutes": rest.minutes,
            "side": side,
            "neighbour_at": neighbour_at.isoformat(),
        },
        rest.approval_role,
        neighbour_at + timedelta(minutes=rest.minutes) if side == "before" else None,
        rest.text,
    )
