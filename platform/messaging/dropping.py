"""Messages that wait and have become useless: they are never sent, and what they would have cost is free again."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from messaging.models import OutboundMessage, SmsBudget
from tenants.queries import get_tenant


def withdraw_offers(*, about_id: UUID, reason: str, at: datetime) -> int:
    """Offers of what is over by now that still wait for the morning, or for their turn.

    What a sender has marked already goes out, or is dropped before its next try. Returns how many were dropped.
    """
    offers = OutboundMessage.objects.filter(about_id=about_id, is_offer=True)
    offers.filter(state=OutboundMessage.State.SENDING).exclude(expires_at__lte=at).update(expires_at=at)
    return _drop(offers, reason=reason)


def drop_expired(*, at: datetime) -> int:
    """What was due and is of no use any more: the shift that it offers has begun or closed."""
    return _drop(
        OutboundMessage.objects.filter(due_at__lte=at, expires_at__lte=at), reason="It was too late to be of use."
    )


def _drop(messages: "QuerySet[OutboundMessage]", *, reason: str) -> int:
    waiting = messages.filter(state=OutboundMessage.State.QUEUED)
    if not waiting.exists():
        return 0
    with transaction.atomic():
        rows = list(
            waiting.select_for_update(skip_locked=True)
            .order_by("id")
            .values_list("id", "is_offer", "payer_id", "segments", "created_at")
        )
        OutboundMessage.objects.filter(id__in=[row[0] for row in rows]).update(
            state=OutboundMessage.State.DROPPED, leased_until=None, segments=0, last_error=reason
        )
        saved: dict[tuple[UUID, date], int] = defaultdict(int)
        for _, is_offer, payer_id, segments, created_at in rows:
            if is_offer and payer_id is not None and segments:
                zone = ZoneInfo(get_tenant(tenant_id=payer_id).time_zone)
                saved[payer_id, created_at.astimezone(zone).date().replace(day=1)] += segments
        for (payer_id, month_date), segments in sorted(saved.items(), key=str):
            budget = SmsBudget.objects.select_for_update().get(tenant_id=payer_id, month_date=month_date)
            budget.offer_segments -= min(segments, budget.offer_segments)
            budget.save(update_fields=["offer_segments"])
    return len(rows)
