"""A dispute was lost: the client has the money back from their bank. The operator says who bears that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.books import ledger
from billing.books.chart import Kind
from billing.contested import disputes, freezing
from billing.giving_back import refund_cases
from billing.models import Charge, Dispute, Refund, RefundCase
from billing.refusals.disputes import DisputeNotLost
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from marketplace.models import Job
from marketplace.terms import check_text
from tenants.context import acting_as


def decide_loss(*, dispute_id: UUID, borne_by: str, reason: str, actor: Actor, at: datetime) -> Dispute:
    """What the client had prepaid and not used they have back; the rest is borne by those who were paid, or by us.

    `borne_by` "payees": in proportion, the platform its fee; what transfers have carried away is reversed, or owed.
    "platform": as a loss. Once. Raises NotFound, DisputeNotLost, InvalidInput, TransferOnItsWay.
    """
    check_text(field="reason", what="the reason", text=reason, maximum=2000)
    if borne_by not in Dispute.Borne.values:
        raise InvalidInput("Say who bears the loss: those who were paid, or the platform.", field="borne_by")
    job_id = Dispute.objects.filter(id=dispute_id).values_list("job_id", flat=True).first()
    if job_id is None:
        raise NotFound("There is no such dispute.")
    with transaction.atomic(), acting_as(purpose="worker"):
        job = Job.objects.select_for_update().get(id=job_id)
        dispute = Dispute.objects.select_for_update(of=("self",)).get(id=dispute_id)
        if dispute.state != disputes.LOST or dispute.decided_at is not None:
            raise DisputeNotLost(
                "Who bears a dispute is decided once, after the bank has decided against us.", state=dispute.state
            )
        charges = list(Charge.objects.select_for_update().filter(job=job).order_by("id"))
        prepaid = _take_prepaid(job=job, charges=charges, dispute=dispute)
        rest = dispute.held_cents - prepaid
        shared = 0
        if borne_by == Dispute.Borne.PAYEES and rest:
            dispute.case, shared = _share(job, dispute, rest, reason, actor, at)
        dispute.prepaid_cents = prepaid
        dispute.borne_by, dispute.decided_at = borne_by, at
        dispute.save(update_fields=["case", "prepaid_cents", "borne_by", "decided_at"])
        _reserve(job=job, cents=prepaid + shared)
        audit.record(
            actor=actor,
            action="dispute.loss_decided",
            subject_kind="dispute",
            subject_id=dispute.id,
            tenant_id=job.governing_department_id,
            at=at,
            after={"borne_by": borne_by, "prepaid_cents": prepaid, "shared_cents": shared},
            reason=reason,
        )
        freezing.release(job_id=job.id)
        _post(dispute, job, prepaid=prepaid, loss=rest - shared, at=at)
    return dispute


def _share(
    job: Job, dispute: Dispute, cents: int, reason: str, actor: Actor, at: datetime
) -> tuple[RefundCase | None, int]:
    shared = min(cents, sum(part.left_cents for part in refund_cases.parts_of(job_id=job.id)))
    if not shared:
        return None, 0
    case = RefundCase.objects.create(
        job=job,
        cause=RefundCase.Cause.DISPUTE,
        # Nothing is sent to the client: their bank has done that.
        state=RefundCase.State.DONE,
        done_at=at,
        amount_cents=shared,
        currency=dispute.currency,
        reason=reason.strip() or f"Dispute {dispute.provider_reference} was lost.",
        request_id=dispute.id,
        person_id=actor.person_id,
        opened_at=at,
    )
    refund_cases.book(case=case, credit=Kind.DISPUTED_JOB, actor=actor, at=at)
    return case, shared


def _take_prepaid(*, job: Job, charges: list[Charge], dispute: Dispute) -> int:
    """What was not billed belongs to the client, who has it now. Refunds of it that have not left are cancelled.

    Those of the disputed charge first: Stripe will never make them.
    """
    held = ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job.id, currency=job.currency)
    refunds = list(
        Refund.objects.select_for_update()
        .filter(charge__in=charges)
        .exclude(state__in=(Refund.State.DONE, Refund.State.CANCELLED))
        .order_by("created_at", "id")
    )
    refunds.sort(key=lambda refund: refund.charge_id != dispute.charge_id)
    leaving = sum(one.amount_cents for one in refunds if one.state in (Refund.State.UNKNOWN, Refund.State.SENT))
    taken = left = min(dispute.held_cents, max(held - leaving, 0))
    by_id = {charge.id: charge for charge in charges}
    for refund in refunds:
        if not left or refund.state in (Refund.State.UNKNOWN, Refund.State.SENT):
            continue
        cents = min(left, refund.amount_cents)
        left -= cents
        _cancel(refund, by_id[refund.charge_id], cents)
    return taken


def _cancel(refund: Refund, charge: Charge, cents: int) -> None:
    refund.state = Refund.State.CANCELLED
    refund.save(update_fields=["state"])
    charge.refunded_cents -= cents
    charge.save(update_fields=["refunded_cents"])
    rest = refund.amount_cents - cents
    if rest:
        refund_id = uuid7()
        Refund.objects.create(
            id=refund_id,
            charge=charge,
            amount_cents=rest,
            currency=refund.currency,
            reason=refund.reason,
            business_key=f"refund:rest-of:{refund.id}",
            idempotency_key=f"refund:{refund_id}",
            request_body={
                "charge": charge.charge_reference,
                "amount": rest,
                "metadata": {"refund_id": str(refund_id), "job_id": str(charge.job_id)},
            },
            due_at=refund.due_at,
            created_at=refund.created_at,
        )


def _reserve(*, job: Job, cents: int) -> None:
    """The bank has it: no refund and no transfer may draw on it any more."""
    left = cents
    succeeded = Charge.objects.filter(job=job, state=Charge.State.SUCCEEDED)
    for charge in succeeded.order_by("-succeeded_at", "-id"):
        part = min(left, charge.undrawn_cents)
        if part > 0:
            left -= part
            charge.refunded_cents += part
            charge.save(update_fields=["refunded_cents"])


def _post(dispute: Dispute, job: Job, *, prepaid: int, loss: int, at: datetime) -> None:
    if prepaid + loss == 0:
        return
    ledger.post(
        business_key=f"dispute:{dispute.id}:loss",
        kind="dispute_loss",
        description=f"Dispute {dispute.provider_reference} of job {job.reference} was lost",
        legs=[
            ledger.debit(Kind.PREPAID_JOB, prepaid, job.id),
            ledger.debit(Kind.DISPUTE_LOSS, loss),
            ledger.credit(Kind.DISPUTED_JOB, prepaid + loss, job.id),
        ],
        currency=dispute.currency,
        job_id=job.id,
        at=at,
    )
