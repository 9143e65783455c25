"""Webhooks about disputes: a hint each, upon which the dispute is fetched and applied as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing.contested import disputes
from billing.sending import stripe_port


def on_dispute(payload: Mapping[str, Any], at: datetime) -> str:
    """charge.dispute.created, .updated, .funds_withdrawn, .funds_reinstated, .closed. Returns a note, or nothing."""
    reference = str(((payload.get("data") or {}).get("object") or {}).get("id") or "unknown")
    fetched = stripe_port.plain(stripe_port.client().v1.disputes.retrieve(reference))
    return "" if disputes.apply(fetched=fetched, at=at) is not None else "Nothing of ours goes by it."
