"""What a roster knows of a member beyond the line itself: dated statuses, credentials that expire, unit and command."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from departments.access import inside
from departments.models import Credential, RosterEntry, StatusPeriod
from departments.refusals import (
    CommandRunsInACircle,
    CredentialNotFound,
    RosterEntryNotFound,
    StatusPeriodNotFound,
    StatusPeriodOverlaps,
    SupervisorNotServing,
)
from departments.roster import RosterMember, describe, locked_entry, refresh_credential_codes
from departments.standing import announce_roster_change
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class DatedStatus:
    """Local dates, half-open: `until_date` is the first day without it, None until further notice."""

    period_id: UUID
    status: str
    from_date: date
    until_date: date | None
    note: str


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """`expires_date` is the last day on which it counts."""

    credential_id: UUID
    code: str
    issued_date: date | None
    expires_date: date | None
    source: str


@dataclass(frozen=True, slots=True)
class MemberDepth:
    statuses: tuple[DatedStatus, ...]
    credentials: tuple[HeldCredential, ...]
    unit: str
    rank_since_date: date | None
    employee_number: str
    attributes: dict[str, Any]
    supervisor_id: UUID | None
    supervisor_name: str
    supervisor_badge: str
    reports: int


def member_depth(*, department_id: UUID, entry_id: UUID) -> MemberDepth:
    """Three queries. Raises RosterEntryNotFound."""
    with inside(department_id=department_id):
        serving = Count("reports", filter=~Q(reports__status=RosterEntry.Status.LEFT))
        entry = (
            RosterEntry.objects.select_related("supervisor")
            .annotate(serving_reports=serving)
            .filter(id=entry_id)
            .first()
        )
        if entry is None:
            raise RosterEntryNotFound()
        supervisor = entry.supervisor
        return MemberDepth(
            statuses=tuple(_status(period) for period in entry.status_periods.order_by("-from_date")),
            credentials=tuple(_credential(one) for one in entry.credentials.all()),
            unit=entry.unit,
            rank_since_date=entry.rank_since_date,
            employee_number=entry.employee_number,
            attributes=dict(entry.attributes),
            supervisor_id=entry.supervisor_id,
            supervisor_name=supervisor.full_name if supervisor is not None else "",
            supervisor_badge=supervisor.badge_number if supervisor is not None else "",
            reports=entry.serving_reports,
        )


def add_status(
    *,
    department_id: UUID,
    entry_id: UUID,
    status: str,
    from_date: date,
    until_date: date | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> RosterMember:
    """A status with dates. Raises RosterEntryNotFound, AlreadyLeft, InvalidInput, StatusPeriodOverlaps."""
    if status not in StatusPeriod.Status.values:
        raise InvalidInput(
            f"“{status}” is not a status with dates. Choose one of: {', '.join(StatusPeriod.Status.values)}.",
            field="status",
        )
    if until_date is not None and until_date <= from_date:
        raise InvalidInput("The first day without it must be after its first day.", field="until_date")

    def change(entry: RosterEntry) -> dict[str, Any]:
        try:
            with transaction.atomic():
                StatusPeriod.objects.create(
                    roster_entry=entry,
                    status=status,
                    from_date=from_date,
                    until_date=until_date,
                    note=note.replace("\x00", "").strip(),
                    recorded_by_person_id=actor.person_id,
                    recorded_at=at,
                )
        except IntegrityError as error:
            if "one_period_of_a_status_at_a_time" in str(error):
                raise StatusPeriodOverlaps(status) from error
            raise
        return {"status": status, "from_date": _text(from_date), "until_date": _text(until_date)}

    return _change(department_id, entry_id, "roster.status_added", change, actor, at, note)


def end_status(
    *, department_id: UUID, entry_id: UUID, period_id: UUID, until_date: date, actor: Actor, at: datetime
) -> RosterMember:
    """End it on a day; on or before its first day it is struck out altogether.

    Raises RosterEntryNotFound, AlreadyLeft, StatusPeriodNotFound, StatusPeriodOverlaps.
    """

    def change(entry: RosterEntry) -> dict[str, Any]:
        period = entry.status_periods.filter(id=period_id).first()
        if period is None:
            raise StatusPeriodNotFound()
        told = {"status": str(period.status), "from_date": _text(period.from_date), "until_date": _text(until_date)}
        if until_date <= period.from_date:
            period.delete()
            return {**told, "struck_out": True}
        period.until_date = until_date
        try:
            with transaction.atomic():
                period.save(update_fields=["until_date"])
        except IntegrityError as error:
            raise StatusPeriodOverlaps(str(period.status)) from error
        return told

    return _change(department_id, entry_id, "roster.status_ended", change, actor, at, "")


def set_credential(
    *,
    department_id: UUID,
    entry_id: UUID,
    code: str,
    issued_date: date | None = None,
    expires_date: date | None = None,
    source: str = "entered",
    actor: Actor,
    at: datetime,
) -> RosterMember:
    """Add it, or renew the one of the same code. Raises RosterEntryNotFound, AlreadyLeft, InvalidInput."""
    code = code.replace("\x00", "").strip()
    if not 0 < len(code) <= 40:
        raise InvalidInput("A credential's code has 1 to 40 characters.", field="code")
    if issued_date is not None and expires_date is not None and expires_date < issued_date:
        raise InvalidInput("It expires before it was issued. Check the dates.", field="expires_date")

    def change(entry: RosterEntry) -> dict[str, Any]:
        entry.credentials.update_or_create(
            code=code, defaults={"issued_date": issued_date, "expires_date": expires_date, "source": source}
        )
        return {"credential": code, "expires_date": _text(expires_date)}

    return _change(department_id, entry_id, "roster.credential_set", change, actor, at, "")


def drop_credential(
    *, department_id: UUID, entry_id: UUID, credential_id: UUID, actor: Actor, at: datetime
) -> RosterMember:
    """Raises RosterEntryNotFound, AlreadyLeft, CredentialNotFound."""

    def change(entry: RosterEntry) -> dict[str, Any]:
        held = entry.credentials.filter(id=credential_id).first()
        if held is None:
            raise CredentialNotFound()
        held.delete()
        return {"credential": held.code, "dropped": True}

    return _change(department_id, entry_id, "roster.credential_dropped", change, actor, at, "")


def set_place(
    *,
    department_id: UUID,
    entry_id: UUID,
    unit: str,
    rank_since_date: date | None,
    employee_number: str,
    supervisor_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> RosterMember:
    """Unit, chain of command, and the payroll's own number.

    Raises RosterEntryNotFound, AlreadyLeft, SupervisorNotServing, CommandRunsInACircle, InvalidInput.
    """

    def change(entry: RosterEntry) -> dict[str, Any]:
        # The whole chain is checked under one lock, so that two changes at once cannot close a circle between them.
        if supervisor_id is not None:
            leads = dict(
                RosterEntry.objects.exclude(status=RosterEntry.Status.LEFT)
                .select_for_update()
                .order_by("id")
                .values_list("id", "supervisor_id")
            )
            if supervisor_id not in leads:
                raise SupervisorNotServing()
            refuse_circles({**leads, entry.id: supervisor_id})
        entry.unit = unit.replace("\x00", "").strip()[:60]
        entry.rank_since_date = rank_since_date
        entry.employee_number = employee_number.replace("\x00", "").strip()[:40]
        entry.supervisor_id = supervisor_id
        return {
            "unit": entry.unit,
            "employee_number": entry.employee_number,
            "rank_since_date": _text(rank_since_date),
            "supervisor_id": str(supervisor_id) if supervisor_id else None,
        }

    try:
        return _change(department_id, entry_id, "roster.place_set", change, actor, at, "")
    except IntegrityError as error:
        if "one_serving_officer_per_employee_number" in str(error):
            raise InvalidInput(
                f"Employee number {employee_number} belongs to another serving member.", field="employee_number"
            ) from error
        raise


def refuse_circles(leads: dict[UUID, UUID | None]) -> None:
    """`leads`: member → supervisor. Linear in the number of members. Raises CommandRunsInACircle."""
    safe: set[UUID] = set()
    for start in leads:
        walked: list[UUID] = []
        on_the_way: set[UUID] = set()
        here: UUID | None = start
        while here is not None and here not in safe:
            if here in on_the_way:
                raise CommandRunsInACircle(here, len(walked) - walked.index(here))
            walked.append(here)
            on_the_way.add(here)
            here = leads.get(here)
        safe.update(walked)


def _change(
    department_id: UUID,
    entry_id: UUID,
    action: str,
    change: Callable[[RosterEntry], dict[str, Any]],
    actor: Actor,
    at: datetime,
    reason: str,
) -> RosterMember:
    with transaction.atomic(), inside(department_id=department_id):
        entry = locked_entry(entry_id)
        after = change(entry)
        refresh_credential_codes([entry], on_date=at.date())
        entry.version += 1
        entry.save()
        audit.record(
            actor=actor,
            action=action,
            subject_kind="roster_entry",
            subject_id=entry.id,
            tenant_id=department_id,
            at=at,
            after=after,
            reason=reason,
        )
        announce_roster_change(department_id=department_id, entry=entry, at=at)
        return describe(department_id, entry)


def _status(period: StatusPeriod) -> DatedStatus:
    return DatedStatus(period.id, str(period.status), period.from_date, period.until_date, period.note)


def _credential(held: Credential) -> HeldCredential:
    return HeldCredential(held.id, held.code, held.issued_date, held.expires_date, held.source)


def _text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
