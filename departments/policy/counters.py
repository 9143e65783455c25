"""What has been counted for an officer since the counters last started again, from what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from departments.policy.award_orders import Counters, ListCondition, OrderList
from departments.policy.codes import names_code
from departments.policy.timeline import Stretch
from departments.policy.windows import midnight

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVER = datetime(1, 1, 2, tzinfo=UTC)
_FOREVER = datetime(9999, 12, 30, tzinfo=UTC)
# What the ledger may add or take away by itself, whatever the order counts.
CORRECTIONS = ("credit", "debit")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened to an officer. `starts_at` is the shift's start, which says in what period it counts.

    `kind` is worked, awarded, refused, unreachable, given_up, no_show, accepted, credit, debit or next_offer. A shift
    is either worked or awarded, never both. `paid_minutes` is None where it is not known: `minutes` then count.
    """

    kind: str
    starts_at: datetime
    minutes: int = 0
    paid_minutes: int | None = None
    shift_id: str = ""
    event_type: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    minutes: int = 0
    shifts: int = 0
    refusals: int = 0


def period_of(counters: Counters, *, zone: ZoneInfo, moment: datetime) -> Stretch:
    """The half-open period, in UTC, of which `moment` (the start of the shift to award) is part."""
    day = moment.astimezone(zone).date()
    if counters.reset == "never":
        return (midnight(counters.anchor_date, zone) if counters.anchor_date else _EVER), _FOREVER
    if counters.reset == "year":
        first = _latest_anniversary(counters.anchor_date, day)
        return midnight(first, zone), midnight(_same_day(first, first.year + 1), zone)
    if counters.reset == "month":
        first = day.replace(day=1)
        return midnight(first, zone), midnight((first.replace(day=28) + timedelta(days=4)).replace(day=1), zone)
    if counters.reset == "week":
        first = day - timedelta(days=(day.weekday() - _WEEKDAYS.index(counters.week_starts_on)) % 7)
        return midnight(first, zone), midnight(first + timedelta(days=7), zone)
    anchor = counters.anchor_date or date(2024, 1, 1)
    first = day - timedelta(days=(day - anchor).days % 28)
    return midnight(first, zone), midnight(first + timedelta(days=28), zone)


def count(
    *,
    counters: Counters,
    history: Iterable[HistoryEntry],
    window: Stretch,
    shift_id: str,
    lists: Sequence[OrderList] = (),
    list_id: str = "",
    zone: ZoneInfo,
) -> Counted:
    """The counters of one officer in the window; the shift that is being awarded is left out.

    With lists of their own, only what belongs to the same list counts. A credit takes its minutes off, a debit adds
    them, whatever is counted otherwise.
    """
    minutes = shifts = refusals = 0
    for entry in history:
        if not window[0] <= entry.starts_at < window[1]:
            continue
        if entry.kind in CORRECTIONS:
            minutes += -abs(entry.minutes) if entry.kind == "credit" else abs(entry.minutes)
            continue
        if entry.shift_id == shift_id or list_of(lists, entry.starts_at, entry.event_type, zone) != list_id:
            continue
        refusals += entry.kind == "refused"
        if entry.kind in counters.debits:
            minutes += _weight(counters, entry)
            shifts += entry.kind in ("worked", "awarded")
    return Counted(minutes, shifts, refusals)


def newcomer_minutes(
    *,
    counters: Counters,
    joined_at: datetime | None,
    others: Iterable[tuple[datetime | None, Sequence[HistoryEntry]]],
    window: Stretch,
    shift_id: str,
    lists: Sequence[OrderList] = (),
    list_id: str = "",
    zone: ZoneInfo,
) -> int:
    """What somebody who joined within the window starts with: the others' mean (rounded down) or most until that day.

    `others` are (joined_at, history) of everybody on the list, whether they bid or not, so that who else bids changes
    nobody's place. Those who joined in the window themselves are left out.
    """
    if counters.newcomer == "zero" or joined_at is None or joined_at <= window[0]:
        return 0
    until = (window[0], min(joined_at, window[1]))
    totals = [
        count(
            counters=counters,
            history=history,
            window=until,
            shift_id=shift_id,
            lists=lists,
            list_id=list_id,
            zone=zone,
        ).minutes
        for their_joined_at, history in others
        if their_joined_at is None or their_joined_at <= window[0]
    ]
    if not totals:
        return 0
    return max(0, max(totals) if counters.newcomer == "max" else sum(totals) // len(totals))


def list_of(lists: Sequence[OrderList], starts_at: datetime, event_type: str, zone: ZoneInfo) -> str:
    """The id of the first list whose condition the shift meets; empty for the department's general list."""
    if not lists:
        return ""
    day = starts_at.astimezone(zone).date()
    return next((one.id for one in lists if _meets(one.when, day, event_type)), "")


def _meets(when: ListCondition, day: date, event_type: str) -> bool:
    if when.event_types and not names_code(when.event_types, event_type):
        return False
    if when.weekdays and day.weekday() not in when.weekdays:
        return False
    return not when.dates or day.isoformat() in when.dates or f"{day:%m-%d}" in when.dates


def _weight(counters: Counters, entry: HistoryEntry) -> int:
    if entry.kind in counters.flat_minutes:
        return counters.flat_minutes[entry.kind]
    minutes = entry.minutes
    if counters.hours == "paid" and entry.paid_minutes is not None:
        minutes = entry.paid_minutes
    return minutes * counters.percent.get(entry.kind, 100) // 100


def _latest_anniversary(anchor: date | None, day: date) -> date:
    anchor = anchor or date(2024, 1, 1)
    this_year = _same_day(anchor, day.year)
    return this_year if this_year <= day else _same_day(anchor, day.year - 1)


def _same_day(day: date, year: int) -> date:
    """29 February counts as 1 March in other years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
