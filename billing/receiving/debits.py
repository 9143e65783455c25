"""Bank debits: a payment that is on its way for days, and may still fail. Nothing is transferred or opened before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from billing import events
from billing.models import Charge
from billing.sending import trouble

# A debit takes four banking days, and a weekend may lie between. Closer to the start only cards come in time.
LATEST_BEFORE_START = timedelta(days=8)
BANK_METHODS = {"USD": "us_bank_account", "CAD": "acss_debit"}
ASK_AGAIN = timedelta(hours=6)


def too_late_for_bank(*, starts_at: datetime, at: datetime) -> bool:
    return starts_at - at < LATEST_BEFORE_START


def begin(*, charge: Charge, intent: Mapping[str, Any], at: datetime) -> None:
    """The client chose their bank on the page. Needs the charge's lock."""
    if charge.state == Charge.State.PROCESSING:
        return
    if charge.kind == Charge.Kind.CHECKOUT:
        charge.kind = Charge.Kind.DEBIT
    charge.state = Charge.State.PROCESSING
    charge.intent_reference = intent["id"]
    # Should the webhook be lost, the scan asks.
    charge.due_at = at + ASK_AGAIN
    charge.leased_until = None
    charge.save(update_fields=["kind", "state", "intent_reference", "due_at", "leased_until"])


def fail(*, charge: Charge, reason: str, at: datetime) -> None:
    """Days later the bank says no: the client is told, and can pay again. Needs the charge's lock."""
    charge.state = Charge.State.FAILED
    charge.last_error = reason[:2000]
    charge.due_at = None
    charge.save(update_fields=["state", "last_error", "due_at"])
    trouble.announce_charge(name=events.DEBIT_FAILED, charge=charge, reason=reason, at=at)
