"""Publishing rules with respect for what was judged by the old ones: a version never starts before a decided shift.

Bids, awards and clock-ins keep the version that judged them. A version that reached back behind them would make the
snapshots of those days contradict the rules of those days. Bids that are still open on future shifts are no obstacle
when the version starts today or later: their award judges them again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, Q

from departments import policy_publication
from departments.access import department
from departments.policies import PolicySnapshot
from kernel.actors import Actor
from kernel.errors import InvalidInput
from marketplace.models import Bid, Shift


class StartsBeforeJudgedShift(InvalidInput):
    code = "policy_starts_before_judged_shift"

    def __init__(self, *, effective_from_date: date, latest: date, shifts: int, earliest_possible: date) -> None:
        many = f"{shifts} shifts on or after it were" if shifts != 1 else "one shift on or after it was"
        super().__init__(
            f"These rules cannot start on {effective_from_date:%-d %B %Y}: {many} judged by the rules before, the last "
            f"on {latest:%-d %B %Y}. The earliest possible first day is {earliest_possible:%-d %B %Y}.",
            field="effective_from_date",
            path="effective_from_date",
            shifts=shifts,
            latest_shift_date=latest.isoformat(),
            earliest_possible_date=earliest_possible.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class JudgedShifts:
    """Shifts on or after a day that the department's rules have judged; `latest` None: there is none."""

    shifts: int
    latest: date | None


def publish_document(
    *,
    department_id: UUID,
    document: Mapping[str, Any],
    effective_from_date: date,
    note: str,
    cases: Sequence[Mapping[str, str]] | None = None,
    replaces_later: bool = False,
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """Raises StartsBeforeJudgedShift, and like `departments.policy_publication.publish_document`."""
    with transaction.atomic():
        made = policy_publication.publish_document(
            department_id=department_id,
            document=document,
            effective_from_date=effective_from_date,
            note=note,
            cases=cases,
            replaces_later=replaces_later,
            actor=actor,
            at=at,
        )
        refuse_judged(department_id=department_id, effective_from_date=effective_from_date, at=at)
        return made


def publish_draft(
    *,
    department_id: UUID,
    draft_id: UUID,
    effective_from_date: date,
    note: str,
    seen: int,
    replaces_later: bool = False,
    actor: Actor,
    at: datetime,
) -> PolicySnapshot:
    """Raises StartsBeforeJudgedShift, and like `departments.policy_publication.publish_draft`."""
    with transaction.atomic():
        made = policy_publication.publish_draft(
            department_id=department_id,
            draft_id=draft_id,
            effective_from_date=effective_from_date,
            note=note,
            seen=seen,
            replaces_later=replaces_later,
            actor=actor,
            at=at,
        )
        refuse_judged(department_id=department_id, effective_from_date=effective_from_date, at=at)
        return made


def refuse_judged(*, department_id: UUID, effective_from_date: date, at: datetime) -> None:
    """Raises StartsBeforeJudgedShift. Asked once the version is written, in its transaction: the fewest slip by."""
    home = department(department_id=department_id)
    today = at.astimezone(ZoneInfo(home.time_zone)).date()
    judged = judged_shifts(department_id=department_id, from_date=effective_from_date, at=at)
    if judged.latest is None:
        return
    decided = judged_shifts(department_id=department_id, from_date=today, at=at)
    earliest = today if decided.latest is None else decided.latest + timedelta(days=1)
    raise StartsBeforeJudgedShift(
        effective_from_date=effective_from_date, latest=judged.latest, shifts=judged.shifts, earliest_possible=earliest
    )


def judged_shifts(*, department_id: UUID, from_date: date, at: datetime) -> JudgedShifts:
    """By the department's calendar: shifts that it governs, or that its officers bid on, took or clocked into."""
    zone = ZoneInfo(department(department_id=department_id).time_zone)
    today = at.astimezone(zone).date()
    from_at = datetime.combine(from_date, time(), tzinfo=zone)
    # Reaching back, a bid alone is a judgement by rules that were in force; ahead of today its award judges anew.
    open_from = at if from_date >= today else datetime.max.replace(tzinfo=UTC)
    bid_on = Bid.objects.filter(officer__home_department_id=department_id, shift__starts_at__gte=from_at)
    bid_on = bid_on.exclude(state=Bid.State.WITHDRAWN).exclude(state=Bid.State.PLACED, shift__starts_at__gt=open_from)
    found = Shift.objects.filter(starts_at__gte=from_at).filter(
        Q(id__in=bid_on.values("shift_id"))
        | Q(governing_department_id=department_id, awards__isnull=False)
        | Q(assignments__officer__home_department_id=department_id)
    )
    told = found.aggregate(shifts=Count("id", distinct=True), latest=Max("starts_at"))
    return JudgedShifts(told["shifts"], told["latest"].astimezone(zone).date() if told["latest"] else None)
