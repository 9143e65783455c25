"""What a client has to pay, and until when: demands with a deadline, open invoices, and what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.models import Charge, PaymentDemand
from marketplace.models import Job


@dataclass(frozen=True, slots=True)
class DueItem:
    """`before` is half-open; None where officers are not found yet. `pay_url` of an invoice, else `contract_id`."""

    kind: str
    job: Job
    amount_cents: int
    currency: str
    before: datetime | None
    is_overdue: bool = False
    pay_url: str = ""
    contract_id: UUID | None = None


def due_of_clients(*, client_ids: Sequence[UUID], at: datetime, limit: int = 100) -> list[DueItem]:
    """The most urgent first, in two statements. Reach the clients through an access function."""
    demands = (
        PaymentDemand.objects.select_related("job__venue")
        .filter(job__client_id__in=client_ids, state__in=PaymentDemand.OPEN_STATES, job__state=Job.State.CONTRACTED)
        .order_by("deadline_at")[:limit]
    )
    items = [
        DueItem(
            kind="demand" if demand.state == PaymentDemand.State.ASKED else "later",
            job=demand.job,
            amount_cents=demand.amount_cents,
            currency=demand.currency,
            before=demand.deadline_at if demand.state == PaymentDemand.State.ASKED else None,
            contract_id=demand.contract_id,
        )
        for demand in demands
    ]
    bills = (
        Charge.objects.select_related("job__venue")
        .filter(
            job__client_id__in=client_ids,
            kind__in=(Charge.Kind.INVOICE, Charge.Kind.DEBIT),
            state__in=(Charge.State.OPEN, Charge.State.PROCESSING),
        )
        .defer("request_body")
        .order_by("payable_before")[:limit]
    )
    for bill in bills:
        items.append(
            DueItem(
                kind="invoice" if bill.kind == Charge.Kind.INVOICE else "processing",
                job=bill.job,
                amount_cents=bill.amount_cents,
                currency=bill.currency,
                before=bill.payable_before,
                is_overdue=bill.payable_before is not None and bill.payable_before <= at,
                pay_url=bill.pay_url if bill.kind == Charge.Kind.INVOICE else "",
            )
        )
    return sorted(items, key=lambda item: (item.before is None, item.before or at))
