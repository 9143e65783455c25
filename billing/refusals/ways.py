"""What is refused about the ways to pay: a way that is not open, a card that is missing, a credit that is used up."""

from kernel.errors import IllegalTransition, InvalidInput, Refusal


class WayNotOpen(Refusal):
    """The department has not agreed to this way to pay for this client."""

    code = "way_to_pay_not_open"


class CreditExceeded(Refusal):
    code = "credit_exceeded"


class CreditSuspended(Refusal):
    code = "credit_suspended"


class CreditAmountInvalid(InvalidInput):
    code = "credit_amount_invalid"


class CurrencyDiffers(Refusal):
    """Money in another currency than the contract's was offered or asked for."""

    code = "currency_differs"


class NothingToWriteOff(IllegalTransition):
    code = "nothing_to_write_off"


class NothingToPayBack(IllegalTransition):
    code = "nothing_to_pay_back"
