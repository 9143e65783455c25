"""A dispute was lost: the client has the money back from their bank. The operator says who bears that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.books import ledger
from billing.books.chart import Kind
from billing.contested import disputes, freezing
from billing.giving_back import covering, refund_cases, refunding
from billing.giving_back.refunding import REST
from billing.models import Charge, Dispute, Refund, RefundCase, Settlement
from billing.refusals.disputes import DisputeNotLost, LossNotShareable, RefundOnItsWay
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.money import format_cents
from marketplace.models import Job
from marketplace.terms import check_text
from tenants.context import acting_as


def decide_loss(*, dispute_id: UUID, borne_by: str, reason: str, actor: Actor, at: datetime) -> Dispute:
    """What the client had prepaid and not used they have back; the rest is borne by those who were paid, or by us.

    `borne_by` "payees": in proportion, the platform its fee; what transfers have carried away is reversed, or owed.
    "platform": as a loss. Once. Raises NotFound, DisputeNotLost, InvalidInput, TransferOnItsWay,
    RefundOnItsWay, LossNotShareable.
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
        list(Charge.objects.select_for_update().filter(job=job).order_by("id"))
        prepaid = _take_prepaid(job=job, dispute=dispute, at=at)
        refund_cases.close_finished(job_id=job.id, at=at)
        rest = dispute.held_cents - prepaid
        shared = 0
        if borne_by == Dispute.Borne.PAYEES and rest:
            dispute.case, shared = _share(job, dispute, rest, reason, actor, at)
        dispute.prepaid_cents, dispute.loss_cents = prepaid, rest - shared
        dispute.borne_by, dispute.decided_at = borne_by, at
        dispute.save(update_fields=["case", "prepaid_cents", "loss_cents", "borne_by", "decided_at"])
        _reserve(dispute=dispute, cents=prepaid + shared)
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
        _post(dispute, job, prepaid=prepaid, loss=dispute.loss_cents, at=at)
    return dispute


def _share(
    job: Job, dispute: Dispute, cents: int, reason: str, actor: Actor, at: datetime
) -> tuple[RefundCase | None, int]:
    shared = min(cents, sum(part.left_cents for part in refund_cases.parts_of(job_id=job.id)))
    unpaid = Settlement.objects.filter(job=job, distributed_at=None, billed_cents__gt=0)
    if shared < cents and unpaid.exists():
        # Later they would be paid in full, and this loss be the platform's without anybody having said so.
        raise LossNotShareable(
            f"Only {format_cents(shared, dispute.currency)} of {format_cents(cents, dispute.currency)} can be taken "
            "back now: a bill of this job is not paid yet, so its payees have got nothing of it. Decide when it is "
            "paid, or let the platform bear the loss.",
            shareable_cents=shared,
            lost_cents=cents,
        )
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


def _take_prepaid(*, job: Job, dispute: Dispute, at: datetime) -> int:
    """What was not billed belongs to the client, who has it now. Refunds of it that have not left are cancelled.

    Those of the disputed charge all are: Stripe will never make them. What the bank did not give of them leaves from
    the job's other charges.
    """
    held = ledger.balance(kind=Kind.PREPAID_JOB, owner_id=job.id, currency=job.currency)
    refunds = list(
        Refund.objects.select_for_update(of=("self",))
        .select_related("charge")
        .filter(charge__job=job)
        .exclude(state__in=(Refund.State.DONE, Refund.State.CANCELLED))
        .order_by("created_at", "id")
    )
    refunds.sort(key=lambda refund: refund.charge_id != dispute.charge_id)
    leaving = [one for one in refunds if one.state in (Refund.State.UNKNOWN, Refund.State.SENT)]
    if any(one.charge_id == dispute.charge_id for one in leaving):
        raise RefundOnItsWay(
            "A refund of the disputed payment is being sent at this moment. Try again in a minute: then it is known "
            "what the client has back."
        )
    taken = left = min(dispute.held_cents, max(held - sum(one.amount_cents for one in leaving), 0))
    for refund in refunds:
        if refund not in leaving and (left or refund.charge_id == dispute.charge_id):
            given = min(left, refund.amount_cents)
            left -= given
            _cancel(refund, given, at)
    return taken


def _cancel(refund: Refund, given_cents: int, at: datetime) -> None:
    """The bank gave `given_cents` of it already; the rest is intended anew."""
    refund.state = Refund.State.CANCELLED
    refund.save(update_fields=["state"])
    charges = list(Charge.objects.filter(job_id=refund.charge.job_id))
    (charge,) = (one for one in charges if one.id == refund.charge_id)
    covering.put_back(charge=charge, cents=refund.amount_cents, lenders=charges)
    refunding.intend_refund(
        job_id=charge.job_id,
        amount_cents=refund.amount_cents - given_cents,
        business_key=f"{refund.business_key.partition(REST)[0]}{REST}{refund.id}",
        reason=refund.reason,
        at=max(refund.due_at, at),
    )


def _reserve(*, dispute: Dispute, cents: int) -> None:
    """The bank has it, from the disputed charge: no refund and no transfer may draw on it any more."""
    left = cents
    succeeded = Charge.objects.filter(job_id=dispute.job_id, state=Charge.State.SUCCEEDED)
    charges = sorted(succeeded.order_by("-succeeded_at", "-id"), key=lambda one: one.id != dispute.charge_id)
    for charge in charges:
        left -= covering.take(charge=charge, cents=left, lenders=charges)


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
