"""Two punches, or a punch and a timer, at the same moment; and PostgreSQL's own word on punches. Real commits."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from kernel.errors import Refusal
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from marketplace.due import mark_no_show, scan_silent_approvals
from marketplace.models import Assignment, ClockEvent, Timesheet
from marketplace.timesheets import approve_timesheet, dispute_timesheet
from tenants.models import Tenant
from tests.factories.clients import govern
from tests.factories.venues import STARTS_AT
from tests.factories.work import ENDS_AT, Work, clock, staff

pytestmark = pytest.mark.usefixtures("committed_database")

EARLY = STARTS_AT - timedelta(minutes=10)


@pytest.fixture
def work(department: Tenant) -> Work:
    govern(department)
    return staff(department)


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Run each in a thread of its own from one barrier; "done" or the refusal's code, sorted."""
    started, outcomes = threading.Barrier(len(actions)), []

    def run(action: Callable[[], object]) -> None:
        try:
            started.wait(20)
            action()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


def test_one_punch_sent_three_times_at_once_is_one_punch(work: Work) -> None:
    punch_id = uuid7()
    assert at_once(*[lambda: clock(work, "in", at=EARLY, punch_id=punch_id)] * 3) == ["done"] * 3
    assert ClockEvent.objects.count() == 1


def test_two_punches_at_once_clock_in_once(work: Work) -> None:
    assert at_once(*[lambda: clock(work, "in", at=EARLY)] * 2) == ["already_clocked_in", "done"]
    assert ClockEvent.objects.count() == 1


def test_a_punch_and_the_no_show_timer_agree_on_one_answer(work: Work) -> None:
    at_once(
        lambda: clock(work, "in", at=ENDS_AT - timedelta(seconds=1)),
        lambda: mark_no_show(assignment_id=work.assignment.id, at=ENDS_AT),
    )
    state = Assignment.objects.get().state
    assert (state, ClockEvent.objects.count()) in (("checked_in", 1), ("no_show", 0))


def test_silence_a_dispute_and_an_approval_at_once_decide_once(work: Work) -> None:
    clock(work, "in", at=EARLY)
    clock(work, "out", at=ENDS_AT)
    sheet = Timesheet.objects.get()
    at = ENDS_AT + timedelta(hours=48)
    at_once(
        lambda: scan_silent_approvals(at=at),
        lambda: approve_timesheet(timesheet_id=sheet.id, by="client", actor=work.requester.actor, at=at),
        lambda: dispute_timesheet(timesheet_id=sheet.id, reason="No.", actor=work.requester.actor, at=at),
    )
    sheet.refresh_from_db()
    finished = OutboxEvent.objects.filter(name="marketplace.shift_finished").count()
    assert (sheet.state, finished) in (("approved", 1), ("disputed", 0))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE marketplace_clockevent SET verdict = 'VERIFIED'",
        "DELETE FROM marketplace_clockevent",
        "TRUNCATE marketplace_clockevent CASCADE",
    ],
)
def test_not_even_the_owner_of_the_tables_changes_a_punch(work: Work, statement: str) -> None:
    clock(work, "in", at=EARLY)
    with pytest.raises(DatabaseError, match="never changed or removed"), connections["owner"].cursor() as cursor:
        cursor.execute(statement)
    assert ClockEvent.objects.count() == 1
