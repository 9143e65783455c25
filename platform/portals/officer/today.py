"""Reads of the officer's start page: the next shift with its pay, offers, bids, hours left, and promised money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from billing.models import PayPromise
from departments.policy.limit_standing import LimitStanding
from kernel.money import per_hour_half_up
from marketplace.models import Assignment, Bid, Officer
from marketplace.officer_hours import hours_whole
from marketplace.timekeeping import CLOCK_IN_OPENS_MINUTES_BEFORE
from portals.pay_days import of_promise

_AHEAD = 3
_LINES = 4
_TIGHTEST = 2
_LIVE = (Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN)
_AWAITED = (PayPromise.State.OPEN, PayPromise.State.OVERDUE)


@dataclass(frozen=True)
class PromisedLine:
    """Money for one assignment: what is payable by its hours, before they are known by the schedule."""

    assignment: Assignment

    @property
    def cents(self) -> int:
        sheet = getattr(self.assignment, "timesheet", None)
        shift = self.assignment.shift
        scheduled = round((shift.ends_at - shift.starts_at).total_seconds() / 60)
        minutes = scheduled if sheet is None else sheet.payable_minutes
        return per_hour_half_up(self.assignment.pay_rate_cents_per_hour, minutes)

    @property
    def currency(self) -> str:
        return str(self.assignment.shift.job.currency)

    @property
    def promise(self) -> PayPromise | None:
        found: PayPromise | None = getattr(self.assignment, "pay_promise", None)
        return None if found is None or found.state == PayPromise.State.VOID else found

    @property
    def promise_words(self) -> str:
        return of_promise(self.promise) if self.promise else ""


@dataclass(frozen=True)
class NextShift:
    """`phase`: early, ready (the clock is open), on_duty. Seconds are those until the phase changes by itself."""

    line: PromisedLine
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
    promised: list[PromisedLine]


def own_work(*, officer: Officer, at: datetime) -> OwnWork:
    """What is ahead, the next first, and worked shifts whose money is still to come, the earliest day first.

    One query. A shift that was missed is not ahead any more.
    """
    rows = list(
        Assignment.objects.filter(officer=officer)
        .filter(Q(state__in=_LIVE) | Q(pay_promise__state__in=_AWAITED))
        .select_related("shift__job__venue", "position", "timesheet", "pay_promise")
        .order_by("shift__starts_at", "id")[:200]
    )
    ahead = [one for one in rows if one.state == _LIVE[1] or (one.state == _LIVE[0] and at < one.authorised_ends_at)]
    # Whoever is on duty clocks out before anything else.
    ahead.sort(key=lambda one: one.state != Assignment.State.CHECKED_IN)
    promised = [
        line
        for one in rows
        if one.state == Assignment.State.CHECKED_OUT
        and (line := PromisedLine(one)).promise is not None
        and line.promise.state in _AWAITED
    ]
    promised.sort(key=lambda line: line.promise.promised_by if line.promise else at.date())
    first = _next(ahead[0], at) if ahead else None
    return OwnWork(next=first, later=ahead[1 : 1 + _AHEAD], promised=promised[:_LINES])


def _next(assignment: Assignment, at: datetime) -> NextShift:
    shift = assignment.shift
    opens_at = shift.starts_at - timedelta(minutes=CLOCK_IN_OPENS_MINUTES_BEFORE)
    if assignment.state == Assignment.State.CHECKED_IN:
        phase = "on_duty"
    else:
        phase = "early" if at < opens_at else "ready"
    return NextShift(
        line=PromisedLine(assignment),
        phase=phase,
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
