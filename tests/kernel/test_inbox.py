"""A provider's event is stored once, whatever it repeats."""

from datetime import UTC, datetime

import pytest

from kernel.inbox import receive
from kernel.models import InboxEvent

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_the_same_event_twice_is_one_row() -> None:
    first = receive(provider="stripe", external_id="evt_1", name="charge.succeeded", payload={"a": 1}, at=AT)
    second = receive(provider="stripe", external_id="evt_1", name="charge.succeeded", payload={"a": 2}, at=AT)
    assert (first, second) == (True, False)
    assert InboxEvent.objects.get(external_id="evt_1").payload == {"a": 1}


@pytest.mark.django_db
def test_two_providers_may_use_the_same_id() -> None:
    assert receive(provider="stripe", external_id="1", name="x", payload={}, at=AT)
    assert receive(provider="twilio", external_id="1", name="x", payload={}, at=AT)
    assert InboxEvent.objects.count() == 2
