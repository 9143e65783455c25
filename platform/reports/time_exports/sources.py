"""Final hours and payroll lines as rows for payroll.

Hours worked are the home department's: it counts them wherever its officers worked, and of work that another department
is in charge of it learns time and place only, as everywhere else. Pay owed is a payroll line of a settlement of this
department; a line for an officer of another department is not on this payroll and is only counted (`foreign_lines`).
What an agency supplied is paid by its own payroll: those hours are in no department's file, lest they be paid twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from billing.models import PayrollLine
from departments.exports.people import PaidMember, paid_members
from geo.timezones import zone_named
from marketplace.models import Assignment, Officer, Shift, Timesheet
from reports.time_exports.changes import SourceRow
from tenants.models import Tenant
from tenants.queries import get_tenant

TIMESHEETS, PAYROLL_LINES = "timesheets", "payroll_lines"
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ForeignLines:
    """Payroll lines for officers of other departments: to be settled between the departments, outside of this file."""

    count: int
    pay_cents: int


def members_of(department_id: UUID) -> dict[UUID, PaidMember]:
    """The department's paid members. Whoever joined the platform with this department worked for no other before."""
    members = paid_members(department_id=department_id)
    first_joined = dict(Officer.objects.filter(id__in=list(members)).values_list("id", "joined_at"))
    return {
        officer_id: replace(member, served_from=None)
        if member.served_from is None or first_joined.get(officer_id, member.served_from) >= member.served_from
        else member
        for officer_id, member in members.items()
    }


def read_rows(*, department: Tenant, rows_kind: str, members: Mapping[UUID, PaidMember]) -> Iterator[SourceRow]:
    """All that hold now, read in chunks."""
    if rows_kind == TIMESHEETS:
        return _timesheets(department, members)
    return _payroll_lines(department, members)


def count_final(*, department_id: UUID, members: Mapping[UUID, PaidMember]) -> dict[str, int]:
    """How many rows of each kind hold now: two counts, whatever their number."""
    service = (
        [str(member.officer_id) for member in members.values()],
        [member.served_from for member in members.values()],
        [member.served_until for member in members.values()],
    )
    member = (
        "unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS member (officer_id, served_from, served_until)"
    )
    served = (
        "(served_from IS NULL OR shift.starts_at >= served_from) "
        "AND (served_until IS NULL OR shift.starts_at < served_until)"
    )
    # The terms of service differ from member to member, which the ORM can say only as one OR per member.
    hours = f"""SELECT count(*) FROM {member}
        JOIN marketplace_assignment assignment USING (officer_id)
        JOIN marketplace_shift shift ON shift.id = assignment.shift_id
        JOIN marketplace_job job ON job.id = shift.job_id AND job.agency_id IS NULL
        JOIN marketplace_timesheet sheet ON sheet.assignment_id = assignment.id
        WHERE sheet.state IN ('approved', 'resolved') AND {served}
        AND sheet.worked_minutes + sheet.payable_minutes > 0"""
    lines = f"""SELECT count(*) FROM {member}
        JOIN billing_payrollline line USING (officer_id)
        JOIN billing_settlement settlement ON settlement.id = line.settlement_id
        JOIN marketplace_shift shift ON shift.id = settlement.shift_id
        WHERE line.department_id = %s AND {served}"""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({hours}), ({lines})", [*service, *service, str(department_id)])
        counted = cursor.fetchone()
    return {TIMESHEETS: counted[0], PAYROLL_LINES: counted[1]}


def foreign_lines(*, department_id: UUID, members: Mapping[UUID, PaidMember]) -> ForeignLines:
    found = PayrollLine.objects.filter(department_id=department_id).values_list(
        "officer_id", "settlement__shift__starts_at", "pay_cents"
    )
    foreign = [cents for officer_id, starts_at, cents in found if not _is_ours(members, officer_id, starts_at)]
    return ForeignLines(len(foreign), sum(foreign))


def _timesheets(department: Tenant, members: Mapping[UUID, PaidMember]) -> Iterator[SourceRow]:
    sheets = (
        Timesheet.objects.filter(
            state__in=Timesheet.FINAL_STATES,
            assignment__officer_id__in=list(members),
            assignment__shift__job__agency_id=None,
        )
        .select_related("assignment__position", "assignment__shift__job__venue")
        .order_by("worked_starts_at", "id")
    )
    departments = {department.id: department.name}
    for sheet in sheets.iterator(chunk_size=_CHUNK):
        assignment = sheet.assignment
        member = members[assignment.officer_id]
        if member.served_at(assignment.shift.starts_at) and sheet.worked_minutes + sheet.payable_minutes:
            values = _values(department, departments, member, assignment, sheet)
            yield SourceRow(sheet.id, {**values, "payable_minutes": sheet.payable_minutes, "source_id": str(sheet.id)})


def _payroll_lines(department: Tenant, members: Mapping[UUID, PaidMember]) -> Iterator[SourceRow]:
    lines = (
        PayrollLine.objects.filter(department_id=department.id, officer_id__in=list(members))
        .order_by("created_at", "id")
        .iterator(chunk_size=_CHUNK)
    )
    departments = {department.id: department.name}
    while chunk := list(islice(lines, _CHUNK)):
        assignments = _assignments(line.assignment_id for line in chunk)
        for line in chunk:
            assignment, member = assignments[line.assignment_id], members[line.officer_id]
            if not member.served_at(assignment.shift.starts_at):
                continue
            yield SourceRow(
                line.id,
                {
                    **_values(department, departments, member, assignment, assignment.timesheet),
                    "pay_code": line.pay_code,
                    "payable_minutes": line.payable_minutes,
                    "pay_rate_cents_per_hour": line.pay_rate_cents_per_hour,
                    "pay_cents": line.pay_cents,
                    "currency": line.currency,
                    "source_id": str(line.id),
                },
            )


def _values(
    department: Tenant, departments: dict[UUID, str], member: PaidMember, assignment: Assignment, sheet: Timesheet
) -> dict[str, Any]:
    shift, zone = assignment.shift, assignment.shift.time_zone
    job, is_ours = shift.job, shift.governing_department_id == department.id
    worked_from = _local(sheet.worked_starts_at, zone)
    return {
        "officer_id": str(member.officer_id),
        "assignment_id": str(assignment.id),
        "badge_number": member.badge_number,
        "given_name": member.given_name,
        "family_name": member.family_name,
        "officer_name": f"{member.given_name} {member.family_name}",
        "work_email": member.work_email,
        "rank_code": assignment.position.rank_code,
        "rank_name": assignment.position.rank_name,
        "pay_code": assignment.pay_code,
        "pay_rate_cents_per_hour": assignment.pay_rate_cents_per_hour,
        "currency": job.currency,
        "work_date": worked_from[:10],
        "worked_starts_at": worked_from,
        "worked_ends_at": _local(sheet.worked_ends_at, zone),
        "scheduled_starts_at": _local(shift.starts_at, zone),
        "scheduled_ends_at": _local(shift.ends_at, zone),
        "time_zone": zone,
        "scheduled_minutes": _minutes(shift),
        "worked_minutes": sheet.worked_minutes,
        "job_reference": job.reference if is_ours else "",
        "job_title": job.title if is_ours else "",
        "event_type": job.event_type if is_ours else "",
        "venue_name": job.venue.name,
        "governing_department": _name_of(shift.governing_department_id, departments),
        "decided_on": _local(sheet.decided_at, zone)[:10] if sheet.decided_at else None,
        "decided_by": sheet.decided_by,
    }


def _assignments(ids: Iterable[UUID]) -> dict[UUID, Assignment]:
    found = Assignment.objects.select_related("position", "timesheet", "shift__job__venue")
    return {assignment.id: assignment for assignment in found.filter(id__in=set(ids))}


def _name_of(department_id: UUID, known: dict[UUID, str]) -> str:
    """Read once each: most files name no department but their own."""
    if department_id not in known:
        known[department_id] = get_tenant(tenant_id=department_id).name
    return known[department_id]


def _is_ours(members: Mapping[UUID, PaidMember], officer_id: UUID, starts_at: datetime) -> bool:
    return officer_id in members and members[officer_id].served_at(starts_at)


def _minutes(shift: Shift) -> int:
    return int((shift.ends_at - shift.starts_at).total_seconds() // 60)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(zone_named(zone)).replace(tzinfo=None).isoformat(timespec="seconds")
