"""Limits on how many: shifts in a window, days with work in a window, days in a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.commitments import Commitments, Selection
from departments.policy.documents import HourLimit, Policy
from departments.policy.tallies import fullest_days, instant_of, local_days, longest_run
from departments.policy.timeline import Stretch
from departments.policy.verdicts import Reason, Tallied
from departments.policy.windows import fixed_windows, is_rolling, rolling_length, window_in_words
from departments.policy.wording import opening


def judge_count_limit(
    *,
    policy: Policy,
    limit: HourLimit,
    span: Stretch,
    commitments: Commitments,
    selection: Selection,
    zone: ZoneInfo,
) -> tuple[Reason | None, Tallied | None]:
    """The shift itself counts where extra duty does. Exactly at the limit is within it."""
    if limit.only_when_on_duty_that_day:
        days = local_days(span, zone, by_start=False)
        first, after = instant_of(days[0], zone), instant_of(days[-1] + timedelta(days=1), zone)
        if not commitments.of(("duty",)).overlapping(first, after):
            return None, None
    if limit.counts == "shifts":
        total, window = _shifts(limit, span, commitments, selection, zone)
    else:
        total, window = _days(limit, span, commitments, selection, zone)
    tallied = Tallied(limit.id, limit.counts, total, limit.limit_count, *window)
    return (_reason(policy, limit, tallied, zone) if total > limit.limit_count else None), tallied


def _shifts(
    limit: HourLimit, span: Stretch, commitments: Commitments, selection: Selection, zone: ZoneInfo
) -> tuple[int, Stretch]:
    tally = commitments.tally(selection)
    own = 1 if "extra_duty" in limit.buckets else 0
    if is_rolling(limit):
        windows = tally.peaks(rolling_length(limit), span)
    else:
        windows = fixed_windows(limit, (span[0], span[0] + timedelta(minutes=1)), zone)
    counts = [(tally.shifts_within(window) + own, window) for window in windows]
    return max(counts, key=lambda count: (count[0], -count[1][0].timestamp()))


def _days(
    limit: HourLimit, span: Stretch, commitments: Commitments, selection: Selection, zone: ZoneInfo
) -> tuple[int, Stretch]:
    by_start = limit.days_by == "start"
    worked = commitments.tally(selection).days(zone, by_start=by_start)
    own = local_days(span, zone, by_start=by_start)
    if "extra_duty" in limit.buckets:
        worked = worked | frozenset(own)
    if limit.window == "continuous":
        first, count = longest_run(worked, own)
        return count, (instant_of(first, zone), instant_of(first + timedelta(days=count), zone))
    if is_rolling(limit):
        length = max(1, rolling_length(limit) // timedelta(days=1))
        first, count = fullest_days(worked, own, length)
        return count, (instant_of(first, zone), instant_of(first + timedelta(days=length), zone))
    counts = []
    for window in fixed_windows(limit, span, zone):
        first, last = window[0].astimezone(zone).date(), window[1].astimezone(zone).date()
        counts.append((sum(first <= day < last for day in worked), window))
    return max(counts, key=lambda count: (count[0], -count[1][0].timestamp()))


def _reason(policy: Policy, limit: HourLimit, tallied: Tallied, zone: ZoneInfo) -> Reason:
    day: datetime = tallied.window_starts_at.astimezone(zone)
    noun = {"shifts": "shifts", "days": "days with work"}[limit.counts]
    where = "in a row" if limit.window == "continuous" else window_in_words(limit, day)
    sentence = (
        f"{opening(limit.outcome, limit.approval_role)}: with this one {tallied.total} {noun} {where}; "
        f"limit {limit.limit_count} (policy v{policy.version}, rule {limit.id})"
    )
    return Reason(
        limit.id,
        limit.outcome,
        sentence,
        {
            "total_count": tallied.total,
            "limit_count": limit.limit_count,
            "counts": limit.counts,
            "window_starts_at": tallied.window_starts_at.isoformat(),
            "window_ends_at": tallied.window_ends_at.isoformat(),
        },
        limit.approval_role,
        None if is_rolling(limit) or limit.window == "continuous" else tallied.window_ends_at,
        limit.text,
    )
