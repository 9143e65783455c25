"""Money that Stripe refuses to move: nobody is paid by it, so it is work until it has moved or somebody has decided."""

from __future__ import annotations

from datetime import datetime

from billing.models import HoldEnding, ReconciliationDay, Refund, Transfer, WorkItem
from billing.models.payment import MoneyMove
from billing.reconciliation.causes import Suggestion
from billing.reconciliation.work_items import raise_item, settle_unseen
from kernel.money import format_cents

_ENDING = {HoldEnding.Kind.CAPTURE: "be taken from the held card", HoldEnding.Kind.CANCEL: "be given back to the card"}
_REMEDY_OF_ENDING = "It is asked again every hour. Look at the payment at Stripe, and take it or give it back there."
_REMEDY = "It is not sent again by itself. Find out why at Stripe, move the money there, and say here what was done."


def check_refused(*, day: ReconciliationDay, at: datetime) -> int:
    """Returns how many items are new."""
    opened = 0
    endings = HoldEnding.objects.select_related("charge__job").filter(refused_at__isnull=False)
    for ending in endings.filter(state__in=(HoldEnding.State.INTENDED, HoldEnding.State.UNKNOWN)):
        what = f"cannot {_ENDING[HoldEnding.Kind(ending.kind)]}, for job {ending.charge.job.reference}"
        opened += _raise(ending, what, _REMEDY_OF_ENDING, ending.refused_at or ending.created_at, day, at, once=False)
    for refund in Refund.objects.select_related("charge__job").filter(state=Refund.State.FAILED):
        what = f"cannot be refunded to the client of job {refund.charge.job.reference}"
        opened += _raise(refund, what, _REMEDY, refund.created_at, day, at, once=True)
    for transfer in Transfer.objects.select_related("charge__job").filter(state=Transfer.State.FAILED):
        what = f"cannot be transferred to a payee of job {transfer.charge.job.reference}"
        opened += _raise(transfer, what, _REMEDY, transfer.created_at, day, at, once=True)
    settle_unseen(kind=WorkItem.Kind.MOVE_REFUSED, resolution="It has moved, or nothing is to be moved.", at=at)
    return opened


def _raise(
    move: MoneyMove, what: str, remedy: str, since: datetime, day: ReconciliationDay, at: datetime, *, once: bool
) -> bool:
    cause = f"{format_cents(move.amount_cents, move.currency)} {what}: {move.last_error}"
    return raise_item(
        source=f"refused:{move.id}", currency=move.currency, amount_cents=move.amount_cents, day=day, happened_at=since,
        suggestion=Suggestion(WorkItem.Kind.MOVE_REFUSED, cause[:400], remedy), at=at, once=once,
    )  # fmt: skip
