"""A tenant's workspace: the lock that whoever changes anything takes first, its tolerances, and its months."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from billing.models import WorkspaceBook, WorkspaceMonth
from billing.workspace.matching import Tolerances
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput

MOST_MINUTES = 120
MOST_CENTS = 100_000


def tolerances_of(tenant_id: UUID) -> Tolerances:
    """What is stored, or what a new workspace begins with."""
    book = WorkspaceBook.objects.filter(tenant_id=tenant_id).first() or WorkspaceBook(tenant_id=tenant_id)
    return Tolerances(book.minute_tolerance, book.cents_tolerance)


def locked_book(*, tenant_id: UUID, at: datetime) -> WorkspaceBook:
    """One writer at a time for each tenant. Taken before any month or row of it; several tenants by their id."""
    WorkspaceBook.objects.bulk_create([WorkspaceBook(tenant_id=tenant_id, updated_at=at)], ignore_conflicts=True)
    return WorkspaceBook.objects.select_for_update().get(tenant_id=tenant_id)


def set_tolerances(*, tenant_id: UUID, minutes: int, cents: int, actor: Actor, at: datetime) -> None:
    """Rows of open months follow at their next refresh. Raises InvalidInput."""
    if not 0 <= minutes <= MOST_MINUTES:
        raise InvalidInput(f"Tolerate 0 to {MOST_MINUTES} minutes.", field="minutes", maximum_minutes=MOST_MINUTES)
    if not 0 <= cents <= MOST_CENTS:
        raise InvalidInput(f"Tolerate 0.00 to {MOST_CENTS // 100:,}.00.", field="cents", maximum_cents=MOST_CENTS)
    with transaction.atomic():
        book = locked_book(tenant_id=tenant_id, at=at)
        before = {"minutes": book.minute_tolerance, "cents": book.cents_tolerance}
        book.minute_tolerance, book.cents_tolerance, book.updated_at = minutes, cents, at
        book.save()
        audit.record(
            actor=actor, action="workspace.tolerances_set", subject_kind="tenant", subject_id=tenant_id,
            tenant_id=tenant_id, before=before, after={"minutes": minutes, "cents": cents}, at=at,
        )  # fmt: skip


def month_of(*, tenant_id: UUID, first_date: date) -> WorkspaceMonth:
    month, _ = WorkspaceMonth.objects.get_or_create(tenant_id=tenant_id, first_date=first_date.replace(day=1))
    return month


def found_month(*, tenant_id: UUID, first_date: date) -> WorkspaceMonth:
    """For reading: the stored month, or one that is not stored and has no rows."""
    first_date = first_date.replace(day=1)
    stored = WorkspaceMonth.objects.filter(tenant_id=tenant_id, first_date=first_date).first()
    return stored or WorkspaceMonth(tenant_id=tenant_id, first_date=first_date)


def months_of(tenant_id: UUID) -> list[WorkspaceMonth]:
    """The newest first."""
    return list(WorkspaceMonth.objects.filter(tenant_id=tenant_id).order_by("-first_date"))


def following(first_date: date) -> date:
    """The first day of the next month."""
    month = first_date.month % 12 + 1
    return first_date.replace(year=first_date.year + (month == 1), month=month)


def preceding(first_date: date) -> date:
    month = (first_date.month - 2) % 12 + 1
    return first_date.replace(year=first_date.year - (month == 12), month=month)
