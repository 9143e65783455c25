"""Takes one safeguard away, to show that the checks would see its absence. Read from SIMULATION_SABOTAGE, here alone.

The product knows nothing of this: the simulation's processes load it with `simulation.settings`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

VARIABLE = "SIMULATION_SABOTAGE"


def take_away_what_the_environment_names() -> None:
    chosen = os.environ.get(VARIABLE)
    if chosen:
        SAFEGUARDS[chosen]()


def _saved_key() -> None:
    """Every attempt goes out under a key of its own, the SDK's own second try included."""
    import stripe

    plain_request = stripe.RequestsClient.request

    def request(self: Any, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        if "Idempotency-Key" in headers:
            headers = {**headers, "Idempotency-Key": str(uuid4())}
        return plain_request(self, method, url, headers, post_data)

    stripe.RequestsClient.request = request  # type: ignore[method-assign]


def _inbox() -> None:
    """A webhook is taken in as often as it comes."""
    from kernel import inbox

    plain_receive = inbox.receive

    def receive(*, external_id: str, **more: Any) -> bool:
        from kernel.models import InboxEvent

        again = InboxEvent.objects.filter(external_id=external_id).exists()
        if not again:
            return plain_receive(external_id=external_id, **more)
        at = more["at"]
        InboxEvent.objects.create(
            provider=more["provider"], external_id=f"{external_id}#{uuid4()}", name=more["name"],
            payload=more["payload"], received_at=at, due_at=at,
        )  # fmt: skip
        return False

    inbox.receive = receive


def _lease() -> None:
    """Whoever looks for something to send is given also what another is sending just now."""
    from billing.sending import senders

    senders.LEASE = timedelta(seconds=-1)
    senders._pause = lambda attempts: timedelta(0)


def _lookup() -> None:
    """After a crash, a timeout or a 500 nobody looks whether the object is there already."""
    from billing.sending import move_kinds

    for kind in move_kinds.ALL_KINDS:
        type(kind).look_up = lambda self, client, row: None  # type: ignore[assignment, method-assign]


SAFEGUARDS: dict[str, Callable[[], None]] = {
    "saved_key": _saved_key,
    "inbox": _inbox,
    "lease": _lease,
    "lookup": _lookup,
}
