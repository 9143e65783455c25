"""Two coordinators, or a coordinator and a client, at the same moment. Real commits in real threads."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connections
from django.db.models import QuerySet

from kernel.errors import Refusal
from kernel.models import AuditEvent, OutboxEvent
from marketplace import approving
from marketplace.approving import approve_job, reject_job
from marketplace.clients import block_client
from marketplace.models import Job, Shift
from marketplace.posting import withdraw_job
from marketplace.shifts import mark_contracted, mark_funded
from tenants.models import Tenant
from tests.factories.clients import Requester, govern, make_requester, submit
from tests.factories.departments import SETTING_UP
from tests.factories.people import actor_for, make_person
from tests.factories.venues import NOW

pytestmark = pytest.mark.usefixtures("committed_database")


@pytest.fixture
def requester(department: Tenant) -> Requester:
    govern(department)
    return make_requester()


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


def test_two_coordinators_deciding_at_once_decide_once(department: Tenant, requester: Requester) -> None:
    for _ in range(4):
        job = submit(requester)
        one, other = actor_for(make_person()), actor_for(make_person(given_name="Noor"))
        decide = {"job_id": job.id, "department_id": department.id, "at": NOW}
        outcomes = at_once(
            lambda: approve_job(**decide, actor=one),  # noqa: B023
            lambda: reject_job(**decide, actor=other, reason="Too few officers."),  # noqa: B023
        )
        assert outcomes == ["done", "job_already_decided"]
        decided = AuditEvent.objects.filter(subject_id=job.id, action__in=("job.approved", "job.rejected"))
        assert decided.count() == 1
        job.refresh_from_db()
        assert decided.get().action == f"job.{job.state}"


def test_without_the_lock_both_would_decide(
    department: Tenant, requester: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is there; the lock is what keeps it away."""
    job = submit(requester)
    both_have_read = threading.Barrier(2)

    def shifts_once_both_have_read(**conditions: object) -> object:
        both_have_read.wait(20)
        return Shift.objects.filter(**conditions)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    patched = SimpleNamespace(State=Shift.State, objects=SimpleNamespace(filter=shifts_once_both_have_read))
    monkeypatch.setattr(approving, "Shift", patched)
    one, other = actor_for(make_person()), actor_for(make_person(given_name="Noor"))
    decide = {"job_id": job.id, "department_id": department.id, "at": NOW}
    outcomes = at_once(
        lambda: approve_job(**decide, actor=one), lambda: reject_job(**decide, actor=other, reason="Too few.")
    )
    assert outcomes == ["done", "done"]
    assert OutboxEvent.objects.filter(name__in=("marketplace.job_approved", "marketplace.job_rejected")).count() == 2


def test_a_block_and_a_request_are_one_after_the_other(department: Tenant, requester: Requester) -> None:
    submit(requester)
    blocker = actor_for(make_person())
    outcomes = at_once(
        lambda: submit(requester),
        lambda: block_client(
            client_id=requester.client.id, department_id=department.id, reason="Unpaid.", actor=blocker, at=NOW
        ),
    )
    assert outcomes in (["done", "done"], ["client_blocked", "done"])
    assert Job.objects.count() == 1 + outcomes.count("done") - 1


def test_a_payment_told_twice_at_once_opens_each_shift_once(department: Tenant, requester: Requester) -> None:
    job = submit(requester)
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)
    assert at_once(*[lambda: mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW)] * 3) == ["done"] * 3
    assert OutboxEvent.objects.filter(name="marketplace.shift_opened").count() == 1


def test_withdrawing_and_paying_at_once_leave_no_money_without_an_answer(
    department: Tenant, requester: Requester
) -> None:
    job = submit(requester)
    approve_job(job_id=job.id, department_id=department.id, actor=SETTING_UP, at=NOW)
    mark_contracted(job_id=job.id, actor=SETTING_UP, at=NOW)
    at_once(
        lambda: mark_funded(job_id=job.id, actor=SETTING_UP, at=NOW),
        lambda: withdraw_job(job=job, actor=requester.actor, at=NOW),
    )
    job.refresh_from_db()
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    if job.state == Job.State.CANCELLED:
        assert "marketplace.shift_finished" in names
    else:
        assert "marketplace.shift_opened" in names
