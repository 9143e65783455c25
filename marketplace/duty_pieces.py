"""A stretch of work cut into pieces: worked, on a break, on police duty. Nothing overlaps, nothing is left out.

Whatever was told, in whatever order it came: an end without a beginning changes nothing, nor does a second beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

State = Literal["worked", "break", "on_duty", "arrest"]


_ENDINGS = ("break_ended", "back_from_duty")


class Told(Protocol):
    kind: str
    category: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """Half-open. `arrest` is police duty that the policy bills on: it counts as worked."""

    state: State
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return _minutes(self.ends_at - self.starts_at)

    @property
    def counts(self) -> bool:
        return self.state in ("worked", "arrest")


@dataclass(frozen=True, slots=True)
class Cut:
    """`ends_at`: where the detail's time ended; police duty from which nobody came back is past it.

    `present_minutes` hold the breaks, and neither holds `duty_minutes`. So 0 ≤ break ≤ present always.
    """

    pieces: tuple[Piece, ...]
    ends_at: datetime
    present_minutes: int
    break_minutes: int
    duty_minutes: int


def state_at(told: Iterable[Told], at: datetime, *, bills_arrests: bool = False) -> State:
    """What the officer was doing at `at`, between clocking in and out; what happened exactly then has happened."""
    state: State = "worked"
    for event in _in_order(told):
        if event.happened_at <= at:
            state = _after(state, event, bills_arrests)
    return state


def cut(*, starts_at: datetime, ends_at: datetime, told: Iterable[Told], bills_arrests: bool = False) -> Cut:
    """The time from clock-in to clock-out as it counts. What was told outside of it only says how it begins."""
    ends_at = max(starts_at, ends_at)
    pieces: list[Piece] = []
    state, since = state_at((), starts_at), starts_at
    for event in _in_order(told):
        following = _after(state, event, bills_arrests)
        moment = min(max(event.happened_at, starts_at), ends_at)
        if following != state:
            _add(pieces, state, since, moment)
            state, since = following, moment
    _add(pieces, state, since, ends_at)
    left_at = pieces[-1].starts_at if pieces and pieces[-1].state == "on_duty" else ends_at
    total = left_at - starts_at
    inside = [piece for piece in pieces if piece.starts_at < left_at]
    away = _length(inside, "on_duty")
    return Cut(
        pieces=tuple(pieces),
        ends_at=left_at,
        present_minutes=_minutes(total - away),
        break_minutes=_minutes(_length(inside, "break")),
        duty_minutes=_minutes(_length(pieces, "on_duty")),
    )


def _in_order(told: Iterable[Told]) -> Sequence[Told]:
    # What ends comes before what begins at the same moment: the order is the same however it was told.
    return sorted(told, key=lambda event: (event.happened_at, event.kind not in _ENDINGS, event.kind, event.category))


def _after(state: State, event: Told, bills_arrests: bool) -> State:
    if event.kind == "went_on_duty" and state in ("worked", "break"):
        return "arrest" if bills_arrests and event.category == "job_related_arrest" else "on_duty"
    if event.kind == "back_from_duty" and state in ("on_duty", "arrest"):
        return "worked"
    if event.kind == "break_started" and state == "worked":
        return "break"
    if event.kind == "break_ended" and state == "break":
        return "worked"
    return state


def _add(pieces: list[Piece], state: State, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at > starts_at:
        pieces.append(Piece(state, starts_at, ends_at))


def _length(pieces: Iterable[Piece], state: State) -> timedelta:
    return sum((one.ends_at - one.starts_at for one in pieces if one.state == state), timedelta())


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
