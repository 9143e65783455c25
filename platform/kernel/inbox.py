"""The inbox: a verified webhook is stored once by the provider's event id; a worker processes it later."""

from datetime import datetime
from typing import Any

from django.db import transaction

from kernel.models import InboxEvent


def receive(*, provider: str, external_id: str, name: str, payload: dict[str, Any], at: datetime) -> bool:
    """Store the event; False when it was stored before (providers repeat themselves)."""
    with transaction.atomic():
        stored = InboxEvent.objects.bulk_create(
            [
                InboxEvent(
                    provider=provider,
                    external_id=external_id,
                    name=name,
                    payload=payload,
                    received_at=at,
                    due_at=at,
                )
            ],
            ignore_conflicts=True,
        )
        # ignore_conflicts does not tell whether the row is ours, so ask for its primary key.
        return InboxEvent.objects.filter(id=stored[0].id).exists()
