"""How much work a window holds, with the shift in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.codes import names_code
from departments.policy.commitments import Commitments, Selection, selection_of
from departments.policy.conditions import Facts, applies
from departments.policy.count_limits import judge_count_limit
from departments.policy.documents import HourLimit, Policy
from departments.policy.facts import ShiftFacts
from departments.policy.timeline import ZERO, Stretch
from departments.policy.verdicts import Measure, Reason, Tallied
from departments.policy.windows import fixed_windows, is_rolling, rolling_length, rolling_windows, window_in_words
from departments.policy.wording import duration, opening


@dataclass(frozen=True, slots=True)
class _Count:
    window: Stretch
    before: timedelta
    added: timedelta

    @property
    def total(self) -> timedelta:
        return self.before + self.added


def judge_hour_limit(
    *, policy: Policy, limit: HourLimit, shift: ShiftFacts, commitments: Commitments, scene: Facts
) -> tuple[Reason | None, Measure | Tallied | None]:
    """The reason when the limit is passed, and where the officer stands. Exactly at the limit is within it."""
    if limit.event_types and not names_code(limit.event_types, shift.event_type):
        return None, None
    selection = selection_of(limit, shift)
    if selection is None or not applies(limit.applies_when, scene):
        return None, None
    span = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    if limit.waived_while_on_leave and commitments.of(("leave",)).time_within(*span) == span[1] - span[0]:
        return None, None
    zone = ZoneInfo(policy.time_zone)
    if limit.counts != "minutes":
        return judge_count_limit(
            policy=policy, limit=limit, span=span, commitments=commitments, selection=selection, zone=zone
        )
    if limit.measure == "paid":
        counts = _paid_counts(limit, shift, span, commitments, selection, zone)
    else:
        counts = _counts(limit, span, commitments, selection, zone)
    if not counts:
        return None, None
    fullest = max(counts, key=lambda count: (count.total, -count.window[0].timestamp()))
    measure = Measure(limit.id, _minutes(fullest.total), limit.limit_minutes, *fullest.window)
    if fullest.total <= timedelta(minutes=limit.limit_minutes):
        return None, measure
    return _reason(policy, limit, fullest, zone), measure


def _counts(
    limit: HourLimit, span: Stretch, commitments: Commitments, selection: Selection, zone: ZoneInfo
) -> list[_Count]:
    timeline = commitments.timeline(selection)
    block = None
    if limit.window == "continuous" or limit.unless_break_minutes is not None:
        block = timeline.block_around(*span, timedelta(minutes=limit.unless_break_minutes or 1))
    if limit.window == "continuous" and block is not None:
        windows = [block]
    elif limit.window == "shift":
        # The shift alone: what else touches it is not its length.
        return [_Count(span, ZERO, span[1] - span[0])]
    elif is_rolling(limit):
        windows = rolling_windows(rolling_length(limit), span, timeline)
    else:
        windows = fixed_windows(limit, span, zone)
    if limit.only_when_on_duty_that_day:
        duty = commitments.of(("duty",))
        windows = [window for window in windows if duty.time_within(*window) > ZERO]
    # A limit on buckets without extra duty still speaks: its hours alone can rule a shift out, but the shift adds none.
    counts_shift = "extra_duty" in limit.buckets
    found = []
    for window in windows:
        start, end = window
        if block is not None:
            start, end = max(start, block[0]), min(end, block[1])
        before, added = timeline.time_within(start, end), ZERO
        inside = max(start, span[0]), min(end, span[1])
        if counts_shift and inside[1] > inside[0]:
            added = inside[1] - inside[0] - timeline.time_within(*inside)
        found.append(_Count(window, before, added))
    return found


def _paid_counts(
    limit: HourLimit,
    shift: ShiftFacts,
    span: Stretch,
    commitments: Commitments,
    selection: Selection,
    zone: ZoneInfo,
) -> list[_Count]:
    """Paid minutes have no place inside their work, so the window in which the work starts has them all."""
    tally = commitments.tally(selection)
    if is_rolling(limit):
        windows = tally.peaks(rolling_length(limit), span)
    else:
        windows = fixed_windows(limit, (span[0], span[0] + timedelta(minutes=1)), zone)
    added = ZERO
    if "extra_duty" in limit.buckets:
        added = span[1] - span[0] if shift.paid_minutes is None else timedelta(minutes=shift.paid_minutes)
    return [_Count(window, timedelta(minutes=tally.paid_within(window)), added) for window in windows]


def _reason(policy: Policy, limit: HourLimit, count: _Count, zone: ZoneInfo) -> Reason:
    day: datetime = count.window[0].astimezone(zone)
    before, added, total = _minutes(count.before), _minutes(count.added), _minutes(count.total)
    sentence = (
        f"{opening(limit.outcome, limit.approval_role)}: {duration(before)} {limit.measure} + {duration(added)} = "
        f"{duration(total)} {window_in_words(limit, day)}; limit {duration(limit.limit_minutes)} "
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
        None if is_rolling(limit) or limit.window in ("continuous", "shift") else count.window[1],
        limit.text,
    )


def _minutes(span: timedelta) -> int:
    """A started minute counts whole, so that what is shown never looks within a limit that was passed."""
    return -int(-span.total_seconds() // 60)
