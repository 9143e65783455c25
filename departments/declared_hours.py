"""Hours for other employers, stretch by stretch, and reads of them. They reach verdicts as `other_employer`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, FilteredRelation, Q

from departments.access import department, inside, inside_of
from departments.models import DeclaredHours, SecondaryEmployment
from departments.refusals import EndsBeforeStart
from departments.refusals_oversight import (
    EmploymentNotFound,
    HoursDeclaredAlready,
    HoursNotFound,
    HoursOutsideEmployment,
)
from departments.secondary_employment import Employment, describe, locked_employment
from kernel import audit
from kernel.actors import Actor

LONGEST_STRETCH = timedelta(hours=24)
LONGEST_AHEAD = timedelta(days=90)
LONGEST_BACK = timedelta(days=60)
SHOWN = 60


@dataclass(frozen=True, slots=True)
class HoursElsewhere:
    """Half-open, UTC. `is_permitted`: the employment stood on the day of its start, by what is known now."""

    hours_id: UUID
    employment_id: UUID
    employer: str
    starts_at: datetime
    ends_at: datetime
    declared_at: datetime
    is_permitted: bool

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def declare_hours(
    *,
    department_id: UUID,
    employment_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    officer_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> HoursElsewhere:
    """Worked or planned. With `officer_id`: only for their own employment.

    Raises EmploymentNotFound, EndsBeforeStart, HoursOutsideEmployment, HoursDeclaredAlready.
    """
    if ends_at <= starts_at:
        raise EndsBeforeStart()
    if ends_at - starts_at > LONGEST_STRETCH:
        raise HoursOutsideEmployment("Enter at most 24 hours at once, day by day.")
    if starts_at > at + LONGEST_AHEAD or ends_at < at - LONGEST_BACK:
        raise HoursOutsideEmployment("Enter hours of the last 60 and the next 90 days.")
    home = department(department_id=department_id)
    with transaction.atomic(), inside_of(home):
        employment = locked_employment(employment_id, officer_id=officer_id)
        on_date = starts_at.astimezone(ZoneInfo(home.time_zone)).date()
        if on_date < employment.from_date or (employment.until_date and on_date > employment.until_date):
            raise HoursOutsideEmployment(f"The employment with {employment.employer} was not declared for that day.")
        try:
            with transaction.atomic():
                row = DeclaredHours.objects.create(
                    employment=employment,
                    roster_entry=employment.roster_entry,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    declared_by_person_id=actor.person_id,
                    declared_at=at,
                )
        except IntegrityError as error:
            if "declared_hours_once" in str(error):
                raise HoursDeclaredAlready() from error
            raise
        _record("declared", row, department_id, actor, at)
        return _describe(row, describe(department_id, employment), home.time_zone)


def withdraw_hours(
    *, department_id: UUID, hours_id: UUID, officer_id: UUID | None = None, actor: Actor, at: datetime
) -> None:
    """They were not worked, or entered wrongly. The line stays, and says so. Raises HoursNotFound."""
    with transaction.atomic(), inside(department_id=department_id):
        rows = DeclaredHours.objects.select_for_update(of=("self",)).filter(id=hours_id, withdrawn_at=None)
        if officer_id is not None:
            rows = rows.filter(roster_entry__officer_id=officer_id)
        row = rows.first()
        if row is None:
            raise HoursNotFound()
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _record("withdrawn", row, department_id, actor, at)


def employments_of(
    *, department_id: UUID, officer_id: UUID | None = None, entry_id: UUID | None = None
) -> list[Employment]:
    """Of one member, named by either identifier; the newest first."""
    with inside(department_id=department_id):
        rows = SecondaryEmployment.objects.select_related("roster_entry").order_by("-declared_at", "-id")
        rows = rows.filter(roster_entry_id=entry_id) if entry_id else rows.filter(roster_entry__officer_id=officer_id)
        return [describe(department_id, row) for row in rows[:SHOWN]]


def employment(*, department_id: UUID, employment_id: UUID) -> Employment:
    """Raises EmploymentNotFound."""
    with inside(department_id=department_id):
        row = SecondaryEmployment.objects.select_related("roster_entry").filter(id=employment_id).first()
        if row is None:
            raise EmploymentNotFound()
        return describe(department_id, row)


def employments_in_queue(
    *, department_id: UUID, at: datetime, soon: timedelta = timedelta(days=30)
) -> tuple[list[Employment], list[Employment], list[Employment]]:
    """Waiting for an approval (the oldest first), approvals that end soon, and decided lately."""
    home = department(department_id=department_id)
    today = at.astimezone(ZoneInfo(home.time_zone)).date()
    with inside_of(home):
        rows = SecondaryEmployment.objects.select_related("roster_entry")
        waiting = rows.filter(state="declared").exclude(approval_role="").order_by("declared_at", "id")[:200]
        ending = rows.filter(
            state="approved", approved_until_date__gte=today, approved_until_date__lte=today + soon
        ).order_by("approved_until_date", "id")
        decided = rows.filter(decided_at__isnull=False).order_by("-decided_at", "-id")[:SHOWN]
        first, second, third = ([describe(department_id, row) for row in found] for found in (waiting, ending, decided))
        return first, second, third


def work_elsewhere(
    *, department_id: UUID, officer_id: UUID | None = None, entry_id: UUID | None = None, since: datetime
) -> tuple[list[Employment], list[HoursElsewhere]]:
    """Of one member: employments, the newest first, and hours that end after `since`, the latest first. One query."""
    home = department(department_id=department_id)
    counted = Q(hours__withdrawn_at=None, hours__ends_at__gt=since)
    with inside_of(home):
        rows = (
            SecondaryEmployment.objects.select_related("roster_entry")
            .annotate(stretch=FilteredRelation("hours", condition=counted))
            .annotate(
                stretch_id=F("stretch__id"),
                stretch_starts_at=F("stretch__starts_at"),
                stretch_ends_at=F("stretch__ends_at"),
                stretch_declared_at=F("stretch__declared_at"),
            )
            .order_by("-declared_at", "-id", "-stretch__starts_at")
        )
        rows = rows.filter(roster_entry_id=entry_id) if entry_id else rows.filter(roster_entry__officer_id=officer_id)
        employments: dict[UUID, Employment] = {}
        hours: list[HoursElsewhere] = []
        row: Any
        for row in rows[:500]:
            found = employments.setdefault(row.id, describe(department_id, row))
            if row.stretch_id is not None:
                hours.append(
                    HoursElsewhere(
                        hours_id=row.stretch_id,
                        employment_id=found.employment_id,
                        employer=found.employer,
                        starts_at=row.stretch_starts_at,
                        ends_at=row.stretch_ends_at,
                        declared_at=row.stretch_declared_at,
                        is_permitted=_permitted(found, row.stretch_starts_at, home.time_zone),
                    )
                )
    return list(employments.values()), sorted(hours, key=lambda one: one.starts_at, reverse=True)


def _permitted(employment: Employment, starts_at: datetime, zone: str) -> bool:
    return employment.is_permitted(starts_at.astimezone(ZoneInfo(zone)).date())


def _describe(row: DeclaredHours, employment: Employment, zone: str) -> HoursElsewhere:
    return HoursElsewhere(
        hours_id=row.id,
        employment_id=employment.employment_id,
        employer=employment.employer,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        declared_at=row.declared_at,
        is_permitted=_permitted(employment, row.starts_at, zone),
    )


def _record(verb: str, row: DeclaredHours, department_id: UUID, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"declared_hours.{verb}",
        subject_kind="declared_hours",
        subject_id=row.id,
        tenant_id=department_id,
        at=at,
        after={
            "entry_id": str(row.roster_entry_id),
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
        },
    )
