"""Finds what a lost webhook would have told: sessions past their end, fees, events and payouts never delivered."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from billing import checkout, inbox, payees, provider_events, stripe_port
from billing.models import Charge, PayeeAccount
from billing.refusals import PaymentServiceUnavailable

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=3)
_ASK_AGAIN = timedelta(minutes=10)


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
    references = list(late.order_by("succeeded_at").values_list("intent_reference", flat=True)[:limit])
    for reference in references:
        provider_events.apply_payment_intent(reference=reference, at=at)
    return len(references)


def sweep_events(*, at: datetime) -> int:
    """Put every event of the last days into the inbox that is not there; returns how many were missing."""
    since = int((at - LOOK_BACK).timestamp())
    listed = stripe_port.client().v1.events.list({"created": {"gte": since}, "limit": 100})
    return sum(
        inbox.store_event(external_id=event.id, name=event.type, event=stripe_port.plain(event), at=at)
        for event in listed.auto_paging_iter()
    )


def refresh_payees(*, at: datetime) -> int:
    """Mirror the payouts of accounts that receive, and ask again for those that do not yet."""
    accounts = list(PayeeAccount.objects.exclude(account_reference=""))
    since = int((at - LOOK_BACK).timestamp())
    for account in accounts:
        if not account.may_receive:
            payees.refresh_account(payee_account_id=account.id, at=at)
            continue
        listed = stripe_port.client().v1.payouts.list(
            {"created": {"gte": since}, "limit": 100}, {"stripe_account": account.account_reference}
        )
        for payout in listed.auto_paging_iter():
            provider_events.keep_payout(account=account, payout=stripe_port.plain(payout), at=at)
    return len(accounts)
