"""What Stripe was asked and what it did, from the stand-in's own recording."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Payment:
    """Money that came in. `kind` is "checkout", "off_session" or "invoice"."""

    kind: str
    charge_id: str
    job_id: str
    intent: str
    stripe_charge: str
    cents: int
    fee_cents: int
    currency: str


@dataclass(frozen=True)
class Refund:
    refund_id: str
    job_id: str
    stripe_charge: str
    cents: int


@dataclass(frozen=True)
class Transfer:
    transfer_id: str
    job_id: str
    destination: str
    stripe_charge: str
    cents: int
    currency: str
    settlement_id: str


@dataclass(frozen=True)
class Invoice:
    """As it was sent to a client with credit; times in seconds."""

    charge_id: str
    job_id: str
    cents: int
    currency: str
    sent_at: int
    due_at: int


@dataclass
class Recording:
    """Effects only: a replayed answer did nothing. Each dictionary is by our own identifier."""

    sessions: dict[str, dict[str, Any]]
    payments: dict[str, Payment]
    refunds: dict[str, Refund]
    transfers: dict[str, Transfer]
    reversed_cents: int
    account_of_link: dict[str, str]
    texts_sent: int
    # The provider's identifiers: invoices, payment intent → its invoice, transfers that Muster did not make.
    invoices: dict[str, Invoice] = field(default_factory=dict)
    invoice_of_intent: dict[str, str] = field(default_factory=dict)
    by_hand: dict[str, int] = field(default_factory=dict)


def read_recording(file: Path) -> Recording:
    found = Recording({}, {}, {}, {}, 0, {}, 0)
    for line in _effects(file):
        if line["service"] != "stripe":
            found.texts_sent += line["method"] == "POST" and line["path"].endswith("/Messages.json")
            continue
        _take(found, line["method"], line["path"], line["response"], line["body"])
    return found


def _effects(file: Path) -> Iterator[dict[str, Any]]:
    for text in file.read_text().splitlines():
        line = json.loads(text)
        status = line["status"]
        done = status is not None and (200 <= status < 300 or line["fault"] == "500_after_commit")
        if done and not line["replayed"]:
            yield line


def _take(found: Recording, method: str, path: str, answer: dict[str, Any], body: str) -> None:
    if method == "POST" and path == "/v1/checkout/sessions":
        found.sessions[answer["id"]] = answer
    elif method == "POST" and path == "/v1/refunds":
        meta = answer["metadata"]
        _once(
            found.refunds,
            meta["refund_id"],
            Refund(meta["refund_id"], meta["job_id"], answer["charge"], answer["amount"]),
        )
    elif method == "POST" and path == "/v1/transfers" and "transfer_id" not in answer["metadata"]:
        found.by_hand[answer["id"]] = answer["amount"]
    elif method == "POST" and path == "/v1/transfers":
        meta = answer["metadata"]
        made = Transfer(
            meta["transfer_id"], meta["job_id"], answer["destination"], answer["source_transaction"], answer["amount"],
            answer["currency"].upper(), meta["settlement_id"],
        )  # fmt: skip
        _once(found.transfers, meta["transfer_id"], made)
    elif method == "POST" and path.startswith("/v1/invoices/") and path.endswith("/send"):
        _invoice(found, answer)
    elif method == "GET" and path == "/v1/invoice_payments":
        for payment in answer["data"]:
            found.invoice_of_intent[payment["payment"]["payment_intent"]] = payment["invoice"]
    elif method == "POST" and path.endswith("/reversals"):
        found.reversed_cents += answer["amount"]
    elif method == "POST" and path == "/v2/core/account_links":
        found.account_of_link[answer["url"]] = answer["account"]
    else:
        for intent, kind in _intents(path, answer):
            _payment(found, intent, kind)


def _invoice(found: Recording, answer: dict[str, Any]) -> None:
    meta = answer["metadata"]
    sent = Invoice(
        meta["invoice_charge_id"], meta["job_id"], answer["amount_due"], answer["currency"].upper(),
        answer["status_transitions"]["finalized_at"], answer["due_date"],
    )  # fmt: skip
    _once(found.invoices, answer["id"], sent)


def _intents(path: str, answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every payment intent that an answer shows in full, and whether it is of a hosted page."""
    if path.startswith("/v1/checkout/sessions") and isinstance(answer.get("payment_intent"), dict):
        yield answer["payment_intent"], "checkout"
    elif path.startswith("/v1/payment_intents"):
        for intent in answer.get("data", [answer]):
            off_session = intent.get("setup_future_usage") != "off_session"
            yield intent, "off_session" if off_session else "checkout"


def _payment(found: Recording, intent: dict[str, Any], kind: str) -> None:
    meta, charge = intent.get("metadata") or {}, intent.get("latest_charge")
    invoice = found.invoices.get(found.invoice_of_intent.get(intent.get("id", ""), ""))
    if invoice is not None:
        kind, meta = "invoice", {"charge_id": invoice.charge_id, "job_id": invoice.job_id}
    if intent.get("status") != "succeeded" or "charge_id" not in meta or not isinstance(charge, dict):
        return
    movement = charge.get("balance_transaction")
    fee = movement["fee"] if isinstance(movement, dict) else 0
    payment = Payment(
        kind, meta["charge_id"], meta["job_id"], intent["id"], charge["id"], intent["amount_received"], fee,
        intent["currency"].upper(),
    )  # fmt: skip
    earlier = found.payments.get(payment.charge_id)
    if earlier is not None and (earlier.intent, earlier.cents) != (payment.intent, payment.cents):
        raise ValueError(f"Charge {payment.charge_id} was paid twice: {earlier.intent} and {payment.intent}.")
    found.payments[payment.charge_id] = payment


def _once(made: dict[str, Any], identifier: str, effect: Any) -> None:
    if identifier in made:
        raise ValueError(f"{type(effect).__name__} {identifier} was made twice.")
    made[identifier] = effect


def form(body: str) -> dict[str, str]:
    return dict(parse_qsl(body))
