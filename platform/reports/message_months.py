"""What a department's messages of each month came to, and what its texts cost."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from geo.timezones import zone_named
from messaging.models import OutboundMessage

_MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Month:
    """`price_micros` are of texts whose price is known; `unpriced` are delivered texts whose price is not."""

    month_date: date
    emails: int
    texts: int
    delivered: int
    failed: int
    not_sent: int
    segments: int
    unpriced: int
    price_micros: int
    price_currency: str


def months_of(*, department_id: UUID, zone: str, at: datetime) -> list[Month]:
    """The last twelve, the latest first; a month in which two currencies were paid has a line for each."""
    texts = Q(channel="sms")
    sent = Q(state__in=("sent", "delivered", "failed"))
    rows = (
        OutboundMessage.objects.filter(tenant_id=department_id, created_at__gt=at - timedelta(days=366))
        .annotate(month=TruncMonth("created_at", tzinfo=zone_named(zone)))
        .values("month", "price_currency")
        .annotate(
            emails=Count("id", filter=Q(channel="email")),
            texts=Count("id", filter=texts),
            delivered=Count("id", filter=Q(state="delivered")),
            failed=Count("id", filter=Q(state="failed")),
            not_sent=Count("id", filter=Q(state__in=("suppressed", "dropped"))),
            queued_segments=Sum("segments", filter=texts & sent & Q(billed_segments=None), default=0),
            billed=Sum("billed_segments", filter=texts, default=0),
            unpriced=Count("id", filter=texts & sent & Q(price_micros=None)),
            price=Sum("price_micros", default=0),
        )
        .order_by("-month", "price_currency")
    )
    merged: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        merged.setdefault(row["month"].date(), []).append(dict(row))
    return [month for month_date, group in list(merged.items())[:_MONTHS_SHOWN] for month in _months(month_date, group)]


def _months(month_date: date, group: list[dict[str, Any]]) -> list[Month]:
    """What has no price yet is counted with the month's first currency."""
    priced = [row for row in group if row["price_currency"]] or [{**group[0], "price_currency": ""}]
    counted = ("emails", "texts", "delivered", "failed", "not_sent", "unpriced")
    found = []
    for index, row in enumerate(priced):
        taken = [row, *(one for one in group if not one["price_currency"] and one is not row and index == 0)]
        taken = taken if row["price_currency"] else group
        found.append(
            Month(
                month_date=month_date,
                segments=sum(one["queued_segments"] + one["billed"] for one in taken),
                price_micros=row["price"],
                price_currency=row["price_currency"],
                **{name: sum(one[name] for one in taken) for name in counted},
            )
        )
    return found
