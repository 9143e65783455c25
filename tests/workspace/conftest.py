"""A month of work as the marketplace and billing leave it, and the workspace that is kept of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.models import Settlement, WorkspaceRow
from billing.workspace import keeping
from kernel.identifiers import uuid7
from marketplace.models import ClockEvent, Officer, Timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.departments import make_officer
from tests.factories.hours import finished, on_payroll

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
WORKED_AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
AFTER = datetime(2026, 4, 3, 12, tzinfo=UTC)
Work = Callable[..., Timesheet]


def punch(sheet: Timesheet, *, minutes: int, kinds: tuple[str, ...] = ("in", "out")) -> None:
    """In at the start of the work, out so many minutes later, both on site."""
    moments = {"in": sheet.worked_starts_at, "out": sheet.worked_starts_at + timedelta(minutes=minutes)}
    for kind in kinds:
        at = moments[kind]
        ClockEvent.objects.create(
            punch_id=uuid7(), assignment_id=sheet.assignment_id, kind=kind, received_at=at, happened_at=at,
            verdict="VERIFIED",
        )  # fmt: skip


def line(
    assignment_id: Any, *, minutes: int, gross: int, pay: int, kind: str = "labour", supplier: str = "department"
) -> Any:
    return {
        "kind": kind, "supplier": supplier, "assignment_id": str(assignment_id or ""), "billable_minutes": minutes,
        "gross_cents": gross, "pay_cents": pay,
    }  # fmt: skip


def bill(
    sheet: Timesheet, *, minutes: int = 240, gross: int = 43_900, pay: int = 30_000, shared: int = 2_001
) -> Settlement:
    """On the department's payroll: the officer's line and one for the vehicle."""
    on_payroll(sheet, pay_cents=pay, billed_cents=gross + shared)
    settlement = Settlement.objects.get(shift_id=sheet.assignment.shift_id)
    settlement.price = {
        "lines": [
            line(sheet.assignment_id, minutes=minutes, gross=gross, pay=pay),
            line(None, minutes=0, gross=shared, pay=0, kind="vehicle"),
        ]
    }
    settlement.save()
    return settlement


@pytest.fixture
def officer(as_worker: None, department: Tenant) -> Officer:
    govern(department)
    return make_officer(department, family_name="Alderly")


@pytest.fixture
def work(officer: Officer, department: Tenant) -> Work:
    """One assignment, punched, approved, billed and on the payroll; `gps=None` leaves the punches out."""

    def make(
        *, days: int = 0, gps: int | None = 240, billed: bool = True, who: Officer | None = None, **more: Any
    ) -> Timesheet:
        sheet = finished(department, who or officer, starts_at=WORKED_AT + timedelta(days=days))
        if gps is not None:
            punch(sheet, minutes=gps)
        if billed:
            bill(sheet, **more)
        return sheet

    return make


def rebuilt(tenant: Tenant, first_date: date = MARCH, at: datetime = AFTER) -> list[WorkspaceRow]:
    keeping.rebuild_month(tenant_id=tenant.id, first_date=first_date, at=at)
    return list(WorkspaceRow.objects.filter(tenant_id=tenant.id).order_by("starts_at", "sequence"))
