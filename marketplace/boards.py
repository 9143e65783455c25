"""A board: the shifts of a day or of a job, who should be where, who is, and which place nobody fills.

Department, agency and client read the same rows; what each may see of them is their page's own business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Coalesce

from departments.policy.service_levels import ServiceLevels
from marketplace.job_totals import places_of_shift
from marketplace.models import Assignment, Shift
from marketplace.service_levels import LevelsByDay
from marketplace.site_status import STATUSES, SiteStatus, facts_of, site_status, with_site_facts

_SEEN = (*Assignment.LIVE_STATES, Assignment.State.NO_SHOW)
# A job's board shows what runs now, what was just over and what comes next.
_BEFORE, _AFTERWARDS, _SHOWN = timedelta(hours=24), timedelta(hours=12), 12


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """One officer on one shift, as `site_status` says; `verdict` is the clock-in's, "" without one.

    `shares_place`: another's line stands for the place, as `places.shares_place` says.
    """

    assignment: Assignment
    status: str
    minutes: int
    came_at: datetime | None
    left_at: datetime | None
    site: SiteStatus
    verdict: str
    shares_place: bool

    @property
    def is_only_asked(self) -> bool:
        """Who was offered a place is nobody's business but the supplier's until they have taken it."""
        return self.assignment.state == Assignment.State.OFFERED


@dataclass(frozen=True, slots=True)
class ShiftOfTheDay:
    """`missing` places that nobody fills. `worst` is the gravest status of its places, or not_staffed, or its state."""

    shift: Shift
    wanted: int
    held: int
    missing: int
    people: tuple[OnTheDay, ...]
    worst: str

    @property
    def places(self) -> tuple[OnTheDay, ...]:
        """One officer of each place: what a board counts."""
        return tuple(one for one in self.people if not one.shares_place)


def read_board(shifts: "QuerySet[Shift]", *, at: datetime) -> list[ShiftOfTheDay]:
    """In the order of their beginning. Two queries whatever the size, and each department's policy."""
    levels = LevelsByDay()
    found = (
        shifts.annotate(wanted=Coalesce(places_of_shift(), 0))
        .prefetch_related(Prefetch("assignments", queryset=_people(), to_attr="people"))
        .order_by("starts_at", "id")
    )
    return [_shift_of_the_day(shift, levels, at=at) for shift in found]


def board_of_read(shifts: Iterable[Shift], *, at: datetime) -> list[ShiftOfTheDay]:
    """For a page that has read its shifts already: each with `positions`, and with `all_assignments` that
    `site_status.with_site_facts` annotated. The policy is one query."""
    levels = LevelsByDay()
    found = []
    shift: Any
    for shift in shifts:
        positions = {one.id: one for one in shift.positions.all()}
        shift.wanted = sum(one.headcount for one in positions.values())
        shift.people = [one for one in shift.all_assignments if one.state in _SEEN]
        for one in shift.people:
            one.position = positions[one.position_id]
        found.append(_shift_of_the_day(shift, levels, at=at))
    return found


def board_of_job(*, job_id: UUID, at: datetime) -> list[ShiftOfTheDay]:
    """The shifts of one job around now, for a page that has asked already whether its reader may see the job."""
    shifts = Shift.objects.filter(job_id=job_id, starts_at__lte=at + _BEFORE, ends_at__gt=at - _AFTERWARDS).exclude(
        state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED, Shift.State.PLANNED)
    )
    return read_board(shifts.order_by("starts_at", "id"), at=at)[:_SHOWN]


def _people() -> "QuerySet[Assignment]":
    seen = Assignment.objects.filter(state__in=_SEEN).select_related("officer", "position", "timesheet")
    return with_site_facts(seen).order_by("officer__display_name", "id")


def _shift_of_the_day(shift: Shift, levels_by_day: LevelsByDay, *, at: datetime) -> ShiftOfTheDay:
    assigned: list[Assignment] = shift.people  # type: ignore[attr-defined]
    levels = levels_by_day.of(department_id=shift.governing_department_id, starts_at=shift.starts_at)
    people = tuple(_on_the_day(one, shift, levels, at) for one in assigned)
    people = tuple(sorted(people, key=lambda one: STATUSES.index(one.status)))
    wanted: int = shift.wanted  # type: ignore[attr-defined]
    places = [one for one in people if not one.shares_place]
    held = sum(one.assignment.state in Assignment.LIVE_STATES for one in places)
    missing = max(0, wanted - held) if at < shift.ends_at else 0
    worst = places[0].status if places else ""
    if missing and worst not in ("no_show", "late"):
        worst = "not_staffed"
    return ShiftOfTheDay(shift, wanted, held, missing, people, worst or str(shift.state))


def _on_the_day(one: Assignment, shift: Shift, levels: ServiceLevels, at: datetime) -> OnTheDay:
    one.shift = shift
    facts = facts_of(one)
    status = site_status(facts=facts, levels=levels, at=at)
    verdict: str = one.came_verdict or ""  # type: ignore[attr-defined]
    shares: bool = one.shares_place  # type: ignore[attr-defined]
    return OnTheDay(one, status.status, status.minutes, facts.came_at, facts.left_at, status, verdict, shares)


_GRAVITY = (
    *("no_show", "late", "not_staffed", "unconfirmed", "overrun", "left_early", "on_site", "in_progress"),
    *("expected", "offered"),
)


def gravity(status: str) -> int:
    """The gravest first: what a sorted board begins with."""
    return _GRAVITY.index(status) if status in _GRAVITY else len(_GRAVITY)
