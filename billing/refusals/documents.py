"""What the issuing of documents refuses, one exception per reason."""

from kernel.errors import IllegalTransition, InvalidInput, Refusal


class CreditExceedsInvoice(Refusal):
    """More would be credited than the invoice still stands for."""

    code = "credit_exceeds_invoice"

    def __init__(self, *, number: str, left_cents: int, asked_cents: int) -> None:
        super().__init__(
            f"Invoice {number} stands for {left_cents} cents after earlier credit notes; {asked_cents} cannot be "
            "credited.",
            left_cents=left_cents,
            asked_cents=asked_cents,
        )


class NotAnInvoice(InvalidInput):
    code = "not_an_invoice"


class ChargeNotReceived(IllegalTransition):
    """A receipt says that money came."""

    code = "charge_not_received"


class PeriodDoesNotAddUp(InvalidInput):
    """The lines of an officer's period contradict what its books say, or there are none."""

    code = "period_does_not_add_up"
