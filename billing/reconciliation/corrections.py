"""Postings that make the books agree with Stripe: one operator proposes, another approves, and then it is booked."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from billing.books import ledger
from billing.books.chart import CHART, Kind
from billing.models import Correction, WorkItem
from billing.reconciliation import work_items
from billing.refusals.reconciliation import CorrectionDoesNotFit, CorrectionNeedsAnother, CorrectionNotOpen
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from kernel.money import format_cents

State = Correction.State
# The platform's own: what belongs to a job or a payee is corrected by its own refund, transfer or reversal.
ACCOUNTS: Final[tuple[str, ...]] = tuple(
    kind for kind, rule in CHART.items() if not rule.owner and kind != Kind.STRIPE_BALANCE
)
LONGEST_REASON = 400


def propose(
    *, work_item_id: UUID, account_kind: str, reason: str, person_id: UUID, actor: Actor, at: datetime
) -> Correction:
    """Ask for a posting of what the item differs by, between `stripe_balance` and an account of the platform's own.

    Raises NotFound, WorkItemSettled, InvalidInput, CorrectionNotOpen when one is proposed already.
    """
    reason = reason.strip()
    if account_kind not in ACCOUNTS:
        raise InvalidInput("Choose the account that the money belongs to.", field="account_kind")
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"Give a reason of {LONGEST_REASON} characters at most.", field="reason")
    with transaction.atomic():
        item = work_items.lock(work_item_id=work_item_id)
        if not item.compares or not item.amount_cents or item.source.startswith("posting:"):
            raise InvalidInput("A posting cannot make this difference good. Explain it instead.", field="account_kind")
        if item.corrections.filter(state=State.PROPOSED).exists():
            raise CorrectionNotOpen("A correction is proposed already. Approve or reject that one first.")
        correction = Correction.objects.create(
            id=uuid7(),
            work_item=item,
            account_kind=account_kind,
            amount_cents=item.amount_cents,
            currency=item.currency,
            reason=reason,
            proposed_by_person_id=person_id,
            proposed_at=at,
        )
        _audit(correction, "correction.proposed", actor, at)
    return correction


def approve(*, correction_id: UUID, person_id: UUID, actor: Actor, at: datetime) -> Correction:
    """Book it. Raises NotFound, CorrectionNotOpen, CorrectionNeedsAnother, CorrectionDoesNotFit."""
    with transaction.atomic():
        correction, item = _lock(correction_id)
        if correction.proposed_by_person_id == person_id:
            raise CorrectionNeedsAnother("Somebody else must approve what you have proposed.")
        if item.state == WorkItem.State.RESOLVED or item.amount_cents != correction.amount_cents:
            raise CorrectionDoesNotFit(
                f"The difference is {format_cents(item.amount_cents, item.currency)} now, no longer "
                f"{format_cents(correction.amount_cents, correction.currency)}. Reject this correction.",
                now_cents=item.amount_cents,
                proposed_cents=correction.amount_cents,
            )
        correction.state = State.POSTED
        correction.decided_by_person_id, correction.decided_at = person_id, at
        correction.save(update_fields=["state", "decided_by_person_id", "decided_at"])
        _audit(correction, "correction.approved", actor, at)
        try:
            with transaction.atomic():
                _post(correction, item, at)
        except IntegrityError as error:
            raise CorrectionDoesNotFit(
                f"{Kind(correction.account_kind).label} does not hold that much. Choose another account."
            ) from error
    return correction


def reject(*, correction_id: UUID, person_id: UUID, actor: Actor, at: datetime) -> Correction:
    """Whoever proposed it may take it back. Raises NotFound, CorrectionNotOpen."""
    with transaction.atomic():
        correction, _ = _lock(correction_id)
        correction.state = State.REJECTED
        correction.decided_by_person_id, correction.decided_at = person_id, at
        correction.save(update_fields=["state", "decided_by_person_id", "decided_at"])
        _audit(correction, "correction.rejected", actor, at)
    return correction


def _lock(correction_id: UUID) -> tuple[Correction, WorkItem]:
    work_item_id = Correction.objects.filter(id=correction_id).values_list("work_item_id", flat=True).first()
    if work_item_id is None:
        raise NotFound("There is no such correction.")
    item = WorkItem.objects.select_for_update().get(id=work_item_id)
    correction = Correction.objects.select_for_update().get(id=correction_id)
    if correction.state != State.PROPOSED:
        raise CorrectionNotOpen(f"This correction is {correction.state} already.")
    return correction, item


def _post(correction: Correction, item: WorkItem, at: datetime) -> None:
    cents = abs(correction.amount_cents)
    if correction.amount_cents > 0:
        legs = [ledger.debit(Kind.STRIPE_BALANCE, cents), ledger.credit(correction.account_kind, cents)]
    else:
        legs = [ledger.debit(correction.account_kind, cents), ledger.credit(Kind.STRIPE_BALANCE, cents)]
    ledger.post(
        business_key=f"correction:{correction.id}",
        kind="correction",
        description=f"Correction of {item.source}: {correction.reason}",
        legs=legs,
        currency=correction.currency,
        source=item.source,
        job_id=item.job_id,
        at=at,
    )
    with connection.cursor() as cursor:
        # The floor would be checked at commit only, where nobody could be told in words.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _audit(correction: Correction, action: str, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="work_item",
        subject_id=correction.work_item_id,
        at=at,
        after={
            "correction_id": str(correction.id),
            "account": correction.account_kind,
            "amount_cents": correction.amount_cents,
            "currency": correction.currency,
            "state": correction.state,
        },
        reason=correction.reason,
    )
