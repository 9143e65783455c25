"""A month closes once, as it was seen; then PostgreSQL keeps it, and what comes late is a correction elsewhere."""

from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.models import PayrollLine, WorkspaceClosing, WorkspaceMonth, WorkspacePart, WorkspaceRow
from billing.refusals.workspace import (
    MonthClosed,
    MonthHasChanged,
    MonthNotClosed,
    MonthNotOver,
    MonthOutOfOrder,
    MonthStillOpen,
)
from billing.workspace import books, closing, deciding, keeping
from billing.workspace.reading import Filter
from kernel.actors import Actor
from kernel.errors import InvalidInput
from tenants.models import Tenant
from tests.factories.people import actor_for, make_person
from tests.workspace.conftest import AFTER, APRIL, MARCH, Work, rebuilt


@pytest.fixture
def bookkeeper(as_worker: None) -> Actor:
    return actor_for(make_person(given_name="Bo", family_name="Keeper"))


def close(tenant: Tenant, actor: Actor, at: datetime = AFTER, **more: Any) -> WorkspaceClosing:
    given = {"with_open": True, "reason": "The payouts follow.", "first_date": MARCH, **more}
    if "seen_sha256" not in given:
        given["seen_sha256"] = closing.figures_of(tenant_id=tenant.id, first_date=given["first_date"]).sha256
    return closing.close_month(tenant_id=tenant.id, actor=actor, at=at, **given)


@pytest.mark.django_db
def test_what_is_still_open_is_said_before_a_month_closes(work: Work, department: Tenant, bookkeeper: Actor) -> None:
    work()
    work(days=1, gps=100)
    work(days=2, billed=False)
    rebuilt(department)
    figures = closing.figures_of(tenant_id=department.id, first_date=MARCH)
    (total,) = figures.totals
    assert [(one.kind, one.rows, one.minutes, one.cents) for one in total.outstanding] == [
        ("to_accept", 1, 0, 0), ("gps", 1, 140, 0), ("not_billed", 1, 240, 0),
    ]  # fmt: skip
    with pytest.raises(MonthNotOver):
        close(department, bookkeeper, at=datetime.fromisoformat("2026-04-01T03:59+00:00"))
    with pytest.raises(MonthStillOpen):
        close(department, bookkeeper, with_open=False)
    with pytest.raises(InvalidInput):
        close(department, bookkeeper, reason=" ")
    with pytest.raises(MonthHasChanged):
        close(department, bookkeeper, seen_sha256="0" * 64)
    kept = close(department, bookkeeper)
    assert (kept.figures["rows"], kept.figures["outstanding_rows"], kept.sha256) == (3, 3, figures.sha256)
    assert closing.hash_of_rows(kept.month) == kept.sha256


@pytest.mark.django_db
def test_postgresql_refuses_changes_to_rows_of_a_closed_month(
    work: Work, department: Tenant, bookkeeper: Actor
) -> None:
    work(gps=100)
    (row,) = rebuilt(department)
    close(department, bookkeeper)
    april = books.month_of(tenant_id=department.id, first_date=APRIL)
    attempts = [
        lambda: WorkspaceRow.objects.filter(id=row.id).update(decision_note="x"),
        lambda: WorkspaceRow.objects.filter(id=row.id).update(month=april),
        lambda: WorkspaceRow.objects.filter(id=row.id)._raw_delete("default"),
        lambda: WorkspaceRow.objects.bulk_create([_copy(row)]),
        lambda: WorkspacePart.objects.create(tenant_id=department.id, row=row, number=1, minutes=1, cents=0, note="x"),
        lambda: WorkspaceClosing.objects.all().update(sha256=""),
    ]
    for attempt in attempts:
        with pytest.raises(Exception, match=r"do not change|only grows|permission denied"), transaction.atomic():
            attempt()
    with pytest.raises(MonthClosed):
        deciding.explain(tenant_id=department.id, row_id=row.id, note="x", actor=bookkeeper, at=AFTER)
    with pytest.raises(MonthClosed):
        deciding.accept_all(tenant_id=department.id, first_date=MARCH, chosen=Filter(), actor=bookkeeper, at=AFTER)
    deciding.add_note(tenant_id=department.id, row_id=row.id, text="Seen.", actor=bookkeeper, at=AFTER)


def _copy(row: WorkspaceRow) -> WorkspaceRow:
    copy = WorkspaceRow.objects.get(id=row.id)
    copy.id, copy.sequence, copy.corrects = None, 1, row
    copy.pk = WorkspaceRow._meta.pk.get_default()
    return copy


@pytest.mark.django_db
def test_late_facts_are_corrections_in_the_next_open_month(work: Work, department: Tenant, bookkeeper: Actor) -> None:
    sheet = work()
    (row,) = rebuilt(department)
    closed = close(department, bookkeeper)
    assert rebuilt(department) == [row], "nothing has changed, so nothing is corrected"
    PayrollLine.objects.filter(assignment_id=sheet.assignment_id).update(pay_cents=31_500)
    first, correction = rebuilt(department)
    assert first.paid_cents == 30_000
    assert (correction.month.first_date, correction.corrects_id, correction.sequence) == (APRIL, row.id, 1)
    assert (correction.paid_cents, correction.invoice_cents, correction.worked_minutes) == (1_500, 0, 0)
    assert correction.difference_kind == "overpaid"
    assert correction.reason.startswith("Since March 2026 was closed: Paid CA$315.00, due CA$300.00")
    PayrollLine.objects.filter(assignment_id=sheet.assignment_id).update(pay_cents=30_200)
    assert [one.paid_cents for one in rebuilt(department)] == [30_000, 200]
    late = work(days=1)
    rows = rebuilt(department)
    assert rows[-1].assignment_id == late.assignment_id
    assert (rows[-1].month.first_date, rows[-1].corrects_id) == (APRIL, None)
    assert rows[-1].reason.startswith("Came after March 2026 was closed. ")
    assert closing.hash_of_rows(closed.month) == closed.sha256


@pytest.mark.django_db
def test_a_month_is_reopened_with_a_reason_and_in_reverse_order(
    work: Work, department: Tenant, bookkeeper: Actor
) -> None:
    sheet = work()
    work(days=30)
    rebuilt(department)
    rebuilt(department, APRIL)
    may = AFTER + timedelta(days=40)
    with pytest.raises(MonthNotClosed):
        closing.reopen_month(tenant_id=department.id, first_date=MARCH, reason="x", actor=bookkeeper, at=may)
    with pytest.raises(MonthOutOfOrder, match="March 2026 is still open"):
        close(department, bookkeeper, first_date=APRIL, at=may)
    close(department, bookkeeper, at=may)
    close(department, bookkeeper, first_date=APRIL, at=may)
    with pytest.raises(MonthOutOfOrder, match="April 2026 is closed"):
        closing.reopen_month(tenant_id=department.id, first_date=MARCH, reason="x", actor=bookkeeper, at=may)
    with pytest.raises(InvalidInput):
        closing.reopen_month(tenant_id=department.id, first_date=APRIL, reason="", actor=bookkeeper, at=may)
    for first_date in (APRIL, MARCH):
        closing.reopen_month(
            tenant_id=department.id, first_date=first_date, reason="A payout failed.", actor=bookkeeper, at=may
        )
    PayrollLine.objects.filter(assignment_id=sheet.assignment_id).update(pay_cents=30_100)
    assert rebuilt(department)[0].paid_cents == 30_100
    again = close(department, bookkeeper, at=may)
    assert (again.number, [one.kind for one in closing.history_of(again.month)]) == (
        2,
        ["closed", "reopened", "closed"],
    )


class _Meeting:
    """Both have read the month as open before either closes it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        barrier = Barrier(2)
        real = closing.figures_of

        def after_both_have_read(**given: Any) -> closing.Figures:
            barrier.wait(timeout=5)
            return real(**given)

        def without_a_lock(*, tenant_id: Any, first_date: Any, at: Any) -> WorkspaceMonth:
            return books.month_of(tenant_id=tenant_id, first_date=first_date)

        monkeypatch.setattr(closing, "locked_month", without_a_lock)
        monkeypatch.setattr(closing, "figures_of", after_both_have_read)


def test_of_two_bookkeepers_the_second_is_told_who_closed(
    committed_database: None, department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.billing.test_races import at_once

    people = [actor_for(make_person(given_name=name, family_name="Keeper")) for name in ("Bo", "Cy")]
    from tenants.context import acting_as

    with acting_as(purpose="worker"):
        books.month_of(tenant_id=department.id, first_date=MARCH)
        empty = closing.figures_of(tenant_id=department.id, first_date=MARCH).sha256
    steps = [lambda one=one: close(department, one, seen_sha256=empty) for one in people]
    with monkeypatch.context() as unguarded:
        _Meeting(unguarded)
        results = at_once(*steps)
        # The race: both found the month open. Only the unique number stopped the second, with a crash.
        assert sorted(type(one).__name__ for one in results) == ["IntegrityError", "WorkspaceClosing"]
        assert any(isinstance(one, IntegrityError) for one in results)
    with acting_as(purpose="worker"):
        closing.reopen_month(tenant_id=department.id, first_date=MARCH, reason="Again.", actor=people[0], at=AFTER)
    results = at_once(*steps)
    (refused,) = [one for one in results if isinstance(one, MonthClosed)]
    (kept,) = [one for one in results if isinstance(one, WorkspaceClosing)]
    assert refused.message.startswith(f"{kept.person_name} closed March 2026 on 3 April 2026 at 08:00 with 0 rows.")


@pytest.mark.django_db
def test_a_refresh_of_a_closed_month_changes_nothing_there(work: Work, department: Tenant, bookkeeper: Actor) -> None:
    sheet = work(billed=False)
    rebuilt(department)
    closed = close(department, bookkeeper)
    keeping.refresh_shifts(shift_ids=[sheet.assignment.shift_id], at=AFTER)
    assert closing.hash_of_rows(closed.month) == closed.sha256
