"""What a payee is owed, item by item and why it is not there yet, and what it has to give back itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from billing.books import ledger
from billing.books.chart import PAYABLE_BY_OWNER, RECEIVABLE_BY_OWNER
from billing.models import Charge, PayeeDebt, Settlement, Transfer
from marketplace.models import Job

_NOT_THERE = (Transfer.State.INTENDED, Transfer.State.UNKNOWN, Transfer.State.SENT, Transfer.State.HELD)


@dataclass(frozen=True, slots=True)
class Sums:
    """Cents, from the books. `owed_cents`: earned and not transferred; `owes_cents`: to be given back."""

    owed_cents: int
    owes_cents: int


@dataclass(frozen=True, slots=True)
class OwedItem:
    """`waits_for` is client, transfer, held or failed. `before`: when the client is to pay, or it is transferred."""

    job: Job
    amount_cents: int
    currency: str
    since: datetime
    waits_for: str
    before: datetime | None = None
    why: str = ""
    is_late_charge: bool = False


def sums_of(*, owner_kind: str, owner_id: UUID, currency: str) -> Sums:
    return Sums(
        ledger.balance(kind=PAYABLE_BY_OWNER[owner_kind], owner_id=owner_id, currency=currency),
        ledger.balance(kind=RECEIVABLE_BY_OWNER[owner_kind], owner_id=owner_id, currency=currency),
    )


def owed_to_department(*, department_id: UUID, currency: str) -> list[OwedItem]:
    """The oldest first: what clients have not paid, and what is on its way or held. Three queries."""
    return sorted(
        [
            *_unpaid_bills(department_id, currency),
            *_unpaid_late_charges(department_id, currency),
            *_transfers(department_id, currency),
        ],
        key=lambda item: item.since,
    )


def debts_of(*, owner_kind: str, owner_id: UUID, currency: str) -> QuerySet[PayeeDebt]:
    """Those that are open first, then the newest."""
    debts = PayeeDebt.objects.filter(owner_kind=owner_kind, owner_id=owner_id, currency=currency)
    left = F("amount_cents") - F("reversed_cents") - F("netted_cents")
    return debts.select_related("job", "share__case").annotate(left=left).order_by("-left", "-opened_at", "-id")


def _unpaid_bills(department_id: UUID, currency: str) -> list[OwedItem]:
    waiting = (
        Settlement.objects.select_related("job")
        .prefetch_related("extra_charges")
        .filter(job__governing_department_id=department_id, currency=currency, distributed_at=None, billed_cents__gt=0)
        .defer("price")
    )
    items = []
    for settlement in waiting:
        cents = settlement.split["department_cents"]
        due = [charge.payable_before for charge in settlement.extra_charges.all() if charge.payable_before]
        if cents:
            items.append(
                OwedItem(settlement.job, cents, currency, settlement.settled_at, "client", max(due, default=None))
            )
    return items


def _unpaid_late_charges(department_id: UUID, currency: str) -> list[OwedItem]:
    late = Charge.objects.select_related("job").filter(
        job__governing_department_id=department_id, currency=currency, late_of__isnull=False, passed_on_at=None,
        contract__agency_id=None,
    )  # fmt: skip
    return [
        OwedItem(
            charge.job, charge.amount_cents, currency, charge.created_at, "client", charge.payable_before,
            is_late_charge=True,
        )
        for charge in late.defer("request_body")
    ]  # fmt: skip


def _transfers(department_id: UUID, currency: str) -> list[OwedItem]:
    waiting = Transfer.objects.select_related("charge__job").filter(
        payee_account__owner_kind="department", payee_account__owner_id=department_id, currency=currency
    )
    words = {Transfer.State.HELD: "held", Transfer.State.FAILED: "failed"}
    return [
        OwedItem(
            one.charge.job, one.amount_cents, currency, one.created_at,
            words.get(Transfer.State(one.state), "transfer"), one.due_at, one.last_error,
            is_late_charge=one.late_charge_id is not None,
        )
        for one in waiting.filter(state__in=(*_NOT_THERE, Transfer.State.FAILED))
    ]  # fmt: skip
