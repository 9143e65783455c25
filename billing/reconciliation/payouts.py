"""The platform's own payouts: mirrored from Stripe, booked to the bank, and watched until they have arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from billing.books import ledger
from billing.books.chart import Kind
from billing.models import BalanceMovement, LedgerTransaction, PlatformPayout
from billing.sending import stripe_port

_UNDER_WAY = ("pending", "in_transit")
# Stripe may still change its mind about one for some days: a bank returns money late.
_LOOK_BACK = timedelta(days=14)
_MOVING_TO_BANK = ("payout", "payout_cancel", "payout_failure", "payout_minimum_balance_hold")


def mirror_payouts(*, at: datetime) -> None:
    """All of the last days, and any older one that was on its way when it was last looked at."""
    client = stripe_port.client()
    seen = set()
    listed = client.v1.payouts.list({"created": {"gte": int((at - _LOOK_BACK).timestamp())}, "limit": 100})
    for payout in listed.auto_paging_iter():
        keep_payout(payout=stripe_port.plain(payout), at=at)
        seen.add(payout.id)
    older = PlatformPayout.objects.filter(state__in=_UNDER_WAY).exclude(reference__in=seen)
    for reference in older.values_list("reference", flat=True):
        refresh_payout(reference=reference, at=at)


def refresh_payout(*, reference: str, at: datetime) -> None:
    keep_payout(payout=stripe_port.plain(stripe_port.client().v1.payouts.retrieve(reference)), at=at)


def keep_payout(*, payout: Mapping[str, Any], at: datetime) -> None:
    PlatformPayout.objects.update_or_create(
        reference=payout["id"],
        defaults={
            "state": payout["status"],
            "failure": str(payout.get("failure_message") or payout.get("failure_code") or "")[:200],
            "arrives_at": datetime.fromtimestamp(payout["arrival_date"], UTC),
            "updated_at": at,
        },
        create_defaults={
            "amount_cents": payout["amount"],
            "currency": str(payout["currency"]).upper(),
            "state": payout["status"],
            "failure": str(payout.get("failure_message") or payout.get("failure_code") or "")[:200],
            "arrives_at": datetime.fromtimestamp(payout["arrival_date"], UTC),
            "created_at": datetime.fromtimestamp(payout["created"], UTC),
            "updated_at": at,
        },
    )


def post_payouts(*, limit: int = 1_000) -> int:
    """Book what left for the bank or came back from it, each once, as of when it did; returns how many."""
    posted = LedgerTransaction.objects.filter(business_key=Concat(Value("payout:"), OuterRef("reference")))
    waiting = BalanceMovement.objects.filter(type__in=_MOVING_TO_BANK, matched_at__isnull=True)
    waiting = waiting.exclude(net_cents=0).exclude(Exists(posted))
    movements = list(waiting.order_by("created_at", "reference")[:limit])
    for movement in movements:
        _post(movement)
    return len(movements)


def _post(movement: BalanceMovement) -> None:
    went, cents = movement.net_cents < 0, abs(movement.net_cents)
    if went:
        legs = [ledger.debit(Kind.PLATFORM_BANK, cents), ledger.credit(Kind.STRIPE_BALANCE, cents)]
    else:
        legs = [ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(Kind.PLATFORM_BANK, cents)]
    with transaction.atomic():
        ledger.post(
            business_key=f"payout:{movement.reference}",
            kind="payout" if went else "payout_return",
            description=f"{movement.source} {'to' if went else 'back from'} the platform's bank",
            legs=legs,
            currency=movement.currency,
            source=movement.source,
            at=movement.created_at,
        )
