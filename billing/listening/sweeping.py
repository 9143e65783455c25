"""Finds what a lost webhook would have told: sessions past their end, fees, events and payouts never delivered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

import stripe
from django.db.models import F, Q

from billing.listening import inbox, provider_events
from billing.models import Charge, PayeeAccount
from billing.paying_out import payees
from billing.receiving import charging, checkout, debits
from billing.refusals import PaymentServiceUnavailable
from billing.sending import stripe_port
from kernel.models import InboxEvent

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=3)
_ASK_AGAIN = timedelta(minutes=10)
_BATCH = 500


def close_ended_sessions(*, at: datetime, limit: int = 50) -> int:
    """Ask what became of open sessions whose time is over."""
    ended = Charge.objects.filter(kind=Charge.Kind.CHECKOUT, state=Charge.State.OPEN, due_at__lte=at).order_by(
        "due_at"
    )[:limit]
    closed = 0
    for charge in ended:
        Charge.objects.filter(id=charge.id, state=Charge.State.OPEN).update(due_at=at + _ASK_AGAIN)
        try:
            closed += checkout.refresh_session(charge_id=charge.id, at=at) != Charge.State.OPEN
        except PaymentServiceUnavailable:
            logger.warning("Stripe does not answer for the session of charge %s.", charge.id)
    return closed


def fetch_missing_fees(*, at: datetime, limit: int = 50) -> int:
    """Stripe may name its fee only after it has reported success."""
    late = Charge.objects.filter(
        state=Charge.State.SUCCEEDED, processing_fee_cents=None, succeeded_at__lte=at - timedelta(minutes=1)
    ).exclude(intent_reference="")
    found = list(late.order_by("succeeded_at").only("id", "kind", "intent_reference", "charge_reference")[:limit])
    for charge in found:
        if charge.kind == Charge.Kind.HOLD:
            charging.post_fees(charge_id=charge.id, fee_cents=_fees_of(charge.charge_reference), at=at)
        else:
            provider_events.apply_payment_intent(reference=charge.intent_reference, at=at)
    return len(found)


def refresh_debits(*, at: datetime, limit: int = 50) -> int:
    """Ask the bank's answer of debits that are on their way, should its webhook be lost."""
    waiting = Charge.objects.filter(state=Charge.State.PROCESSING, due_at__lte=at).order_by("due_at")[:limit]
    for charge in waiting:
        Charge.objects.filter(id=charge.id, state=Charge.State.PROCESSING).update(due_at=at + debits.ASK_AGAIN)
        provider_events.apply_payment_intent(reference=charge.intent_reference, at=at)
    return len(waiting)


def _fees_of(charge_reference: str) -> int:
    """A partial capture is two balance transactions of one source: only their sum is what Stripe kept."""
    listed = stripe_port.client().v1.balance_transactions.list({"source": charge_reference, "limit": 100})
    return sum(movement.fee for movement in listed.auto_paging_iter())


def sweep_events(*, at: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """Put every recent event into the inbox that is not there; returns how many were missing."""
    since = int((at - look_back).timestamp())
    listed = stripe_port.client().v1.events.list({"created": {"gte": since}, "limit": 100})
    found, missing = {}, 0
    for event in listed.auto_paging_iter():
        found[event.id] = event
        if len(found) == _BATCH:
            missing += _store_missing(found, at)
            found = {}
    return missing + _store_missing(found, at)


def _store_missing(found: Mapping[str, stripe.Event], at: datetime) -> int:
    stored = set(
        InboxEvent.objects.filter(provider=inbox.PROVIDER, external_id__in=found).values_list("external_id", flat=True)
    )
    return sum(
        inbox.store_event(external_id=event.id, name=event.type, event=stripe_port.plain(event), at=at)
        for event in found.values()
        if event.id not in stored
    )


def refresh_payees(*, at: datetime, limit: int = 200) -> int:
    """Mirror the payouts of accounts that were paid lately, and ask again for those that money waits for."""
    since = at - LOOK_BACK
    opened = PayeeAccount.objects.exclude(account_reference="")
    paid = opened.filter(transfers__done_at__gte=since - timedelta(days=7)).distinct()[:limit]
    for account in paid:
        listed = stripe_port.client().v1.payouts.list(
            {"created": {"gte": int(since.timestamp())}, "limit": 100}, {"stripe_account": account.account_reference}
        )
        for payout in listed.auto_paging_iter():
            provider_events.keep_payout(account=account, payout=stripe_port.plain(payout), at=at)
    # Where money is held although the row says active, a lost capability was never told.
    in_doubt = ~Q(transfers_state="active") | Q(transfers__state="held")
    waiting = opened.filter(in_doubt).distinct().order_by(F("checked_at").asc(nulls_first=True))[:limit]
    for account in waiting:
        payees.refresh_account(payee_account_id=account.id, at=at)
    return len(paid) + len(waiting)
