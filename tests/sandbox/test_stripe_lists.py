"""Lists: cursors, filters, and what they cost when there is much."""

import pytest
import stripe

from tests.sandbox.running import Sandbox, make_session


def test_cursors_walk_everything_once_in_both_directions(sandbox: Sandbox) -> None:
    client = sandbox.stripe()
    made = [
        client.v1.customers.create({"name": str(number), "email": f"{number % 2}@example.com"}).id
        for number in range(7)
    ]
    assert [item.id for item in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    page = client.v1.customers.list({"limit": 3, "ending_before": made[1]})
    assert ([item.id for item in page.data], page.has_more) == ([made[4], made[3], made[2]], True)
    odd = client.v1.customers.list({"email": "1@example.com"}).data
    assert [item.id for item in odd] == [made[5], made[3], made[1]]
    now = sandbox.control("clock")["now"]
    assert client.v1.customers.list({"created": {"gt": now}}).data == []
    assert len(client.v1.customers.list({"created": {"gte": now - 60, "lte": now}}).data) == 7
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list({"starting_after": "cus_nothing"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list({"limit": 101})
    assert len(client.v1.events.list({"type": "customer.*"}).data) == 7
    assert client.v1.events.list({"types": ["charge.succeeded"]}).data == []


def test_events_that_were_not_delivered_can_be_swept(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"kind": "webhook_lost", "event": "customer.updated"})
    client = sandbox.stripe()
    customer = client.v1.customers.create({"name": "A"})
    client.v1.customers.update(customer.id, {"name": "B"})
    sandbox.receiver.wait_for(lambda receiver: receiver.event_types() == ["customer.created"])
    lost = client.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in lost] == ["customer.updated"]


@pytest.mark.parametrize(("outcome", "status", "event"), [
    ("bank", "paid", "checkout.session.async_payment_succeeded"),
    ("bank_fails", "unpaid", "checkout.session.async_payment_failed"),
])  # fmt: skip
def test_a_bank_debit_at_checkout_completes_first_and_is_decided_later(
    sandbox: Sandbox, outcome: str, status: str, event: str
) -> None:
    session = make_session(sandbox, 8_000)
    assert sandbox.page(f"/pay/{session.id}", {"outcome": outcome}).status == 303
    client = sandbox.stripe()
    waiting = client.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    sandbox.advance(days=5)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == status
    sandbox.receiver.wait_for(lambda receiver: event in receiver.event_types())
