"""Fetches Stripe's balance transactions page by page; each page is committed with the cursor that leads to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from billing.models import BalanceMovement, ReconciliationDay
from billing.sending import stripe_port

# What is fetched twice is stored once; what Stripe lists a little late is not missed.
OVERLAP = timedelta(hours=1)
PAGE = 100


def mirror_movements(*, day: ReconciliationDay, at: datetime, may_go_on: Callable[[], bool]) -> bool:
    """Everything since the last run, newest first. False when the time was up before the last page."""
    if day.mirror_to is None:
        day.mirror_to = at
        day.save(update_fields=["mirror_to"])
    while may_go_on():
        listed = stripe_port.client().v1.balance_transactions.list(_wanted(day))  # type: ignore[arg-type]
        rows = [_movement(stripe_port.plain(found), at) for found in listed.data]
        is_last = not listed.has_more or not rows
        with transaction.atomic():
            BalanceMovement.objects.bulk_create(rows, ignore_conflicts=True)
            if is_last:
                day.mirrored_until, day.mirror_cursor = day.mirror_to, ""
            else:
                day.mirror_cursor = rows[-1].reference
            day.save(update_fields=["mirrored_until", "mirror_cursor"])
        if is_last:
            return True
    return False


def store(objects: Iterable[Mapping[str, Any]], *, at: datetime) -> None:
    """Mirror balance transactions as Stripe shows them; those that are there already stay as they are."""
    BalanceMovement.objects.bulk_create([_movement(one, at) for one in objects], ignore_conflicts=True)


def reported_balances(*, day: ReconciliationDay) -> dict[str, int] | None:
    """What Stripe itself says it holds per currency; None while money moves, when nothing could be compared with it."""
    assert day.mirrored_until is not None
    client = stripe_port.client()
    balance = stripe_port.plain(client.v1.balance.retrieve())
    newer = client.v1.balance_transactions.list({"created": {"gte": int(day.mirrored_until.timestamp())}, "limit": 1})
    if newer.data:
        return None
    reported: dict[str, int] = {}
    for part in ("available", "pending"):
        for amount in balance.get(part) or []:
            currency = str(amount["currency"]).upper()
            reported[currency] = reported.get(currency, 0) + int(amount["amount"])
    return reported


def mirrored_balances() -> dict[str, int]:
    sums = BalanceMovement.objects.values_list("currency").annotate(total=Sum("net_cents")).order_by("currency")
    return {currency: int(total) for currency, total in sums}


def _wanted(day: ReconciliationDay) -> dict[str, Any]:
    assert day.mirror_to is not None
    created = {"lt": int(day.mirror_to.timestamp())}
    if day.mirrored_until is not None:
        created["gte"] = int((day.mirrored_until - OVERLAP).timestamp())
    return {
        "created": created,
        "limit": PAGE,
        **({"starting_after": day.mirror_cursor} if day.mirror_cursor else {}),
    }


def _movement(found: Mapping[str, Any], at: datetime) -> BalanceMovement:
    return BalanceMovement(
        reference=found["id"],
        type=str(found["type"])[:60],
        source=str(found.get("source") or found["id"]),
        amount_cents=found["amount"],
        fee_cents=found["fee"],
        net_cents=found["net"],
        currency=str(found["currency"]).upper(),
        description=str(found.get("description") or "")[:200],
        created_at=datetime.fromtimestamp(found["created"], UTC),
        available_at=datetime.fromtimestamp(found["available_on"], UTC),
        mirrored_at=at,
    )
