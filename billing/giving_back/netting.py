"""What a payee owes is kept from what they earn next, and booked: they see it as a line of its own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from billing import events
from billing.books import ledger
from billing.books.chart import PAYABLE_BY_OWNER, RECEIVABLE_BY_OWNER
from billing.models import Netting, PayeeDebt, Settlement
from kernel import outbox


def open_debts(*, owner_kind: str, owner_id: UUID, currency: str) -> list[PayeeDebt]:
    """Locked, the oldest first. One that is just being paid otherwise is left: what remains of it is netted next time.

    Waiting for it could be waiting for somebody who waits for us: a reversal's end holds the debt before the ledger.
    """
    return list(
        PayeeDebt.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(owner_kind=owner_kind, owner_id=owner_id, currency=currency)
        .filter(amount_cents__gt=F("reversed_cents") + F("netted_cents"))
        .order_by("id")
    )


def debts_of(*, owner_kind: str, owner_id: UUID) -> list[PayeeDebt]:
    """For the payee's own page: what they had to give back and why, the newest first, at most 20, also what is paid."""
    debts = PayeeDebt.objects.select_related("job", "share__case").filter(owner_kind=owner_kind, owner_id=owner_id)
    return list(debts.order_by("-opened_at", "-id")[:20])


def net_off(
    *,
    debts: list[PayeeDebt],
    settlement: Settlement,
    assignment_id: UUID | None,
    charge_id: UUID,
    cents: int,
    at: datetime,
) -> int:
    """Keep as much of the cents as the locked debts ask for; returns how much. Needs the locks of job and charges."""
    kept = 0
    for debt in debts:
        part = min(debt.nettable_cents, cents - kept)
        if part > 0:
            net(
                debt=debt,
                settlement=settlement,
                assignment_id=assignment_id,
                charge_id=charge_id,
                cents=part,
                at=at,
            )
            kept += part
    return kept


def net(
    *, debt: PayeeDebt, settlement: Settlement, assignment_id: UUID | None, charge_id: UUID, cents: int, at: datetime
) -> Netting:
    """One part of a locked debt, paid from one settlement's share of the same payee."""
    debt.netted_cents += cents
    debt.save(update_fields=["netted_cents"])
    row = Netting.objects.create(
        debt=debt,
        settlement=settlement,
        charge_id=charge_id,
        assignment_id=assignment_id,
        amount_cents=cents,
        currency=debt.currency,
        netted_at=at,
    )
    outbox.announce(
        name=events.DEBT_NETTED,
        payload={
            "netting_id": str(row.id),
            "owner_kind": debt.owner_kind,
            "owner_id": str(debt.owner_id),
            "amount_cents": cents,
            "currency": debt.currency,
        },
        tenant_id=settlement.job.governing_department_id,
        at=at,
    )
    ledger.post(
        business_key=f"netting:{row.id}",
        kind="netting",
        description=f"Kept for what {debt.owner_kind} owes of an earlier job",
        legs=[
            ledger.debit(PAYABLE_BY_OWNER[debt.owner_kind], cents, debt.owner_id),
            ledger.credit(RECEIVABLE_BY_OWNER[debt.owner_kind], cents, debt.owner_id),
        ],
        currency=debt.currency,
        job_id=settlement.job_id,
        at=at,
    )
    return row
