"""What the books know of assignments: one statement for some hundred of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from billing.workspace.matching import Claim, Facts

# A bill is read once for its shift: carried along with every assignment, its lines would be copied for each of them.
# Of each settlement, the lines that name no assignment (vehicles, fees, the service fee) are shared evenly among the
# assignments that were billed; shares and an agency's payouts are cut from running totals, so that no cent is lost.
# LEAST and GREATEST pass over NULL, so a missing punch is asked for first.
_SELECT = """
WITH work AS (
    SELECT a.id AS assignment_id, a.state AS assignment_state, a.authorised_ends_at, a.officer_id, a.award_id,
           s.id AS shift_id, s.starts_at, s.ends_at, s.time_zone,
           j.id AS job_id, j.reference, j.title, j.client_id, j.currency, j.governing_department_id,
           t.id AS settlement_id, c.agency_id, c.payee_mode
    FROM marketplace_assignment a
    JOIN marketplace_shift s ON s.id = a.shift_id
    JOIN marketplace_job j ON j.id = s.job_id
    LEFT JOIN billing_settlement t ON t.shift_id = s.id
    LEFT JOIN billing_contract c ON c.id = coalesce(
        t.contract_id, (SELECT one.id FROM billing_contract one WHERE one.job_id = j.id AND one.state = 'accepted'))
    WHERE a.state <> 'offered' AND {scope}
), settled AS (
    SELECT t.id AS settlement_id, t.price FROM billing_settlement t WHERE t.shift_id IN (SELECT shift_id FROM work)
), line AS (
    SELECT settled.settlement_id, l.value ->> 'assignment_id' AS assignment_id, l.value ->> 'kind' AS kind,
           l.value ->> 'supplier' AS supplier, (l.value ->> 'gross_cents')::bigint AS gross,
           (l.value ->> 'pay_cents')::bigint AS pay, (l.value ->> 'billable_minutes')::integer AS minutes
    FROM settled, jsonb_array_elements(coalesce(settled.price -> 'lines', '[]'::jsonb)) l
), billed AS (
    SELECT settlement_id, assignment_id::uuid, sum(gross) AS gross, sum(pay) AS pay,
           coalesce(sum(minutes) FILTER (WHERE kind = 'labour'), 0) AS minutes,
           row_number() OVER (PARTITION BY settlement_id ORDER BY assignment_id) AS place,
           count(*) OVER (PARTITION BY settlement_id) AS places
    FROM line WHERE assignment_id <> '' GROUP BY settlement_id, assignment_id
), rest AS (
    SELECT settlement_id, coalesce(sum(gross) FILTER (WHERE supplier = 'department'), 0) AS supplier,
           coalesce(sum(gross) FILTER (WHERE supplier = 'platform'), 0) AS platform
    FROM line WHERE coalesce(assignment_id, '') = '' GROUP BY settlement_id
), shared AS (
    SELECT billed.*,
        coalesce(div(place * rest.supplier, places) - div((place - 1) * rest.supplier, places), 0) AS supplier_share,
        coalesce(div(place * rest.platform, places) - div((place - 1) * rest.platform, places), 0) AS platform_share
    FROM billed LEFT JOIN rest USING (settlement_id)
), summed AS (
    SELECT shared.*, gross + supplier_share AS agency_due,
        sum(gross + supplier_share) OVER (PARTITION BY settlement_id ORDER BY place) AS running,
        sum(gross + supplier_share) OVER (PARTITION BY settlement_id) AS whole
    FROM shared
), moved AS (
    SELECT m.settlement_id, m.assignment_id, p.owner_kind,
           coalesce(sum(m.amount_cents) FILTER (WHERE m.state = 'done'), 0) AS done, max(m.state) FILTER (
               WHERE m.state IN ('failed', 'held')) AS stuck, bool_and(m.state = 'done') AS is_done
    FROM billing_transfer m JOIN billing_payeeaccount p ON p.id = m.payee_account_id
    WHERE m.settlement_id IN (SELECT settlement_id FROM settled) AND m.late_charge_id IS NULL
    GROUP BY m.settlement_id, m.assignment_id, p.owner_kind
), payroll AS (
    SELECT assignment_id, sum(pay_cents) AS cents FROM billing_payrollline
    WHERE settlement_id IN (SELECT settlement_id FROM settled) GROUP BY assignment_id
)
SELECT w.assignment_id, w.shift_id, w.governing_department_id, w.agency_id, coalesce(w.payee_mode, ''),
    w.job_id, w.reference, w.title, client.name, w.officer_id, officer.display_name,
    w.starts_at, w.ends_at, w.time_zone, (w.starts_at AT TIME ZONE w.time_zone)::date, w.currency,
    w.assignment_state, award.decided_at, award.decided_by,
    round(extract(epoch FROM w.ends_at - w.starts_at) / 60)::integer,
    (CASE WHEN i.id IS NOT NULL AND o.id IS NOT NULL THEN greatest(floor(extract(epoch FROM
        least(o.happened_at, w.authorised_ends_at) - greatest(i.happened_at, w.starts_at)) / 60), 0) END)::integer,
    i.verdict, o.verdict,
    coalesce(sheet.state, ''), coalesce(sheet.decided_by, ''), coalesce(sheet.resolution_reason, ''),
    sheet.worked_minutes, sheet.billable_minutes,
    coalesce(sm.minutes, CASE WHEN w.settlement_id IS NOT NULL THEN 0 END)::integer,
    coalesce(sm.gross, CASE WHEN w.settlement_id IS NOT NULL THEN 0 END)::bigint,
    (sm.supplier_share + sm.platform_share)::bigint,
    coalesce((SELECT d.number FROM billing_issueddocument d
        WHERE d.settlement_id = w.settlement_id AND d.kind = 'invoice' ORDER BY d.issued_at DESC LIMIT 1), ''),
    sm.pay::bigint, sm.agency_due::bigint,
    (CASE WHEN sm.whole > 0 THEN div(sm.running * ag.done, sm.whole)
        - div((sm.running - sm.agency_due) * ag.done, sm.whole) END)::bigint, ag.stuck, ag.is_done,
    own.done::bigint, own.stuck, own.is_done, payroll.cents::bigint
FROM work w
JOIN marketplace_client client ON client.id = w.client_id
JOIN marketplace_officer officer ON officer.id = w.officer_id
JOIN marketplace_award award ON award.id = w.award_id
LEFT JOIN marketplace_clockevent i ON i.assignment_id = w.assignment_id AND i.kind = 'in'
LEFT JOIN marketplace_clockevent o ON o.assignment_id = w.assignment_id AND o.kind = 'out'
LEFT JOIN marketplace_timesheet sheet ON sheet.assignment_id = w.assignment_id
LEFT JOIN summed sm ON sm.settlement_id = w.settlement_id AND sm.assignment_id = w.assignment_id
LEFT JOIN moved ag ON ag.settlement_id = w.settlement_id AND ag.owner_kind = 'agency'
LEFT JOIN moved own ON own.settlement_id = w.settlement_id AND own.assignment_id = w.assignment_id
LEFT JOIN payroll ON payroll.assignment_id = w.assignment_id
ORDER BY w.assignment_id
"""
_OF_SHIFTS = "s.id = ANY(%s::uuid[])"
_SHIFTS = """
SELECT s.id, count(a.id) FROM marketplace_shift s
JOIN marketplace_job j ON j.id = s.job_id
JOIN marketplace_assignment a ON a.shift_id = s.id AND a.state <> 'offered'
WHERE (j.governing_department_id = %s
       OR EXISTS (SELECT 1 FROM billing_contract c WHERE c.job_id = j.id AND c.agency_id = %s))
  AND (s.starts_at AT TIME ZONE s.time_zone)::date >= %s AND (s.starts_at AT TIME ZONE s.time_zone)::date < %s
  AND s.starts_at >= %s::date - 2 AND s.starts_at < %s::date + 2
GROUP BY s.id ORDER BY s.id
"""
_AT_ONCE = 300
_VERDICTS = ("VERIFIED", "NEAR", "WEAK", "OFFSITE")


@dataclass(frozen=True, slots=True)
class Known:
    """An assignment as it is shown, whose workspaces it belongs to, and the facts to be matched. No claims yet."""

    assignment_id: UUID
    department_id: UUID
    agency_id: UUID | None
    shown: Mapping[str, Any]
    facts: Facts
    shared_cents: int | None

    @property
    def work_date(self) -> date:
        day: date = self.shown["work_date"]
        return day

    def tenant_ids(self) -> tuple[UUID, ...]:
        return tuple(sorted({self.department_id, *([self.agency_id] if self.agency_id else [])}))


def of_shifts(shift_ids: Sequence[UUID], *, at: datetime) -> list[Known]:
    return _read(_OF_SHIFTS, [[str(one) for one in shift_ids]], at)


def of_month(*, tenant_id: UUID, first_date: date, until_date: date, at: datetime) -> Iterator[list[Known]]:
    """Assignments whose shift begins on a local day from `first_date` to before `until_date`, some hundred at a time.

    For memory's sake, and because for a whole month at once the planner, which cannot know how many lines a bill has,
    would compare each assignment with every other.
    """
    tenant = str(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(_SHIFTS, [tenant, tenant, first_date, until_date, first_date, until_date])
        counted = cursor.fetchall()
    chunk: list[UUID] = []
    size = 0
    for shift_id, assignments in counted:
        chunk.append(shift_id)
        size += assignments
        if size >= _AT_ONCE:
            yield of_shifts(chunk, at=at)
            chunk, size = [], 0
    if chunk:
        yield of_shifts(chunk, at=at)


def fingerprint(known: Known, facts: Facts) -> str:
    """Of everything that the match and the row's figures come from: a decision holds as long as it stays the same."""
    parts = (facts, known.shared_cents, known.shown["invoice_number"])
    return sha256(repr(parts).encode()).hexdigest()


def with_claims(known: Known, own: Claim | None, claimed: Claim | None) -> Known:
    return replace(known, facts=replace(known.facts, own=own, claimed=claimed)) if own or claimed else known


def _read(scope: str, parameters: Iterable[Any], at: datetime) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(scope=scope), list(parameters))
        return [_known(row, at) for row in cursor.fetchall()]


def _known(row: tuple[Any, ...], at: datetime) -> Known:
    (
        assignment_id, shift_id, department_id, agency_id, payee_mode, job_id, reference, title, client_name,
        officer_id, officer_name, starts_at, ends_at, time_zone, work_date, currency, assignment_state,
        awarded_at, awarded_by, scheduled, clock, verdict_in, verdict_out, sheet_state, decided_by, resolution,
        worked, billable, billed,
        invoice, shared, invoice_number, pay, agency_due, agency_done, agency_stuck, agency_is_done,
        own_done, own_stuck, own_is_done, payroll,
    ) = row  # fmt: skip
    due, paid, payout = _payout(
        payee_mode,
        pay,
        (agency_due, agency_done, agency_stuck, agency_is_done),
        (own_done, own_stuck, own_is_done),
        payroll,
    )
    shown = {
        "reference": f"{reference}-{assignment_id.hex[-6:].upper()}",
        "job_id": job_id,
        "job_reference": reference,
        "job_title": title,
        "client_name": client_name,
        "shift_id": shift_id,
        "officer_id": officer_id,
        "officer_name": officer_name,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": time_zone,
        "work_date": work_date,
        "payee_mode": payee_mode,
        "awarded_at": awarded_at,
        "awarded_by": awarded_by,
        "clock_verdict": max(filter(None, (verdict_in, verdict_out)), key=_VERDICTS.index, default=""),
        "timesheet_decided_by": decided_by,
        "invoice_number": invoice_number,
    }
    facts = Facts(
        currency=currency,
        assignment_state=assignment_state,
        is_over=ends_at <= at,
        scheduled_minutes=scheduled,
        clock_minutes=clock,
        timesheet_state=sheet_state,
        hours_by_coordinator=sheet_state == "resolved" or decided_by == "coordinator" or bool(resolution),
        worked_minutes=worked,
        billable_minutes=billable,
        billed_minutes=billed,
        invoice_cents=invoice,
        pay_cents=pay,
        due_cents=due,
        paid_cents=paid,
        payout_state=payout,
    )
    return Known(assignment_id, department_id, agency_id, shown, facts, shared)


def _payout(
    payee_mode: str, pay: int | None, agency: tuple[Any, ...], own: tuple[Any, ...], payroll: int | None
) -> tuple[int | None, int | None, str]:
    """Due, arrived, how it stands: the officer's transfer, the payroll line, or the agency's part of its transfer."""
    if pay is None:
        return None, None, ""
    if payee_mode == "payroll":
        return pay, payroll or 0, "payroll" if payroll is not None else ""
    due, (done, stuck, is_done) = (agency[0], agency[1:]) if payee_mode == "agency" else (pay, own)
    if done is None and stuck is None and is_done is None:
        return due, 0, ""
    return due, done or 0, stuck or ("done" if is_done else "in_transit")
