"""An event is told if and only if its change was committed, and each handler's effects happen once."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from kernel import outbox
from kernel.actors import SYSTEM
from kernel.audit import record
from kernel.models import AuditEvent, OutboxDelivery, OutboxEvent
from kernel.subscriptions import Event, registry

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
EVENT = "kernel.tests_something_happened"
HANDLER = "tests.kernel.test_outbox.leave_a_trace"
FAILING = "tests.kernel.test_outbox.leave_a_trace_then_fail"


def leave_a_trace(*, event: Event, at: datetime) -> None:
    record(actor=SYSTEM, action="trace.left", subject_kind="test", subject_id=UUID(event.payload["id"]), at=at)


def leave_a_trace_then_fail(*, event: Event, at: datetime) -> None:
    leave_a_trace(event=event, at=at)
    raise ConnectionError("the other side is down")


@pytest.fixture(autouse=True)
def _subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._handlers, EVENT, [HANDLER])


def announce(subject: UUID) -> OutboxEvent:
    with transaction.atomic():
        return outbox.announce(name=EVENT, payload={"id": str(subject)}, at=AT)


def traces(subject: UUID) -> int:
    return AuditEvent.objects.filter(subject_kind="test", subject_id=subject).count()


@pytest.mark.usefixtures("committed_database")
def test_announcing_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        outbox.announce(name=EVENT, payload={}, at=AT)


@pytest.mark.usefixtures("committed_database")
def test_what_is_rolled_back_is_never_told() -> None:
    def fail_after_announcing() -> None:
        with transaction.atomic():
            outbox.announce(name=EVENT, payload={"id": str(uuid4())}, at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_announcing()
    assert outbox.claim_due(at=AT) == []


@pytest.mark.usefixtures("committed_database")
def test_a_delivery_is_done_once_however_often_it_is_woken() -> None:
    subject = uuid4()
    announce(subject)
    [delivery_id] = outbox.claim_due(at=AT)
    assert outbox.deliver(delivery_id=delivery_id, at=AT) is True
    assert outbox.deliver(delivery_id=delivery_id, at=AT) is False
    assert traces(subject) == 1


@pytest.mark.usefixtures("committed_database")
def test_a_claimed_delivery_comes_back_when_its_lease_ends() -> None:
    announce(uuid4())
    first = outbox.claim_due(at=AT)
    assert len(first) == 1
    assert outbox.claim_due(at=AT) == []
    assert outbox.claim_due(at=AT + outbox.LEASE) == first


@pytest.mark.usefixtures("committed_database")
def test_a_failing_handler_leaves_nothing_and_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._handlers, EVENT, [FAILING])
    subject = uuid4()
    announce(subject)
    [delivery_id] = outbox.claim_due(at=AT)
    with pytest.raises(ConnectionError):
        outbox.deliver(delivery_id=delivery_id, at=AT)
    assert traces(subject) == 0
    delivery = OutboxDelivery.objects.get(id=delivery_id)
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert "the other side is down" in delivery.last_error
    assert outbox.claim_due(at=AT) == []
    assert outbox.claim_due(at=AT + timedelta(seconds=2)) == [delivery_id]


@pytest.mark.usefixtures("committed_database")
def test_a_delivery_that_fails_for_good_is_dead_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._handlers, EVENT, [FAILING])
    announce(uuid4())
    at = AT
    for _ in range(outbox.MAXIMUM_ATTEMPTS):
        at += timedelta(minutes=20)
        [delivery_id] = outbox.claim_due(at=at)
        with pytest.raises(ConnectionError):
            outbox.deliver(delivery_id=delivery_id, at=at)
    assert OutboxDelivery.objects.get(id=delivery_id).state == "dead"
    assert outbox.claim_due(at=at + timedelta(days=30)) == []


@pytest.mark.usefixtures("committed_database")
def test_two_workers_with_one_delivery_make_one_effect() -> None:
    subject = uuid4()
    announce(subject)
    [delivery_id] = outbox.claim_due(at=AT)
    together = threading.Barrier(2)
    outcomes: list[bool] = []

    def work() -> None:
        try:
            together.wait(timeout=10)
            outcomes.append(outbox.deliver(delivery_id=delivery_id, at=AT))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == [False, True]
    assert traces(subject) == 1


@pytest.mark.usefixtures("committed_database")
def test_two_relays_never_claim_the_same_delivery() -> None:
    for _ in range(40):
        announce(uuid4())
    together = threading.Barrier(2)
    claimed: list[list[UUID]] = []

    def relay() -> None:
        try:
            together.wait(timeout=10)
            claimed.append(outbox.claim_due(at=AT, limit=30))
        finally:
            connection.close()

    relays = [threading.Thread(target=relay) for _ in range(2)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()
    both = [delivery_id for ids in claimed for delivery_id in ids]
    assert len(both) == len(set(both))


def test_every_subscribed_handler_can_be_imported() -> None:
    from kernel.subscriptions import resolve

    assert [handler for handler in registry.all_handlers() if not callable(resolve(handler))] == []
