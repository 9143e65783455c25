"""Giving back after the bill: every cent of it has an owner, who gives it back.

A case is one saga of rows, so that a crash at any point resumes: the shares are booked and the reversals and refunds
intended in one transaction; refunds wait for the reversals' answers, an hour at most, then go whatever became of those.
What a payee cannot give back is owed by them, and netted off their next transfers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Subquery, Sum

from billing import events
from billing.books import ledger
from billing.books.chart import PAYABLE_BY_OWNER as PAYABLES
from billing.books.chart import RECEIVABLE_BY_OWNER, Kind
from billing.contested import freezing
from billing.giving_back import refunding, taking_back
from billing.models import Charge, Dispute, Refund, RefundCase, RefundShare, Settlement, TransferReversal
from billing.paying_out import distributing
from billing.refusals.disputes import DisputeOpen, RefundNotPossible
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.money import format_cents, split_largest_remainder
from kernel.subscriptions import Event
from marketplace.models import Job
from marketplace.terms import check_text
from tenants.context import acting_as

# The client does not wait longer than this for a payee's bank.
LONGEST_WAIT: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What is left of one owner's part of a settled shift, in cents."""

    settlement: Settlement
    owner_kind: str
    owner_id: UUID | None
    assignment_id: UUID | None
    left_cents: int


def refundable_cents(*, job_id: UUID, currency: str) -> int:
    """What was billed, distributed and paid, and not given back yet."""
    owed = ledger.balance(kind=Kind.CLIENT_RECEIVABLE, owner_id=job_id, currency=currency)
    settlements = Settlement.objects.filter(job_id=job_id, distributed_at__isnull=False)
    # What the platform bears of a lost dispute, the client has back from their bank.
    lost = Dispute.objects.filter(job_id=job_id).values("job_id").values(cents=Sum("loss_cents"))
    billed = settlements.aggregate(
        billed=Sum("billed_cents", default=0),
        back=Sum("credited_cents", default=0),
        lost=Max(Subquery(lost), default=0),
    )
    return max(int(billed["billed"] - billed["back"] - billed["lost"] - owed), 0)


def open_case(
    *, job: Job, amount_cents: int, currency: str, reason: str, request_id: UUID, actor: Actor, at: datetime
) -> RefundCase:
    """Give back a part of what was billed for a job, or all of it. The same `request_id` again answers with its case.

    Everybody who got a part gives back in proportion, the platform its fee and the tax on it too. Whoever calls has
    found the job through an access function. Raises RefundNotPossible, TransferOnItsWay, DisputeOpen, InvalidInput.
    """
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    if not reason.strip():
        raise InvalidInput("Give a reason: the client and those who give back will read it.", field="reason")
    with transaction.atomic(), acting_as(purpose="worker"):
        job = Job.objects.select_for_update().get(id=job.id)
        before = RefundCase.objects.filter(request_id=request_id).first()
        if before is not None:
            if before.job_id != job.id:
                raise NotFound("There is no such refund.")
            return before
        _refuse_amount(job, amount_cents, currency)
        if freezing.undecided_disputes(job_id=job.id).exists():
            raise DisputeOpen(
                "The client has disputed a payment of this job with their bank. Wait until the bank has decided and,"
                " if it was lost, the operator has said who bears it: a refund now would pay them twice."
            )
        case = RefundCase.objects.create(
            job=job,
            amount_cents=amount_cents,
            currency=currency,
            reason=reason.strip(),
            request_id=request_id,
            person_id=actor.person_id,
            opened_at=at,
        )
        book(case=case, credit=Kind.PREPAID_JOB, actor=actor, at=at)
        refunds = refunding.intend_refund(
            job_id=job.id,
            amount_cents=amount_cents,
            business_key=f"refund:case:{case.id}",
            reason=f"Job {job.reference}: {reason.strip()}",
            at=at,
        )
        if TransferReversal.objects.filter(debt__share__case=case).exists():
            Refund.objects.filter(id__in=[refund.id for refund in refunds]).update(due_at=at + LONGEST_WAIT)
    return case


def book(*, case: RefundCase, credit: str, actor: Actor, at: datetime) -> None:
    """Take the case's amount back from everybody who got a part of it. Needs the job's lock and a worker's session.

    `credit`: the job's account that gets it: prepaid_job, from which it is refunded, or disputed_job.
    """
    job = case.job
    # Locked in the order of everybody: charges before transfers, debts and the ledger.
    list(Charge.objects.select_for_update().filter(job=job).order_by("id"))
    legs: dict[tuple[str, UUID | None], int] = {}
    for share in _share_out(case):
        if share.owner_id is None:
            fee = share.owner_kind == RefundShare.Owner.SERVICE_FEE
            kind: str = Kind.SERVICE_FEE_REVENUE if fee else Kind.SERVICE_FEE_TAX
            legs[kind, None] = legs.get((kind, None), 0) + share.amount_cents
        else:
            owed = taking_back.take_back(share=share, at=at)
            for kind, cents in (
                (PAYABLES[share.owner_kind], share.unsent_cents),
                (RECEIVABLE_BY_OWNER[share.owner_kind], owed),
            ):
                legs[kind, share.owner_id] = legs.get((kind, share.owner_id), 0) + cents
    audit.record(
        actor=actor,
        action="refund_case.opened",
        subject_kind="refund_case",
        subject_id=case.id,
        tenant_id=job.governing_department_id,
        at=at,
        after={"amount_cents": case.amount_cents, "currency": case.currency, "job": job.reference},
        reason=case.reason,
    )
    outbox.announce(
        name=events.REFUND_CASE_OPENED,
        payload={
            "case_id": str(case.id),
            "job_id": str(job.id),
            "amount_cents": case.amount_cents,
            "currency": case.currency,
        },
        tenant_id=job.governing_department_id,
        at=at,
    )
    ledger.post(
        business_key=f"refund_case:{case.id}",
        kind="refund_case",
        description=f"Given back for job {job.reference}",
        legs=[
            *(ledger.debit(kind, cents, owner_id) for (kind, owner_id), cents in legs.items()),
            ledger.credit(credit, case.amount_cents, job.id),
        ],
        currency=case.currency,
        job_id=job.id,
        at=at,
    )


def on_refund_done(*, event: Event, at: datetime) -> None:
    """billing.refund_done"""
    close_finished(job_id=UUID(event.payload["job_id"]), at=at)


def close_finished(*, job_id: UUID, at: datetime) -> None:
    """With the last of its refunds a case is done."""
    for case in RefundCase.objects.filter(job_id=job_id, state=RefundCase.State.OPEN):
        with transaction.atomic():
            locked = RefundCase.objects.select_for_update().get(id=case.id)
            refunds = Refund.objects.filter(business_key__startswith=f"refund:case:{case.id}:")
            # What a lost dispute has cancelled, the client's bank has given back.
            waiting = refunds.exclude(state__in=(Refund.State.DONE, Refund.State.CANCELLED))
            if locked.state == RefundCase.State.OPEN and not waiting.exists():
                locked.state, locked.done_at = RefundCase.State.DONE, at
                locked.save(update_fields=["state", "done_at"])


def parts_of(*, job_id: UUID) -> list[Part]:
    """What every owner has left of the job's distributed shifts, the earliest shift first."""
    settlements = list(
        Settlement.objects.select_related("job", "contract")
        .filter(job_id=job_id, distributed_at__isnull=False)
        .order_by("settled_at", "id")
    )
    taken: dict[tuple[UUID, str, UUID | None, UUID | None], int] = {}
    for share in RefundShare.objects.filter(settlement__in=settlements):
        key = (share.settlement_id, share.owner_kind, share.owner_id, share.assignment_id)
        taken[key] = taken.get(key, 0) + share.amount_cents
    parts = []
    for one in settlements:
        owned: list[tuple[str, UUID | None, UUID | None, int]] = [
            (share.owner_kind, share.owner_id, share.assignment_id, share.amount_cents)
            for share in distributing.shares_of(settlement=one)
        ]
        owned.append((RefundShare.Owner.SERVICE_FEE, None, None, one.service_fee_cents))
        owned.append((RefundShare.Owner.SERVICE_FEE_TAX, None, None, one.service_fee_tax_cents))
        for owner_kind, owner_id, assignment_id, cents in owned:
            left = cents - taken.get((one.id, owner_kind, owner_id, assignment_id), 0)
            if left > 0:
                parts.append(Part(one, owner_kind, owner_id, assignment_id, left))
    return parts


def _share_out(case: RefundCase) -> list[RefundShare]:
    """In proportion to what each has left; the cents that remain go by the largest remainder."""
    parts = parts_of(job_id=case.job_id)
    amounts = split_largest_remainder(case.amount_cents, [part.left_cents for part in parts])
    shares = []
    for part, cents in zip(parts, amounts, strict=True):
        if not cents:
            continue
        shares.append(
            RefundShare.objects.create(
                case=case,
                settlement=part.settlement,
                owner_kind=part.owner_kind,
                owner_id=part.owner_id,
                assignment_id=part.assignment_id,
                amount_cents=cents,
            )
        )
        settlement = part.settlement
        settlement.credited_cents += cents
        if part.owner_kind == RefundShare.Owner.SERVICE_FEE:
            settlement.credited_fee_cents += cents
        elif part.owner_kind == RefundShare.Owner.SERVICE_FEE_TAX:
            settlement.credited_fee_tax_cents += cents
        settlement.save(update_fields=["credited_cents", "credited_fee_cents", "credited_fee_tax_cents"])
    return shares


def _refuse_amount(job: Job, amount_cents: int, currency: str) -> None:
    if currency != job.currency:
        raise RefundNotPossible(
            f"Job {job.reference} is paid in {job.currency}; {currency} cannot be refunded.", field="currency"
        )
    possible = refundable_cents(job_id=job.id, currency=currency)
    if amount_cents <= 0:
        raise RefundNotPossible(
            f"Enter an amount above zero, at most {format_cents(possible, currency)}.",
            field="amount",
            asked_cents=amount_cents,
        )
    if amount_cents > possible:
        raise RefundNotPossible(
            f"At most {format_cents(possible, currency)} of job {job.reference} can be refunded: that was billed, paid "
            f"and not given back yet. {format_cents(amount_cents, currency)} is more.",
            field="amount",
            asked_cents=amount_cents,
            possible_cents=possible,
        )
