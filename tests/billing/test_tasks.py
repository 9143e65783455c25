"""What a worker does when it is woken, and what the scan does when the wake-up was lost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from billing import tasks
from billing.models import Charge, Transfer
from kernel.models import InboxEvent
from marketplace.models import Shift
from tests.billing.world import World


@pytest.fixture
def on_the_test_clock(ontario: World, monkeypatch: pytest.MonkeyPatch) -> World:
    cache.clear()
    monkeypatch.setenv("CLOCK_FILE", str(ontario.sandbox.data.parent / "clock.json"))
    return ontario


def test_the_scan_makes_good_what_was_lost(on_the_test_clock: World) -> None:
    world = on_the_test_clock
    contract = world.accepted()
    charge = world.start(contract)
    world.sandbox.control("faults", {"kind": "webhook_lost", "times": 0})
    assert world.press(charge) == 303
    tasks.scan_due()
    for event in InboxEvent.objects.filter(state="pending"):
        tasks.process_inbox_event(str(event.id))
    charge.refresh_from_db()
    assert charge.state == "succeeded"
    assert not InboxEvent.objects.exclude(state="done").exists()


def test_the_scan_sends_what_is_due_and_survives_what_fails(
    on_the_test_clock: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world = on_the_test_clock
    contract = world.paid()
    world.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    world.work(shift, 240, 240)
    world.settle(shift)
    # An account that Stripe does not know makes one step of the scan fail; the others go on.
    world.sandbox.control("faults", {"path": "/v1/events", "method": "GET", "kind": "500_before_commit", "times": 0})
    world.advance(minutes=1)
    tasks.scan_due()
    assert Transfer.objects.get().state == "done"
    assert Charge.objects.get().processing_fee_cents
    # Every few seconds it looks again, and nearly always nothing is due.
    with django_assert_max_num_queries(20):
        tasks.scan_due()


def test_an_event_that_keeps_failing_is_put_aside(on_the_test_clock: World) -> None:
    from billing.listening import inbox

    world = on_the_test_clock
    inbox.store_event(
        external_id="evt_1",
        name="payment_intent.succeeded",
        event={"data": {"object": {"id": "pi_1"}}},
        at=world.now,
    )
    event = InboxEvent.objects.get()
    world.sandbox.control("faults", {"path": "/v1/*", "kind": "500_before_commit", "times": 0})
    for _ in range(20):
        tasks.process_inbox_event(str(event.id))
        InboxEvent.objects.filter(id=event.id, state="pending").update(due_at=world.now - timedelta(days=1))
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("dead", 12)
    assert "APIError" in event.last_error


def test_a_payout_whose_webhook_was_lost_is_mirrored_by_the_sweep(on_the_test_clock: World) -> None:
    from billing.listening import sweeping
    from billing.models import Payout

    world = on_the_test_clock
    contract = world.paid()
    world.onboard_department()
    shift = Shift.objects.get(job=contract.job)
    world.work(shift, 240, 240)
    world.settle(shift)
    world.send()
    world.sandbox.control("faults", {"kind": "webhook_lost", "times": 0})
    world.advance(days=4)
    sweeping.refresh_payees(at=world.now)
    assert [payout.amount_cents for payout in Payout.objects.all()] == [87_800]


def test_a_broker_that_is_away_loses_nothing(on_the_test_clock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_there(*_: object) -> None:
        raise ConnectionError("The broker is away.")

    monkeypatch.setattr(tasks.process_inbox_event, "delay", nobody_there)
    monkeypatch.setattr(tasks.send_moves, "delay", nobody_there)
    contract = on_the_test_clock.paid()
    shift = Shift.objects.get(job=contract.job)
    on_the_test_clock.work(shift, 0)
    on_the_test_clock.settle(shift)
    tasks.send_moves()
    assert [refund.amount for refund in on_the_test_clock.refunds()] == [contract.total_cents]
