"""How much work a window holds, with the shift in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.codes import names_code
from departments.policy.documents import Bucket, HourLimit, Policy
from departments.policy.facts import ShiftFacts
from departments.policy.timeline import ZERO, Stretch, Timeline
from departments.policy.verdicts import Measure, Reason
from departments.policy.windows import ROLLING, WINDOW_IN_WORDS, fixed_windows, rolling_windows
from departments.policy.wording import duration, opening

TimelineOf = Callable[[tuple[Bucket, ...]], Timeline]


@dataclass(frozen=True, slots=True)
class _Count:
    window: Stretch
    before: timedelta
    added: timedelta

    @property
    def total(self) -> timedelta:
        return self.before + self.added


def judge_hour_limit(
    *, policy: Policy, limit: HourLimit, shift: ShiftFacts, timeline_of: TimelineOf
) -> tuple[Reason | None, Measure | None]:
    """The reason when the limit is passed, and where the officer stands. Exactly at the limit is within it."""
    if limit.event_types and not names_code(limit.event_types, shift.event_type):
        return None, None
    span = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    if limit.waived_while_on_leave and timeline_of(("leave",)).time_within(*span) == span[1] - span[0]:
        return None, None
    zone = ZoneInfo(policy.time_zone)
    counts = _counts(limit, span, timeline_of, zone)
    if not counts:
        return None, None
    fullest = max(counts, key=lambda count: (count.total, -count.window[0].timestamp()))
    total = _minutes(fullest.total)
    measure = Measure(limit.id, total, limit.limit_minutes, *fullest.window)
    if fullest.total <= timedelta(minutes=limit.limit_minutes):
        return None, measure
    return _reason(policy, limit, fullest, zone), measure


def _counts(limit: HourLimit, span: Stretch, timeline_of: TimelineOf, zone: ZoneInfo) -> list[_Count]:
    timeline = timeline_of(limit.buckets)
    block = None
    if limit.window == "continuous" or limit.unless_break_minutes is not None:
        block = timeline.block_around(*span, timedelta(minutes=limit.unless_break_minutes or 1))
    if limit.window == "continuous" and block is not None:
        windows = [block]
    elif limit.window in ROLLING:
        windows = rolling_windows(ROLLING[limit.window], span, timeline)
    else:
        windows = fixed_windows(limit, span, zone)
    if limit.only_when_on_duty_that_day:
        duty = timeline_of(("duty",))
        windows = [window for window in windows if duty.time_within(*window) > ZERO]
    # A limit on buckets without extra duty still speaks: its hours alone can rule a shift out, but the shift adds none.
    counts_shift = "extra_duty" in limit.buckets
    return [_count(timeline, window, span, block, counts_shift) for window in windows]


def _count(timeline: Timeline, window: Stretch, span: Stretch, block: Stretch | None, counts_shift: bool) -> _Count:
    start, end = window
    if block is not None:
        start, end = max(start, block[0]), min(end, block[1])
    before = timeline.time_within(start, end)
    added = ZERO
    if counts_shift:
        inside = max(start, span[0]), min(end, span[1])
        if inside[1] > inside[0]:
            added = inside[1] - inside[0] - timeline.time_within(*inside)
    return _Count(window, before, added)


def _reason(policy: Policy, limit: HourLimit, count: _Count, zone: ZoneInfo) -> Reason:
    day: datetime = count.window[0].astimezone(zone)
    where = WINDOW_IN_WORDS[limit.window].format(day=f"{day:%Y-%m-%d}")
    before, added, total = _minutes(count.before), _minutes(count.added), _minutes(count.total)
    sentence = (
        f"{opening(limit.outcome, limit.approval_role)}: {duration(before)} worked + {duration(added)} = "
        f"{duration(total)} {where}; limit {duration(limit.limit_minutes)} "
        f"(policy v{policy.version}, rule {limit.id})"
    )
    return Reason(
        limit.id,
        limit.outcome,
        sentence,
        {
            "before_minutes": before,
            "added_minutes": added,
            "total_minutes": total,
            "limit_minutes": limit.limit_minutes,
            "window_starts_at": count.window[0].isoformat(),
            "window_ends_at": count.window[1].isoformat(),
        },
        limit.approval_role,
        None if limit.window in ROLLING or limit.window == "continuous" else count.window[1],
        limit.text,
    )


def _minutes(span: timedelta) -> int:
    """A started minute counts whole, so that what is shown never looks within a limit that was passed."""
    return -int(-span.total_seconds() // 60)
