"""What is refused about cancelling, refunding after the bill, and disputes."""

from kernel.errors import IllegalTransition, Refusal
from kernel.money import format_cents


class CancellationPriceChanged(Refusal):
    """Time has passed since the page was shown, and another row of the policy holds now."""

    code = "cancellation_price_changed"

    def __init__(self, *, shown_cents: int, cents: int, currency: str) -> None:
        super().__init__(
            f"Cancelling costs {format_cents(cents, currency)} now, no longer {format_cents(shown_cents, currency)}: "
            "time has passed. Look at it again, then confirm.",
            shown_cents=shown_cents,
            cents=cents,
        )


class JobNotCancellable(IllegalTransition):
    code = "job_not_cancellable"


class RefundNotPossible(Refusal):
    """An amount of 0, below 0, in another currency, or more than there is to give back."""

    code = "refund_not_possible"


class TransferOnItsWay(IllegalTransition):
    """Whether a transfer was made is being found out at this moment; then it is known what can be taken back."""

    code = "transfer_on_its_way"


class LossNotShareable(Refusal):
    """Those who are to bear it have not got as much yet."""

    code = "loss_not_shareable"


class RefundOnItsWay(IllegalTransition):
    """Whether a refund of the disputed payment was made is being found out: then it is known what the client has."""

    code = "refund_on_its_way"


class DisputeOpen(IllegalTransition):
    """The client's bank holds the money: refunding it as well would pay the client twice."""

    code = "dispute_open"


class DisputeNotAnswerable(IllegalTransition):
    code = "dispute_not_answerable"


class EvidenceOnItsWay(IllegalTransition):
    code = "evidence_on_its_way"


class DisputeNotLost(IllegalTransition):
    code = "dispute_not_lost"
