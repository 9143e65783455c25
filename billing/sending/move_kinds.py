"""The kinds of money that billing itself sends, told in the same words, so that `senders` is written once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe

from billing.cards import extra_charges
from billing.cards.card_moves import SavedCardCharges
from billing.cards.hold_moves import Cancels, Captures, Holds
from billing.contested import freezing
from billing.giving_back import refunding
from billing.giving_back.reversals import Reversals
from billing.invoices.invoice_moves import Invoices
from billing.models import Charge, Refund, Transfer
from billing.paying_out import transferring

# Stripe's codes for "not now": the money or the capability may come back.
_HOLDING_CODES = frozenset({"balance_insufficient", "insufficient_capabilities_for_transfer"})
# A dispute of which we have not heard yet: won, the refund leaves after all; lost, the client has had the money.
_DISPUTED_CODE = "charge_disputed"


class Refunds:
    """Money back to the client."""

    model = Refund
    open_states = (Refund.State.INTENDED, Refund.State.UNKNOWN, Refund.State.SENT, Refund.State.HELD)
    related = ("charge",)

    def due(self) -> Any:
        return Refund.objects.filter(state__in=self.open_states)

    def is_held(self, row: Refund) -> str:
        return freezing.why_refund_waits(row)

    def body(self, row: Refund) -> dict[str, Any]:
        return dict(row.request_body)

    def look_up(self, client: stripe.StripeClient, row: Refund) -> dict[str, Any] | None:
        listed = client.v1.refunds.list({"charge": row.charge.charge_reference, "limit": 100})
        return _named(listed.auto_paging_iter(), "refund_id", row.id)

    def create(self, client: stripe.StripeClient, row: Refund) -> dict[str, Any]:
        return _plain(client.v1.refunds.create(row.request_body, {"idempotency_key": row.idempotency_key}))

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        if answer["status"] in ("failed", "canceled"):
            refunding.fail_refund(refund_id=row_id, reason=str(answer.get("failure_reason") or answer["status"]), at=at)
        elif answer["status"] == "succeeded":
            refunding.complete_refund(refund_id=row_id, provider_reference=answer["id"], at=at)
        else:
            # Bank debits take days: Stripe has it, the sweep and the webhook tell when it is final.
            Refund.objects.filter(id=row_id).exclude(state=Refund.State.DONE).update(
                state=Refund.State.SENT, provider_reference=answer["id"], leased_until=None
            )

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        refunding.fail_refund(refund_id=row_id, reason=str(error), at=at)

    def holds(self, error: stripe.StripeError) -> bool:
        return error.code == _DISPUTED_CODE or error.code in _HOLDING_CODES


class Transfers:
    """Money from the platform to a connected account."""

    model = Transfer
    open_states = (Transfer.State.INTENDED, Transfer.State.UNKNOWN, Transfer.State.HELD)
    related = ("charge", "payee_account")

    def due(self) -> Any:
        return Transfer.objects.filter(state__in=self.open_states)

    def is_held(self, row: Transfer) -> str:
        # One that may have been sent is looked up first, whatever became of the account since.
        if row.state == Transfer.State.UNKNOWN:
            return ""
        if not row.payee_account.may_receive:
            return "The payee's account cannot receive transfers yet."
        return freezing.why_transfer_waits(row)

    def body(self, row: Transfer) -> dict[str, Any]:
        return row.request_body or transferring.request_body(row)

    def look_up(self, client: stripe.StripeClient, row: Transfer) -> dict[str, Any] | None:
        listed = client.v1.transfers.list({"transfer_group": str(row.charge.job_id), "limit": 100})
        return _named(listed.auto_paging_iter(), "transfer_id", row.id)

    def create(self, client: stripe.StripeClient, row: Transfer) -> dict[str, Any]:
        return _plain(client.v1.transfers.create(row.request_body, {"idempotency_key": row.idempotency_key}))

    def conclude(self, row_id: UUID, answer: dict[str, Any], at: datetime) -> None:
        transferring.complete_transfer(transfer_id=row_id, provider_reference=answer["id"], at=at)

    def refuse(self, row_id: UUID, error: stripe.StripeError, at: datetime) -> None:
        transferring.fail_transfer(transfer_id=row_id, reason=str(error), at=at)

    def holds(self, error: stripe.StripeError) -> bool:
        return error.code in _HOLDING_CODES


class ExtraCharges(SavedCardCharges):
    """Hours beyond those prepaid, from the card that the client saved."""

    kind = Charge.Kind.OFF_SESSION

    def fail(self, charge: Charge, reason: str, at: datetime) -> None:
        extra_charges.fail_extra_charge(charge=charge, reason=reason, at=at)


MoveKind = Refunds | Reversals | Transfers | ExtraCharges | Holds | Captures | Cancels | Invoices
# Refunds first: the client's money goes back before anything else is drawn. Reversals bring money for the next of them,
# transfers come last.
ALL_KINDS: tuple[MoveKind, ...] = (
    Refunds(),
    Reversals(),
    Holds(),
    Captures(),
    Cancels(),
    ExtraCharges(),
    Invoices(),
    Transfers(),
)


def _named(objects: Iterable[Any], name: str, identifier: UUID) -> dict[str, Any] | None:
    for found in objects:
        plain = _plain(found)
        if (plain.get("metadata") or {}).get(name) == str(identifier):
            return plain
    return None


def _plain(value: stripe.StripeObject) -> dict[str, Any]:
    return value.to_dict()
