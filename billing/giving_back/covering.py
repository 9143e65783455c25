"""What goes back is counted on the payment that Stripe can give it back from, whichever payment still has the money.

Transfers draw on a job's oldest payment. When a bank has taken one of them back for good, Stripe refunds nothing of it
any more, so that a refund may have to leave from a payment that transfers have used up: the others then stand for it
with what they have left. All functions need the locks of the job's payments and save what they change.
"""

from __future__ import annotations

from collections.abc import Iterable

from billing.models import Charge


def take(*, charge: Charge, cents: int, lenders: Iterable[Charge] = ()) -> int:
    """Count up to `cents` as gone back from `charge`; returns how many, never more than the payment was.

    First what is left of it; then what is left of the `lenders`, which from then on stand for it.
    """
    possible = min(cents, charge.amount_cents - charge.refunded_cents)
    taken = min(possible, charge.undrawn_cents)
    charge.refunded_cents += taken
    for lender in lenders:
        part = min(possible - taken, lender.undrawn_cents)
        if part > 0:
            taken += part
            charge.refunded_cents += part
            _cover(charge, lender, part)
    charge.save(update_fields=["refunded_cents", "covered_cents"])
    return taken


def put_back(*, charge: Charge, cents: int, lenders: Iterable[Charge]) -> None:
    """`cents` that were counted as gone back did not go; who stood for them stands for them no more."""
    charge.refunded_cents -= cents
    returned = min(cents, max(charge.covered_cents, 0))
    for lender in lenders:
        part = min(returned, -lender.covered_cents)
        if part > 0:
            returned -= part
            _cover(charge, lender, -part)
    charge.save(update_fields=["refunded_cents", "covered_cents"])


def _cover(charge: Charge, lender: Charge, cents: int) -> None:
    charge.covered_cents += cents
    lender.covered_cents -= cents
    lender.save(update_fields=["covered_cents"])
