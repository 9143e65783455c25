"""The department's own claims on its members' time: tours, court, leave, overtime. They reach verdicts and standing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from departments.access import inside
from departments.models import DutyPeriod
from departments.refusals import EndsBeforeStart
from departments.roster import locked_entry
from departments.standing import announce_roster_change
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class DutyStretch:
    """Half-open, UTC. `kind` is duty, overtime, court or leave."""

    period_id: UUID
    entry_id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime


def record_duty(
    *,
    department_id: UUID,
    entry_id: UUID,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    source: str = "entered",
    actor: Actor,
    at: datetime,
) -> DutyStretch:
    """Announces departments.roster_changed with the new busy ranges.

    Raises RosterEntryNotFound, AlreadyLeft, EndsBeforeStart, InvalidInput.
    """
    if ends_at <= starts_at:
        raise EndsBeforeStart()
    if kind not in DutyPeriod.Kind.values:
        raise InvalidInput(f"“{kind}” is not a kind of duty. Choose one of: {', '.join(DutyPeriod.Kind.values)}.")
    with transaction.atomic(), inside(department_id=department_id):
        entry = locked_entry(entry_id)
        period = DutyPeriod.objects.create(
            roster_entry=entry, kind=kind, starts_at=starts_at, ends_at=ends_at, source=source
        )
        entry.version += 1
        entry.save(update_fields=["version"])
        audit.record(
            actor=actor,
            action="duty.recorded",
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            after={"kind": kind, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()},
        )
        announce_roster_change(department_id=department_id, entry=entry, at=at)
        return _describe(period)


def duty_of(*, department_id: UUID, entry_id: UUID, starts_at: datetime, ends_at: datetime) -> list[DutyStretch]:
    """What overlaps the time given, the earliest first."""
    with inside(department_id=department_id):
        periods = DutyPeriod.objects.filter(
            roster_entry_id=entry_id, starts_at__lt=ends_at, ends_at__gt=starts_at
        ).order_by("starts_at")
        return [_describe(period) for period in periods]


@dataclass(frozen=True, slots=True)
class OfficerDuty:
    """The department's claim on a member who has joined."""

    officer_id: UUID
    period_id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    source: str


def duty_of_officers(
    *, department_id: UUID, officer_ids: Collection[UUID], starts_at: datetime, ends_at: datetime
) -> list[OfficerDuty]:
    """What overlaps the time given, by officer and then the earliest first. One query."""
    with inside(department_id=department_id):
        periods = DutyPeriod.objects.filter(
            roster_entry__officer_id__in=list(officer_ids), starts_at__lt=ends_at, ends_at__gt=starts_at
        ).order_by("roster_entry__officer_id", "starts_at", "id")
        rows: Any = periods.values_list("roster_entry__officer_id", "id", "kind", "starts_at", "ends_at", "source")
        return [OfficerDuty(*row) for row in rows]


def _describe(period: DutyPeriod) -> DutyStretch:
    return DutyStretch(
        period_id=period.id,
        entry_id=period.roster_entry_id,
        kind=str(period.kind),
        starts_at=period.starts_at,
        ends_at=period.ends_at,
    )
