"""Reads of the officer's start page: the next shift with its pay, offers, bids, hours left, and promised money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from billing.models import PayPromise
from departments.policy.limit_standing import LimitStanding
from marketplace.models import Assignment, Bid, Officer
from marketplace.officer_hours import hours_whole
from marketplace.timekeeping import CLOCK_IN_OPENS_MINUTES_BEFORE
from portals.officer.earnings import ExpectedRow, expected_row

_AHEAD = 3
_LINES = 4
_TIGHTEST = 2
_LIVE = (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN)
_AWAITED = (PayPromise.State.OPEN, PayPromise.State.OVERDUE)
_UNPAID = Q(state=Assignment.State.CHECKED_OUT) & (Q(pay_promise__state__in=_AWAITED) | Q(shift__settlement=None))


@dataclass(frozen=True)
class NextShift:
    """`phase`: early, ready (the clock is open), on_duty. Seconds are those until the phase changes by itself."""

    line: ExpectedRow
    phase: str
    opens_at: datetime
    seconds_to_open: int
    seconds_to_start: int

    @property
    def assignment(self) -> Assignment:
        return self.line.assignment


@dataclass(frozen=True)
class OwnWork:
    next: NextShift | None
    later: list[Assignment]
    promised: list[ExpectedRow]


def own_work(*, officer: Officer, at: datetime) -> OwnWork:
    """What is ahead, the next first, and worked shifts whose money is still to come, the earliest promised day first.

    One query. A shift that was missed is not ahead any more.
    """
    rows = list(
        Assignment.objects.filter(officer=officer)
        .filter(Q(state__in=_LIVE) | _UNPAID)
        .select_related("shift__job__venue", "position", "timesheet", "pay_promise")
        .order_by("shift__starts_at", "id")[:200]
    )
    ahead = [one for one in rows if one.state == _LIVE[1] or (one.state == _LIVE[0] and at < one.authorised_ends_at)]
    # Whoever is on duty clocks out before anything else.
    ahead.sort(key=lambda one: one.state != Assignment.State.CHECKED_IN)
    promised = [expected_row(one) for one in rows if one.state == Assignment.State.CHECKED_OUT]
    promised.sort(key=lambda line: (line.promise is None, line.promise.promised_by if line.promise else at.date()))
    first = _next(ahead[0], at) if ahead else None
    return OwnWork(next=first, later=ahead[1 : 1 + _AHEAD], promised=promised[:_LINES])


def _next(assignment: Assignment, at: datetime) -> NextShift:
    shift = assignment.shift
    opens_at = shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    before = "early" if at < opens_at else "ready"
    return NextShift(
        line=expected_row(assignment),
        phase="on_duty" if assignment.state == Assignment.State.CHECKED_IN else before,
        opens_at=opens_at,
        seconds_to_open=max(0, int((opens_at - at).total_seconds())),
        seconds_to_start=max(0, int((shift.starts_at - at).total_seconds())),
    )


def waiting_bids(officer: Officer) -> list[Bid]:
    """Not decided yet, the next decision first."""
    return list(
        Bid.objects.filter(officer=officer, state=Bid.State.PLACED)
        .select_related("shift__job")
        .order_by("shift__closes_at", "id")[:_LINES]
    )


def tightest_limits(*, officer: Officer, at: datetime) -> Sequence[LimitStanding]:
    """The limits that leave the fewest hours now."""
    hours = hours_whole(officer_id=officer.id, home_department_id=officer.home_department_id, at=at)
    return sorted(hours.standings, key=lambda one: one.remaining_minutes)[:_TIGHTEST]
