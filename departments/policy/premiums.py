"""Which premiums raise which minutes, and by how much.

The billed minutes are laid out from the start of work without a gap; each premium covers some of them. Inside a minute
the order is fixed: a replacement rate first, then percentages and amounts of that rate added up (of those that stack as
`highest` only the largest), then multipliers on the sum. Each step's rise is that premium's own, rounded half up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.calendars import is_holiday, is_listed
from departments.policy.codes import names_code
from departments.policy.conditions import Facts, applies
from departments.policy.documents import Policy
from departments.policy.rate_cards import Premium, PremiumPeriod, RankRate
from kernel.money import divide_half_up, percent_half_up

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PremiumRise:
    """`rise_cents_per_hour` on top of the rank's rate, over `spans` of minutes since the start of work."""

    premium: Premium
    rise_cents_per_hour: int
    spans: tuple[Span, ...]

    @property
    def minutes(self) -> int:
        return minutes_within(self.spans, None)


def minutes_within(spans: Iterable[Span], limit: int | None) -> int:
    return sum(max(0, (until if limit is None else min(until, limit)) - start) for start, until in spans)


def premium_rises(
    *,
    policy: Policy,
    rank: RankRate,
    starts_at: datetime,
    minutes: int,
    event_type: str,
    notice_minutes: int | None,
    scene: Facts,
) -> list[PremiumRise]:
    """Every rise that applies to one officer's billed minutes, in the order of the rate card."""
    covered: list[tuple[Premium, tuple[Span, ...]]] = []
    for premium in policy.rate_card.premiums:
        if _gates_open(premium, rank, event_type, notice_minutes, scene):
            spans = _spans(policy, premium, starts_at, minutes, ZoneInfo(policy.time_zone))
            if spans:
                covered.append((premium, spans))
    cuts = sorted({0, minutes} | {edge for _, spans in covered for span in spans for edge in span})
    found: dict[tuple[str, int], list[Span]] = {}
    for start, until in itertools.pairwise(cuts):
        active = [premium for premium, spans in covered if any(a <= start and until <= b for a, b in spans)]
        for premium, rise in _rises_of_one_minute(active, rank):
            found.setdefault((premium.id, rise), []).append((start, until))
    return [
        PremiumRise(premium, rise, tuple(spans))
        for premium in policy.rate_card.premiums
        for (premium_id, rise), spans in found.items()
        if premium_id == premium.id
    ]


def _gates_open(premium: Premium, rank: RankRate, event_type: str, notice_minutes: int | None, scene: Facts) -> bool:
    when = premium.when
    if not applies(when.applies_when, scene):
        return False
    if when.event_types and not names_code(when.event_types, event_type):
        return False
    if when.rank_codes and rank.code not in when.rank_codes:
        return False
    if premium.effect == "replace" and rank.code not in premium.replace_cents_per_hour:
        return False
    if when.notice_less_than_minutes is None:
        return True
    return notice_minutes is not None and notice_minutes < when.notice_less_than_minutes


def _rises_of_one_minute(active: Sequence[Premium], rank: RankRate) -> list[tuple[Premium, int]]:
    rises: list[tuple[Premium, int]] = []
    base = rank.bill_rate_cents_per_hour
    replacing = [premium for premium in active if premium.effect == "replace"]
    if replacing:
        best = max(replacing, key=lambda premium: premium.replace_cents_per_hour[rank.code])
        rises.append((best, best.replace_cents_per_hour[rank.code] - base))
        base = best.replace_cents_per_hour[rank.code]
    highest: dict[str, list[tuple[Premium, int]]] = {}
    for premium in active:
        if premium.stack == "highest" and premium.effect != "replace":
            highest.setdefault(premium.stack_group, []).append((premium, _rise_on(premium, base)))
    rises += [max(group, key=lambda pair: pair[1]) for group in highest.values()]
    adding = [premium for premium in active if premium.stack == "add"]
    rises += [
        (premium, _rise_on(premium, base)) for premium in adding if premium.effect in ("percent", "cents_per_hour")
    ]
    current = rank.bill_rate_cents_per_hour + sum(rise for _, rise in rises)
    for premium in adding:
        if premium.effect == "multiply":
            rise = _rise_on(premium, current)
            rises.append((premium, rise))
            current += rise
    return [(premium, rise) for premium, rise in rises if rise]


def _rise_on(premium: Premium, rate: int) -> int:
    if premium.effect == "percent":
        return percent_half_up(rate, premium.rate_basis_points)
    if premium.effect == "cents_per_hour":
        return premium.amount_cents_per_hour
    return divide_half_up(rate * (premium.rate_basis_points - 10_000), 10_000)


def _spans(policy: Policy, premium: Premium, starts_at: datetime, minutes: int, zone: ZoneInfo) -> tuple[Span, ...]:
    when = premium.when
    spans: list[Span] = [(0, minutes)]
    first = starts_at.astimezone(zone).date() - timedelta(days=1)
    last = (starts_at + timedelta(minutes=minutes)).astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if when.after_minutes is not None:
        spans = _intersect(spans, [(when.after_minutes, minutes)])
    if when.until_minutes is not None:
        spans = _intersect(spans, [(0, when.until_minutes)])
    if when.dates or when.on_holidays:
        wanted = [day for day in days if is_listed(day, when.dates) or (when.on_holidays and is_holiday(policy, day))]
        spans = _intersect(spans, [_whole_day(day, starts_at, zone) for day in wanted])
    if when.periods:
        spans = _intersect(spans, _periods(when.periods, days, starts_at, zone))
    if when.from_time is not None and when.until_time is not None:
        overnight = timedelta(days=1 if when.until_time <= when.from_time else 0)
        bands = [
            (
                datetime.combine(day, when.from_time, zone),
                datetime.combine(day + overnight, when.until_time, zone),
            )
            for day in days
            if not when.weekdays or day.weekday() in when.weekdays
        ]
        spans = _intersect(spans, [_offsets(start, until, starts_at) for start, until in bands])
    elif when.weekdays:
        wanted = [day for day in days if day.weekday() in when.weekdays]
        spans = _intersect(spans, [_whole_day(day, starts_at, zone) for day in wanted])
    return tuple(spans)


def _periods(periods: Sequence[PremiumPeriod], days: list[date], starts_at: datetime, zone: ZoneInfo) -> list[Span]:
    spans = []
    for period in periods:
        yearly = period.from_text[4:5] != "-"
        for year in range(days[0].year - 1, days[-1].year + 1) if yearly else [0]:
            start = _local(period.from_text, year, zone)
            until = _local(period.until_text, year, zone)
            if start is None or until is None:
                continue
            if yearly and until <= start:
                until = until.replace(year=until.year + 1)
            spans.append(_offsets(start, until, starts_at))
    return _union(spans)


def _local(text: str, year: int, zone: ZoneInfo) -> datetime | None:
    full = text if text[4:5] == "-" else f"{year}-{text}"
    try:
        return datetime.fromisoformat(full).replace(tzinfo=zone)
    except ValueError:
        return None  # 29 February in a year without one


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _whole_day(day: date, starts_at: datetime, zone: ZoneInfo) -> Span:
    return _offsets(_midnight(day, zone), _midnight(day + timedelta(days=1), zone), starts_at)


def _offsets(start: datetime, until: datetime, starts_at: datetime) -> Span:
    # Through UTC: differences of two local datetimes ignore a clock change between them.
    zero = starts_at.astimezone(UTC)
    return (
        int((start.astimezone(UTC) - zero).total_seconds() // 60),
        int((until.astimezone(UTC) - zero).total_seconds() // 60),
    )


def _intersect(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    others = list(right)
    pairs = [(max(a, c), min(b, d)) for a, b in left for c, d in others]
    return _union(pair for pair in pairs if pair[0] < pair[1])


def _union(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, until in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((start, until))
    return merged
