"""Kept or late, and what was late first; which deposit brought which transfer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import PayPromise
from billing.promises.judging import Judgement, Piece, Progress, arrivals, judge
from billing.promises.measuring import measure_promises
from billing.promises.promising import promise_pay
from billing.promises.record import due_since, record_of
from departments.exports import batches
from tenants.context import acting_as
from tenants.models import Tenant
from tests.factories.departments import make_officer, publish_example
from tests.factories.hours import finished, on_payroll

NOON = datetime(2026, 12, 1, 17, tzinfo=UTC)
STEPS = {
    "hours_final": date(2026, 12, 1), "transferred": date(2026, 12, 2), "sent_to_bank": date(2026, 12, 4),
    "paid": date(2026, 12, 7),
}  # fmt: skip


def day(number: int) -> datetime:
    return datetime(2026, 12, number, 17, tzinfo=UTC)


GOOD = Progress(hours_final_at=day(1), distributed_at=day(1), transferred_at=day(2), paid_at=day(7))


@pytest.mark.parametrize(
    ("changes", "at", "state", "days_late", "reason"),
    [
        ({}, day(20), "kept", 0, ""),
        ({"paid_at": None}, day(7), "open", 0, ""),
        ({"paid_at": None}, day(8), "overdue", 1, "bank_late"),
        ({"paid_at": day(9)}, day(20), "late", 2, "bank_late"),
        # Late hours that were made good keep the promise; when they were not, they are what was late first.
        ({"hours_final_at": day(3)}, day(20), "kept", 0, ""),
        ({"hours_final_at": day(3), "paid_at": day(9)}, day(20), "late", 2, "hours_late"),
        ({"hours_final_at": None, "paid_at": None, "was_disputed": True}, day(9), "overdue", 2, "hours_disputed"),
        ({"distributed_at": None, "transferred_at": None, "paid_at": None}, day(9), "overdue", 2, "client_unpaid"),
        ({"transferred_at": None, "paid_at": None, "is_held": True}, day(9), "overdue", 2, "account_not_ready"),
        ({"transferred_at": day(4), "paid_at": day(9)}, day(20), "late", 2, "transfer_late"),
        ({"transferred_at": None, "paid_at": None, "has_failed": True}, day(9), "overdue", 2, "transfer_failed"),
        ({"paid_at": None, "payout_failed": True}, day(9), "overdue", 2, "payout_failed"),
        ({"nothing_earned": True, "paid_at": None}, day(20), "void", 0, ""),
        # 03:00 UTC on the 8th is still the 7th where the department is.
        ({"paid_at": datetime(2026, 12, 8, 3, tzinfo=UTC)}, day(20), "kept", 0, ""),
    ],
)
def test_the_first_thing_that_was_late_is_the_reason(
    changes: dict[str, object], at: datetime, state: str, days_late: int, reason: str
) -> None:
    progress = replace(GOOD, **changes)  # type: ignore[arg-type]
    found = judge(basis="direct", steps=STEPS, progress=progress, time_zone="America/Toronto", at=at)
    assert found == Judgement(state, progress.paid_at if state in ("kept", "late") else None, days_late, reason)


@settings(max_examples=25)
@given(
    received=st.lists(st.integers(1, 50_000), min_size=1, max_size=8),
    cuts=st.lists(st.integers(1, 60_000), max_size=8),
)
def test_money_leaves_in_the_order_in_which_it_came(received: list[int], cuts: list[int]) -> None:
    keys = [uuid4() for _ in received]
    pieces = [Piece(cents, NOON, key) for cents, key in zip(received, keys, strict=True)]
    left = [Piece(cents, NOON + timedelta(days=number)) for number, cents in enumerate(cuts)]
    found: dict[UUID, datetime] = arrivals(received=pieces, left=reversed(left))
    # By brute force: after how many days has so much left that everything up to this piece is gone?
    for number, key in enumerate(keys):
        needed = sum(received[: number + 1])
        after = next((days for days in range(len(cuts)) if sum(cuts[: days + 1]) >= needed), None)
        assert found.get(key) == (None if after is None else NOON + timedelta(days=after))


@pytest.mark.usefixtures("as_worker")
def test_payroll_is_measured_by_what_was_sent_to_it(
    department: Tenant, other_department: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = {"first_date": "2026-03-01", "length_days": 14, "paid_after_days": 7}
    publish_example(department, payout={"pay_period": period})
    officer = make_officer(department)
    starts_at = datetime(2026, 3, 10, 14, tzinfo=UTC)
    sheets = [finished(department, officer, starts_at=starts_at + timedelta(days=number)) for number in range(2)]
    lines = [on_payroll(sheet, pay_cents=20_000) for sheet in sheets]
    promises = [promise_pay(assignment_id=sheet.assignment_id, at=starts_at) for sheet in sheets]
    assert [promise and promise.promised_by for promise in promises] == [date(2026, 3, 23)] * 2
    assert promise_pay(assignment_id=sheets[0].assignment_id, at=starts_at) == promises[0]
    sent = {lines[0].id: datetime(2026, 3, 20, tzinfo=UTC)}
    monkeypatch.setattr("billing.promises.measuring.first_sent_at", lambda **named: sent)
    assert measure_promises(at=datetime(2026, 3, 25, 12, tzinfo=UTC)) == 2
    found = record_of(due_since(date(2026, 3, 1)).filter(department_id=department.id))
    assert (found.kept, found.overdue, found.kept_percent, found.worst_days) == (1, 1, 50, 2)
    assert found.reasons == (("The hours reached payroll late", 1),)
    sent[lines[1].id] = datetime(2026, 3, 26, tzinfo=UTC)
    measure_promises(at=datetime(2026, 3, 27, 12, tzinfo=UTC))
    assert PayPromise.objects.get(assignment=sheets[1].assignment).state == "late"
    with acting_as(purpose="request", tenant_id=other_department.id):
        assert not PayPromise.objects.exists()
    with acting_as(purpose="request", person_id=officer.person_id):
        assert PayPromise.objects.count() == 2


@pytest.mark.usefixtures("as_worker")
def test_what_never_left_for_payroll_is_not_in_the_answer(department: Tenant) -> None:
    assert batches.first_sent_at(department_id=department.id, source_ids=[uuid4()]) == {}
