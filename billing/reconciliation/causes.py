"""What probably happened where Stripe and the books differ, and what to do about it: a sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from billing.models import WorkItem
from billing.reconciliation.matching import POSTING, Difference
from kernel.money import format_cents

Kind = WorkItem.Kind

_FEES = frozenset({"stripe_fee", "network_cost", "stripe_fx_fee", "tax_fee", "application_fee"})
_ADJUSTMENTS = frozenset({"adjustment", "payment_network_reserve_hold", "payment_network_reserve_release"})
# Stripe's words for what our own flows cause.
_OURS = {
    "charge": "A client's payment",
    "payment": "A client's bank payment",
    "refund": "A refund",
    "payment_refund": "A refund",
    "payment_failure_refund": "A bank payment that failed after it had succeeded",
    "refund_failure": "A refund that the client's bank returned",
    "transfer": "A transfer to a payee",
    "transfer_refund": "Money taken back from a payee",
    "transfer_cancel": "Money taken back from a payee",
    "transfer_failure": "A transfer that failed",
    "payout": "A payout to the platform's bank",
    "payout_cancel": "A payout that was cancelled",
    "payout_failure": "A payout that the bank returned",
}
_DISPUTES = ("dp_", "du_")
_LATE = "If it is not booked by tomorrow, look up the webhook, or post it with a correction."


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: str
    cause: str
    remedy: str


def suggest(difference: Difference) -> Suggestion:
    if difference.source.startswith(POSTING):
        return _without_source(difference)
    if not difference.postings:
        return _not_booked(difference)
    if not difference.movements:
        return Suggestion(
            Kind.NOT_AT_STRIPE,
            f"The books have {_text(difference, difference.books_net)} for {difference.source}, Stripe has nothing.",
            "Look the object up at Stripe. If it is there, the next night finds it; if not, reverse the posting.",
        )
    return _both(difference)


def _without_source(difference: Difference) -> Suggestion:
    key = difference.source.removeprefix(POSTING)
    return Suggestion(
        Kind.NO_SOURCE,
        f"The posting “{key}” moved {_text(difference, difference.books_net)} and names no object at Stripe.",
        "Find the object at Stripe, then reverse the posting and post it again with it, or explain why there is none.",
    )


def _not_booked(difference: Difference) -> Suggestion:
    moved = _text(difference, difference.stripe_net)
    types = set(difference.types)
    if types <= _FEES:
        return Suggestion(
            Kind.STRIPE_FEE,
            f"Stripe took {moved} as a fee of its own, outside of any payment ({difference.description or 'no text'}).",
            "Book it as processing expense with a correction.",
        )
    if difference.source.startswith(_DISPUTES):
        return Suggestion(
            Kind.NOT_BOOKED,
            f"A client's bank disputes a payment, or has decided: Stripe moved {moved}, the books do not know of it.",
            f"Open the dispute at Stripe and in the job. {_LATE}",
        )
    if types <= _ADJUSTMENTS:
        return Suggestion(
            Kind.ADJUSTMENT,
            f"Stripe adjusted the balance by {moved}: {difference.description or 'it gives no reason'}.",
            "Ask Stripe what it is for, then book it with a correction.",
        )
    known = next((_OURS[one] for one in difference.types if one in _OURS), None)
    if known is None:
        return Suggestion(
            Kind.UNKNOWN_MOVEMENT,
            f"Stripe moved {moved} and calls it “{' '.join(difference.types)}”, which Muster does not know.",
            "Read about it in Stripe's dashboard, then book it with a correction or explain it.",
        )
    return Suggestion(
        Kind.NOT_BOOKED,
        f"{known} moved {moved} at Stripe; the books have nothing for {difference.source}. Its webhook may be late.",
        _LATE,
    )


def _both(difference: Difference) -> Suggestion:
    times = _times_booked(difference)
    if times:
        return Suggestion(
            Kind.BOOKED_TWICE,
            f"{difference.source} moved {_text(difference, difference.stripe_net)} once at Stripe, and the books have "
            f"it {times} times.",
            "Reverse the posting that is too many.",
        )
    if difference.stripe_gross == difference.books_gross:
        stripe_fee, books_fee = (_text(difference, fee) for fee in (difference.stripe_fee, difference.books_fee))
        told = "have none yet" if not difference.books_fee else f"have {books_fee}. Stripe may have adjusted it"
        return Suggestion(
            Kind.FEE_DIFFERS,
            f"Stripe kept a fee of {stripe_fee} for {difference.source}; the books {told}.",
            "Book the rest of the fee as processing expense with a correction.",
        )
    return Suggestion(
        Kind.AMOUNT_DIFFERS,
        f"{difference.source} moved {_text(difference, difference.stripe_net)} at Stripe and "
        f"{_text(difference, difference.books_net)} in the books.",
        "Compare both with the job. Correct the books by the difference when Stripe is right.",
    )


def _times_booked(difference: Difference) -> int:
    """How often it was booked, when that is more than once and exactly; its fee once or as often. Else 0."""
    if difference.stripe_gross == 0 or difference.books_gross % difference.stripe_gross:
        return 0
    times = difference.books_gross // difference.stripe_gross
    fees = (difference.stripe_fee, difference.stripe_fee * times)
    return times if times > 1 and difference.books_fee in fees else 0


def _text(difference: Difference, cents: int) -> str:
    return format_cents(cents, difference.currency)
