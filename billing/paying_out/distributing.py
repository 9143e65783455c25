"""Who gets what of a settled shift, as transfers that draw on the job's charges, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, Sum

from billing import events
from billing.books import ledger
from billing.books.chart import Kind
from billing.giving_back import netting
from billing.models import Charge, Settlement, Transfer
from billing.paying_out import payees, payout_terms
from billing.refusals import TransferExceedsCaptured
from billing.sending import waking
from kernel import outbox
from kernel.identifiers import uuid7
from marketplace.models import Assignment
from tenants.context import acting_as


@dataclass(frozen=True, slots=True)
class Share:
    """One payee's part of a settlement, in cents; `assignment_id` for an officer's."""

    owner_kind: str
    owner_id: UUID
    amount_cents: int
    assignment_id: UUID | None = None


def shares_of(*, settlement: Settlement) -> list[Share]:
    """The settlement's parts that leave the platform; with the service fee and its tax they sum to the bill."""
    split = settlement.split
    officers = dict(Assignment.objects.filter(id__in=list(split["officer_cents"])).values_list("id", "officer_id"))
    shares = [
        Share("officer", officers[UUID(assignment_id)], cents, UUID(assignment_id))
        for assignment_id, cents in sorted(split["officer_cents"].items())
    ]
    shares.append(Share("department", settlement.job.governing_department_id, split["department_cents"]))
    if split["agency_cents"] and settlement.contract.agency_id:
        shares.append(Share("agency", settlement.contract.agency_id, split["agency_cents"]))
    return [share for share in shares if share.amount_cents]


def distribute_waiting(*, job_id: UUID, at: datetime) -> list[Settlement]:
    """Intend the transfers of every settled shift of the job whose bill is covered. Needs the job's lock."""
    waiting = list(
        Settlement.objects.select_for_update(of=("self",))
        .select_related("job", "contract")
        .filter(job_id=job_id, distributed_at=None)
        .order_by("settled_at", "id")
    )
    if not waiting:
        return []
    # It may be a client's own request that brings the money; payees' accounts are not theirs to see.
    with acting_as(purpose="worker"):
        return [settlement for settlement in waiting if _is_covered(settlement) and _distribute(settlement, at)]


def _is_covered(settlement: Settlement) -> bool:
    """Nobody is paid from another shift's prepaid money: a bill above it waits until the rest has come."""
    if settlement.extra_cents == 0:
        return True
    paid = settlement.extra_charges.filter(state=Charge.State.SUCCEEDED).aggregate(cents=Sum("amount_cents", default=0))
    if paid["cents"] >= settlement.extra_cents:
        return True
    if settlement.extra_charges.filter(written_off_at__isnull=False, recovered_cents__lt=F("amount_cents")).exists():
        return False
    owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=settlement.job_id, currency=settlement.currency)
    # A charge for paying late that stands open keeps nobody waiting who worked.
    late = Charge.objects.filter(job_id=settlement.job_id, late_of__isnull=False).exclude(state=Charge.State.SUCCEEDED)
    unpaid = late.filter(passed_on_at=None).aggregate(
        cents=Sum("amount_cents", filter=Q(written_off_at=None), default=0)
    )
    return owed <= int(unpaid["cents"])


def _distribute(settlement: Settlement, at: datetime) -> bool:
    charges = list(
        Charge.objects.select_for_update()
        .filter(job_id=settlement.job_id, state=Charge.State.SUCCEEDED)
        .order_by("succeeded_at", "id")
    )
    due_at = payout_terms.transfers_due_at(settlement=settlement, at=at)
    for share in shares_of(settlement=settlement):
        debts = netting.open_debts(owner_kind=share.owner_kind, owner_id=share.owner_id, currency=settlement.currency)
        account = payees.ensure_payee_account(
            owner_kind=share.owner_kind, owner_id=share.owner_id, currency=settlement.currency, at=at
        )
        for charge, part in draw(charges, share.amount_cents):
            kept = netting.net_off(
                debts=debts,
                settlement=settlement,
                assignment_id=share.assignment_id,
                charge_id=charge.id,
                cents=part,
                at=at,
            )
            if kept == part:
                continue
            transfer_id = uuid7()
            Transfer.objects.create(
                id=transfer_id,
                charge=charge,
                payee_account=account,
                settlement=settlement,
                assignment_id=share.assignment_id,
                amount_cents=part - kept,
                currency=settlement.currency,
                business_key=(
                    f"transfer:{settlement.id}:{share.owner_kind}:{share.assignment_id or share.owner_id}:{charge.id}"
                ),
                idempotency_key=f"transfer:{transfer_id}",
                due_at=due_at,
                created_at=at,
            )
    waking.wake_senders()
    settlement.distributed_at = at
    settlement.save(update_fields=["distributed_at"])
    outbox.announce(
        name=events.SHIFT_DISTRIBUTED,
        payload={
            "settlement_id": str(settlement.id),
            "shift_id": str(settlement.shift_id),
            "job_id": str(settlement.job_id),
        },
        tenant_id=settlement.job.governing_department_id,
        at=at,
    )
    return True


def draw(charges: list[Charge], amount_cents: int) -> Iterator[tuple[Charge, int]]:
    """Each locked charge with its part, in their order. Raises TransferExceedsCaptured."""
    left = amount_cents
    for charge in charges:
        part = min(left, charge.undrawn_cents)
        if part > 0:
            left -= part
            charge.transferred_cents += part
            charge.save(update_fields=["transferred_cents"])
            yield charge, part
    if left:
        raise TransferExceedsCaptured(
            f"The job's payments do not cover this share: {left} of {amount_cents} cents are missing.",
            missing_cents=left,
            share_cents=amount_cents,
        )
