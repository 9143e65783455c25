"""Invoices that a client pays within days: items, finalising, sending, paying, voiding."""

import secrets
from typing import Any

from sandbox.stripe_api import charging, customers, events, invoice_objects, objects, payment_intents
from sandbox.stripe_api.errors import StripeError
from sandbox.stripe_api.routing import Call, route
from sandbox.world import World


@route("POST", "/v1/invoiceitems")
def create_item(call: Call) -> dict[str, Any]:
    customer = objects.load(call, "customer", str(call.text("customer")), param="customer")
    currency = str(call.text("currency") or "usd").lower()
    if currency not in payment_intents.SUPPORTED_CURRENCIES:
        raise StripeError(400, f"Invalid currency: {currency}", param="currency")
    if call.integer("amount") is None:
        raise StripeError(400, "The stand-in stores no prices: give amount.", code="parameter_missing", param="amount")
    invoice = None
    if call.text("invoice"):
        invoice = objects.load(call, "invoice", str(call.text("invoice")), param="invoice")
        _must_be(invoice, ("draft",), "added to")
        if invoice["currency"] != currency:
            raise StripeError(400, f"The currency of the invoice is {invoice['currency']}.", param="currency")
        if invoice["customer"] != customer["id"]:
            raise StripeError(400, f"The invoice belongs to the customer {invoice['customer']}.", param="customer")
    item = invoice_objects.new_item(call, customer, invoice, amount=call.integer("amount") or 0, currency=currency)
    if invoice is not None:
        _put_on(call.world, invoice, item)
    events.emit(call.world, "invoiceitem.created", item, account=call.account, at=call.at, call=call)
    return item


@route("GET", "/v1/invoiceitems")
def list_items(call: Call) -> dict[str, Any]:
    equal = call.texts("customer", "invoice")
    return objects.page(call, "invoiceitem", where=equal)


@route("GET", "/v1/invoiceitems/{id}")
def get_item(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "invoiceitem", identifier)


@route("POST", "/v1/invoices")
def create_invoice(call: Call) -> dict[str, Any]:
    customer = objects.load(call, "customer", str(call.text("customer")), param="customer")
    sends = call.text("collection_method") == "send_invoice"
    if sends and not (call.integer("days_until_due") or call.integer("due_date")):
        raise StripeError(
            400, "send_invoice needs days_until_due or due_date.", code="parameter_missing", param="days_until_due"
        )
    invoice = invoice_objects.new_invoice(call, customer, sends=sends)
    if call.text("pending_invoice_items_behavior") == "include":
        for item in call.world.store.find("invoiceitem", account=call.account, where={"customer": customer["id"]}):
            if item["invoice"] is None and item["currency"] == invoice["currency"]:
                _put_on(call.world, invoice, item)
    events.emit(call.world, "invoice.created", invoice, account=call.account, at=call.at, call=call)
    return invoice


def _put_on(world: World, invoice: dict[str, Any], item: dict[str, Any]) -> None:
    item["invoice"] = invoice["id"]
    world.store.save(item)
    invoice["lines"]["data"].append(invoice_objects.line_of(item))
    invoice["lines"]["total_count"] = len(invoice["lines"]["data"])
    _recount(invoice)
    world.store.save(invoice)


def _recount(invoice: dict[str, Any]) -> None:
    total = sum(line["amount"] for line in invoice["lines"]["data"])
    due = max(total, 0)
    invoice.update(
        subtotal=total, subtotal_excluding_tax=total, total=total, total_excluding_tax=total, amount_due=due,
        amount_remaining=due - invoice["amount_paid"],
    )  # fmt: skip


@route("GET", "/v1/invoices")
def list_invoices(call: Call) -> dict[str, Any]:
    equal = call.texts("customer", "status", "collection_method")
    return objects.page(call, "invoice", where=equal)


@route("GET", "/v1/invoices/{id}")
def get_invoice(call: Call, identifier: str) -> dict[str, Any]:
    return objects.load(call, "invoice", identifier)


@route("GET", "/v1/invoices/{id}/lines")
def list_lines(call: Call, identifier: str) -> dict[str, Any]:
    lines = objects.load(call, "invoice", identifier)["lines"]["data"]
    return {"object": "list", "url": call.path, "has_more": False, "data": lines}


@route("POST", "/v1/invoices/{id}")
def update_invoice(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    for name in ("description", "footer"):
        if name in call.parameters:
            _must_be(invoice, ("draft",), "changed")
            invoice[name] = call.text(name)
    if "metadata" in call.parameters:
        invoice["metadata"] = objects.metadata(call.parameters["metadata"], invoice["metadata"])
    return call.world.store.save(invoice)


@route("POST", "/v1/invoices/{id}/finalize")
def finalize_invoice(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    _must_be(invoice, ("draft",), "finalized")
    return _finalize(call, invoice)


def _finalize(call: Call, invoice: dict[str, Any]) -> dict[str, Any]:
    if not invoice["lines"]["data"]:
        raise StripeError(
            400, "You can't finalize an invoice without line items.", code="invoice_no_customer_line_items"
        )
    invoice.update(
        status="open",
        number=f"{invoice['_prefix']}-{len(call.world.store.find('invoice', account=call.account)):04d}",
        effective_at=call.at,
        ending_balance=0,
        hosted_invoice_url=f"{call.world.configuration.public_base}/invoice/{invoice['id']}",
    )
    invoice["status_transitions"]["finalized_at"] = call.at
    call.world.store.save(invoice)
    events.emit(call.world, "invoice.finalized", invoice, account=call.account, at=call.at, call=call)
    if invoice["amount_due"] == 0:
        _mark_paid(call.world, invoice, None, account=call.account, at=call.at)
    return invoice


@route("POST", "/v1/invoices/{id}/send")
def send_invoice(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    if invoice["collection_method"] != "send_invoice":
        raise StripeError(400, "Only an invoice with collection_method=send_invoice can be sent.")
    _must_be(invoice, ("draft", "open"), "sent")
    if invoice["status"] == "draft":
        _finalize(call, invoice)
    events.emit(call.world, "invoice.sent", invoice, account=call.account, at=call.at, call=call)
    return invoice


@route("POST", "/v1/invoices/{id}/void")
def void_invoice(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    _must_be(invoice, ("open", "uncollectible"), "voided")
    if invoice.get("_intent_in_progress"):
        raise StripeError(400, "A bank debit for this invoice is on its way: it cannot be voided.")
    return _end(call, invoice, "void", "voided_at", "invoice.voided")


@route("POST", "/v1/invoices/{id}/mark_uncollectible")
def mark_uncollectible(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    _must_be(invoice, ("open",), "marked uncollectible")
    return _end(call, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def _end(call: Call, invoice: dict[str, Any], status: str, transition: str, event: str) -> dict[str, Any]:
    invoice["status"] = status
    invoice["status_transitions"][transition] = call.at
    call.world.store.save(invoice)
    events.emit(call.world, event, invoice, account=call.account, at=call.at, call=call)
    return invoice


@route("POST", "/v1/invoices/{id}/pay")
def pay_invoice(call: Call, identifier: str) -> dict[str, Any]:
    invoice = objects.load(call, "invoice", identifier)
    if call.truth("paid_out_of_band"):
        _must_be(invoice, ("open",), "paid")
        invoice["amount_paid_off_stripe"] = invoice["amount_remaining"]
        _mark_paid(call.world, invoice, None, account=call.account, at=call.at)
        return invoice
    customer = objects.load(call, "customer", invoice["customer"])
    token = (
        call.text("payment_method")
        or invoice["default_payment_method"]
        or customer["invoice_settings"]["default_payment_method"]
    )
    if not token:
        raise StripeError(400, "There is no payment method to pay the invoice with.", param="payment_method")
    return pay(call.world, invoice, token, account=call.account, at=call.at, off_session=True)


def pay(
    world: World, invoice: dict[str, Any], token: str, *, account: str, at: int, off_session: bool
) -> dict[str, Any]:
    """Charges what remains; a bank debit leaves the invoice open until the bank has answered."""
    _must_be(invoice, ("open", "uncollectible"), "paid")
    if invoice.get("_intent_in_progress"):
        raise StripeError(400, "A bank debit for this invoice is already on its way.")
    method = customers.materialise(world, token, account=account, at=at)
    intent = payment_intents.new_intent(
        world,
        amount=invoice["amount_remaining"],
        currency=invoice["currency"],
        fields={
            "customer": invoice["customer"],
            "description": f"Invoice {invoice['number']}",
            "metadata": dict(invoice["metadata"]),
            "_invoice": invoice["id"],
        },
        account=account,
        at=at,
    )
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    world.store.save(invoice)
    try:
        intent = charging.attempt(world, intent, method, account=account, at=at, off_session=off_session)
    except StripeError:
        events.emit(world, "invoice.payment_failed", invoice, account=account, at=at)
        raise
    if intent["status"] == "processing":
        world.store.save({**invoice, "_intent_in_progress": intent["id"]})
    return world.store.get(invoice["id"]) or invoice


def _payment_ended(world: World, intent: dict[str, Any], account: str, at: int) -> None:
    """A payment intent of an invoice succeeded, or its bank debit failed."""
    invoice = world.store.get(str(intent.get("_invoice")), kind="invoice")
    if invoice is None:
        return
    invoice["_intent_in_progress"] = None
    if intent["status"] == "succeeded":
        _mark_paid(world, invoice, intent, account=account, at=at)
    else:
        world.store.save(invoice)
        events.emit(world, "invoice.payment_failed", invoice, account=account, at=at)


charging.when_payment_ends.append(_payment_ended)


def _mark_paid(world: World, invoice: dict[str, Any], intent: dict[str, Any] | None, *, account: str, at: int) -> None:
    amount = invoice["amount_remaining"]
    if intent is not None:
        payment = invoice_objects.new_payment(world, invoice, intent, amount, account=account, at=at)
        events.emit(world, "invoice_payment.paid", payment, account=account, at=at)
    invoice.update(status="paid", amount_paid=invoice["amount_paid"] + amount, amount_remaining=0)
    invoice["status_transitions"]["paid_at"] = at
    invoice["receipt_number"] = f"{secrets.randbelow(9000) + 1000}-{secrets.randbelow(9000) + 1000}"
    world.store.save(invoice)
    events.emit(world, "invoice.paid", invoice, account=account, at=at)


def remind(world: World, invoice: dict[str, Any], *, account: str, at: int) -> None:
    """The due date has passed."""
    invoice["_overdue_told"] = True
    world.store.save(invoice)
    events.emit(world, "invoice.overdue", invoice, account=account, at=at)


@route("GET", "/v1/invoice_payments")
def list_payments(call: Call) -> dict[str, Any]:
    equal = call.texts("invoice", "status")
    return objects.page(call, "invoice_payment", where=equal)


def _must_be(invoice: dict[str, Any], states: tuple[str, ...], verb: str) -> None:
    if invoice["status"] not in states:
        raise StripeError(
            400,
            f"An invoice that is {invoice['status']} cannot be {verb}.",
            code="invoice_not_editable" if states == ("draft",) else None,
        )
