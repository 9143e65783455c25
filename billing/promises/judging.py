"""Was a promise kept, and if not, what was late first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from billing.models import PayPromise

State, Reason = PayPromise.State, PayPromise.Reason


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the money of one assignment has come; None for what has not happened yet."""

    nothing_earned: bool = False
    hours_final_at: datetime | None = None
    was_disputed: bool = False
    distributed_at: datetime | None = None
    transferred_at: datetime | None = None
    is_held: bool = False
    has_failed: bool = False
    payout_failed: bool = False
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    state: str
    paid_at: datetime | None = None
    days_late: int = 0
    reason: str = Reason.NONE


@dataclass(frozen=True, slots=True)
class Piece:
    """Money that came into an account, or left it, in cents."""

    cents: int
    at: datetime
    key: UUID | None = None


def judge(*, basis: str, steps: Mapping[str, date], progress: Progress, time_zone: str, at: datetime) -> Judgement:
    """`steps` as in departments.policy.pay_dates.PayDate. Days are the department's own."""
    if progress.nothing_earned:
        return Judgement(State.VOID)
    zone = ZoneInfo(time_zone)
    by_date = steps["paid"]
    until = (progress.paid_at or at).astimezone(zone).date()
    days_late = max((until - by_date).days, 0)
    if progress.paid_at is not None:
        if not days_late:
            return Judgement(State.KEPT, progress.paid_at)
        return Judgement(State.LATE, progress.paid_at, days_late, _first_late(basis, steps, progress, zone))
    if not days_late:
        return Judgement(State.OPEN)
    return Judgement(State.OVERDUE, None, days_late, _first_late(basis, steps, progress, zone))


def _first_late(basis: str, steps: Mapping[str, date], progress: Progress, zone: ZoneInfo) -> str:
    def late(happened_at: datetime | None, step: str) -> bool:
        return happened_at is None or happened_at.astimezone(zone).date() > steps[step]

    if late(progress.hours_final_at, "hours_final"):
        return Reason.HOURS_DISPUTED if progress.was_disputed else Reason.HOURS_LATE
    if basis == PayPromise.Basis.PAYROLL:
        return Reason.PAYROLL_LATE
    if late(progress.distributed_at, "transferred"):
        return Reason.CLIENT_UNPAID
    if progress.has_failed:
        return Reason.TRANSFER_FAILED
    if late(progress.transferred_at, "transferred"):
        return Reason.ACCOUNT_NOT_READY if progress.is_held else Reason.TRANSFER_LATE
    return Reason.PAYOUT_FAILED if progress.payout_failed else Reason.BANK_LATE


def arrivals(*, received: Sequence[Piece], left: Iterable[Piece]) -> dict[UUID, datetime]:
    """When each received piece had left the account whole: first in, first out, as one balance is paid out.

    `left` are deposits that arrived in the bank and money that was taken back. What has not left is not in the answer.
    """
    moments: dict[UUID, datetime] = {}
    leaving = iter(sorted(left, key=lambda piece: piece.at))
    gone = needed = 0
    last: datetime | None = None
    for piece in received:
        needed += piece.cents
        while gone < needed:
            current = next(leaving, None)
            if current is None:
                return moments
            gone, last = gone + current.cents, current.at
        if piece.key is not None and last is not None:
            moments[piece.key] = last
    return moments
