"""The objects around an invoice: item, line, invoice, payment."""

import secrets
from typing import Any

from sandbox.stripe_api import objects
from sandbox.stripe_api.routing import Call
from sandbox.world import World

DAY_SECONDS = 86_400


def new_item(
    call: Call, customer: dict[str, Any], invoice: dict[str, Any] | None, *, amount: int, currency: str
) -> dict[str, Any]:
    fields = {
        "amount": amount,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "date": call.at,
        "description": call.text("description"),
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"] if invoice else None,
        "metadata": objects.metadata(call.parameters.get("metadata")),
        "net_amount": amount,
        "parent": None,
        "period": {"start": call.at, "end": call.at},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": None,
    }
    return objects.create(call.world, "invoiceitem", "ii", fields, account=call.account, at=call.at)


def line_of(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": objects.identifiers.stripe_id("il"),
        "object": "line_item",
        "amount": item["amount"],
        "currency": item["currency"],
        "description": item["description"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": item["invoice"],
        "livemode": False,
        "metadata": item["metadata"],
        "parent": {
            "type": "invoice_item_details",
            "invoice_item_details": {
                "invoice_item": item["id"],
                "proration": False,
                "proration_details": None,
                "subscription": None,
            },
            "subscription_item_details": None,
        },
        "period": item["period"],
        "pretax_credit_amounts": [],
        "pricing": None,
        "quantity": 1,
        "quantity_decimal": "1",
        "subtotal": item["amount"],
        "taxes": [],
    }


def new_invoice(call: Call, customer: dict[str, Any], *, sends: bool) -> dict[str, Any]:
    days = call.integer("days_until_due")
    due_date = call.integer("due_date") or (call.at + days * DAY_SECONDS if days else None)
    identifier = objects.identifiers.stripe_id("in")
    numbers = (
        "amount_due", "amount_overpaid", "amount_paid", "amount_remaining", "amount_shipping", "attempt_count",
        "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount", "starting_balance", "subtotal", "total",
    )  # fmt: skip
    fields: dict[str, Any] = {
        **dict.fromkeys(numbers, 0),
        "account_country": "US",
        "account_name": "Muster",
        "attempted": False,
        "auto_advance": call.truth("auto_advance"),
        "automatic_tax": {
            "disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None,
        },
        "billing_reason": "manual",
        "collection_method": "send_invoice" if sends else "charge_automatically",
        "currency": str(call.text("currency") or "usd").lower(),
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": call.text("default_payment_method"),
        "default_tax_rates": [],
        "description": call.text("description"),
        "discounts": [],
        "due_date": due_date if sends else None,
        "effective_at": None,
        "ending_balance": None,
        "footer": call.text("footer"),
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "lines": {
            "object": "list", "data": [], "has_more": False, "total_count": 0,
            "url": f"/v1/invoices/{identifier}/lines",
        },
        "metadata": objects.metadata(call.parameters.get("metadata")),
        "number": None,
        "parent": None,
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": call.at,
        "period_start": call.at,
        "receipt_number": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal_excluding_tax": 0,
        "total_discount_amounts": [],
        "total_excluding_tax": 0,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": None,
        "_prefix": customer["invoice_prefix"] or secrets.token_hex(4).upper(),
        "_overdue_told": False,
    }  # fmt: skip
    return objects.create(call.world, "invoice", "in", fields, account=call.account, at=call.at, identifier=identifier)


def new_payment(
    world: World, invoice: dict[str, Any], intent: dict[str, Any], amount: int, *, account: str, at: int
) -> dict[str, Any]:
    fields = {
        "amount_paid": amount,
        "amount_requested": amount,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": at},
    }
    return objects.create(world, "invoice_payment", "inpay", fields, account=account, at=at)
