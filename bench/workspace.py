"""The reconciliation list of a month against computing the same month live, without the read model; and its files.

Every page is timed over HTTP's own code: p95 of forty pages spread over the month, with its totals. The budget is 100
ms and twelve queries.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from uuid import UUID

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.memberships import grant_role
from accounts.models import Person
from bench.figures import Figure, median_seconds, once_seconds
from bench.memory import seconds_and_peak
from bench.stage import NOW, department
from bench.world import make_crew, make_past_work
from billing.models import Contract, PayrollLine, Settlement, WorkspaceMonth, WorkspaceRow
from billing.workspace import closing, facts, keeping, reading
from billing.workspace.matching import Tolerances, match
from billing.workspace.reading import Filter
from kernel.actors import system
from kernel.identifiers import uuid7
from marketplace.models import Assignment, ClockEvent, Job, Shift
from reports.reconciliation_files import rows_as_csv, write_rows_workbook
from tenants.context import acting_as
from tenants.models import Tenant

_DAYS = 20
_PAGES = 40
_BATCH = 2_000
MAY = (NOW - timedelta(days=2)).date().replace(day=1)
JUNE = NOW.date().replace(day=1)


def measure() -> list[Figure]:
    figures: list[Figure] = []
    peaks: list[tuple[str, dict[str, float]]] = []
    for count in (2_000, 20_000):
        tenant = department(f"books{count}")
        with acting_as(purpose="worker"):
            crew = make_crew(tenant, count=count // _DAYS, at=NOW, name=f"b{count}")
            make_past_work(tenant, crew, count=count, at=NOW)
            _settle(tenant)
            person = Person.objects.create_user(f"payroll@{tenant.slug}.example", given_name="Dana")
            grant_role(person=person, tenant_id=tenant.id, role="payroll", actor=system("benchmark"), at=NOW)
            filled, fill_peak = seconds_and_peak(_rebuild, tenant.id)
            _know_the_sizes()
            month = WorkspaceMonth.objects.get(tenant_id=tenant.id, first_date=MAY)
            assert WorkspaceRow.objects.filter(month=month).count() == count
            again = once_seconds(lambda tenant=tenant: _rebuild(tenant.id))
            live = median_seconds(lambda tenant=tenant: _live(tenant), runs=3)
        size = f"{count:,} rows"
        figures += _pages(tenant, month, person, size, live)
        with acting_as(purpose="worker"):
            copied = median_seconds(lambda month=month: _copy(month), runs=3)
            book, book_peak = seconds_and_peak(_xlsx, month.id)
            text, text_peak = seconds_and_peak(_csv, month.id)
            closed, close_peak = seconds_and_peak(_hash, month.id)
        computing = "computing them live, without keeping them"
        figures += [
            Figure("first fill of the month", size, "rows/s", count / filled, count / live, computing),
            Figure("bring up to date, nothing new", size, "rows/s", count / again, count / live, computing),
            Figure("CSV", size, "rows/s", count / text, count / copied, "PostgreSQL's own COPY of the same rows"),
            Figure("XLSX", size, "rows/s", count / book, count / copied, "PostgreSQL's own COPY of the same rows"),
            Figure("hash of a closing", size, "rows/s", count / closed, count / copied, "PostgreSQL's own COPY"),
        ]
        peaks.append((size, {"first fill": fill_peak, "CSV": text_peak, "XLSX": book_peak, "closing": close_peak}))
    (few, small), (size, large) = peaks
    return figures + [
        Figure(f"peak resident memory: {name}", size, "MiB", large[name], small[name], f"{few}: 1 is flat")
        for name in small
    ]


def _pages(tenant: Tenant, month: WorkspaceMonth, person: Person, size: str, live: float) -> list[Figure]:
    # Back to the public role before a session is written.
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    client = Client(headers={"host": f"{tenant.slug}.localhost"}, raise_request_exception=True)
    client.force_login(person)
    path = f"/desk/reconciliation/{MAY:%Y-%m}/"
    with acting_as(purpose="worker"):
        rows = list(WorkspaceRow.objects.filter(month=month).order_by("starts_at", "id").only("starts_at", "id"))
    step = max(len(rows) // _PAGES, 1)
    cursors = [f"{row.starts_at.isoformat()}~{row.id}".replace("+", "%2B") for row in rows[::step]][:_PAGES]
    everything = _p95(client, [f"{path}?after={cursor}" for cursor in cursors])
    filtered = _p95(client, [f"{path}?state=differs&officer=0{number % 10}" for number in range(_PAGES)])
    with CaptureQueriesContext(connection) as queries:
        _get(client, path)
    peer = "the month computed live"
    return [
        Figure("page of fifty with totals: p95", size, "ms", everything * 1000, live * 1000, peer),
        Figure("filtered page with totals: p95", size, "ms", filtered * 1000, live * 1000, peer),
        Figure("page: queries", size, "queries", len(queries), 12, "budget"),
    ]


def _p95(client: Client, paths: list[str]) -> float:
    _get(client, paths[0])
    taken = []
    for path in paths:
        started = time.perf_counter()
        _get(client, path)
        taken.append(time.perf_counter() - started)
    return statistics.quantiles(taken, n=20)[-1]


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code} {answer.headers.get('location', '')}.")


def _rebuild(tenant_id: UUID) -> None:
    keeping.rebuild_month(tenant_id=tenant_id, first_date=MAY, at=NOW)


def _xlsx(month_id: UUID) -> int:
    with acting_as(purpose="worker"):
        return len(write_rows_workbook(rows=reading.all_rows(WorkspaceMonth.objects.get(id=month_id), Filter())))


def _csv(month_id: UUID) -> int:
    with acting_as(purpose="worker"):
        return sum(map(len, rows_as_csv(rows=reading.all_rows(WorkspaceMonth.objects.get(id=month_id), Filter()))))


def _hash(month_id: UUID) -> str:
    with acting_as(purpose="worker"):
        return closing.hash_of_rows(WorkspaceMonth.objects.get(id=month_id))


def _know_the_sizes() -> None:
    """What autovacuum does within a minute of such a fill; without it the planner takes the month for a few rows."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE public.billing_workspacerow")


def _live(tenant: Tenant) -> None:
    for chunk in facts.of_month(tenant_id=tenant.id, first_date=MAY, until_date=JUNE, at=NOW):
        for known in chunk:
            match(known.facts, Tolerances(5, 0))


def _copy(month: WorkspaceMonth) -> None:
    query = str(WorkspaceRow.objects.filter(month=month).order_by("starts_at", "id").values().query)
    query = query.replace(month.id.hex, f"'{month.id}'").replace(f" {month.id}", f" '{month.id}'")
    with connection.cursor() as cursor, open("/dev/null", "w") as nowhere:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH CSV", nowhere)


def _settle(tenant: Tenant) -> None:
    """Punches, bills and payroll lines; every fifth officer's clock says forty minutes less."""
    assignments = list(
        Assignment.objects.filter(shift__governing_department_id=tenant.id).select_related("shift__job").order_by("id")
    )
    punches = []
    for number, assignment in enumerate(assignments):
        shift = assignment.shift
        out = shift.ends_at - timedelta(minutes=40 if number % 5 == 0 else 0)
        punches += [
            ClockEvent(
                punch_id=uuid7(), assignment=assignment, kind=kind, received_at=at, happened_at=at, verdict="VERIFIED"
            )
            for kind, at in (("in", shift.starts_at), ("out", out))
        ]
    ClockEvent.objects.bulk_create(punches, batch_size=_BATCH)
    job = Job.objects.get(governing_department_id=tenant.id)
    contract = Contract.objects.create(
        job=job, version=1, revision_number=1, state="accepted", currency=job.currency, terms={}, prices=[], policy={},
        policy_version=1, policy_sha256="0" * 64, payee_mode="payroll", service_fee_basis_points=500, requested_at=NOW,
        net_cents=0, tax_cents=0, total_cents=0, offered_at=NOW,
    )  # fmt: skip
    for shift in Shift.objects.filter(job=job):
        here = [one for one in assignments if one.shift_id == shift.id]
        lines = [_line(str(one.id), 240, 43_900, 30_000) for one in here] + [_line("", 0, 10_001, 0)]
        cents = 43_900 * len(here) + 10_001
        settlement = Settlement.objects.create(
            shift=shift, job=job, contract=contract, currency=job.currency, price={"lines": lines}, split={},
            quoted_cents=cents, billed_cents=cents, supplier_cents=cents, service_fee_cents=0, service_fee_tax_cents=0,
            drawn_cents=cents, settled_at=NOW,
        )  # fmt: skip
        PayrollLine.objects.bulk_create(
            [
                PayrollLine(
                    settlement=settlement, department_id=tenant.id, officer_id=one.officer_id, assignment_id=one.id,
                    payable_minutes=240, pay_rate_cents_per_hour=7_500, pay_cents=30_000, currency=job.currency,
                    created_at=NOW,
                )
                for one in here
            ],
            batch_size=_BATCH,
        )  # fmt: skip


def _line(assignment_id: str, minutes: int, gross: int, pay: int) -> dict[str, object]:
    return {
        "kind": "labour" if assignment_id else "vehicle", "supplier": "department", "assignment_id": assignment_id,
        "billable_minutes": minutes, "gross_cents": gross, "pay_cents": pay,
    }  # fmt: skip
