"""Deliver what was announced, as relay and worker would, in the test's own process."""

from datetime import datetime

from kernel import outbox


def drain(*, at: datetime) -> int:
    """Deliver until nothing is due; returns how many deliveries there were."""
    done = 0
    while claimed := outbox.claim_due(at=at):
        for delivery_id in claimed:
            done += outbox.deliver(delivery_id=delivery_id, at=at)
    return done
