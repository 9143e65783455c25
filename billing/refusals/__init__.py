"""What billing refuses, one exception per reason."""

from kernel.errors import IllegalTransition, Refusal


class LedgerUnbalanced(Refusal):
    code = "ledger_unbalanced"


class LedgerConflict(Refusal):
    """The business key was used before, for other legs."""

    code = "ledger_conflict"


class ContractSuperseded(IllegalTransition):
    code = "contract_superseded"


class ContractNotOpen(IllegalTransition):
    """The contract is not waiting for the client's answer."""

    code = "contract_not_open"


class ContractNotAccepted(IllegalTransition):
    code = "contract_not_accepted"


class ContractTooLate(Refusal):
    """The first shift has begun."""

    code = "contract_too_late"


class AlreadyPaid(Refusal):
    code = "already_paid"


class AmountTooLarge(Refusal):
    code = "amount_too_large"


class PaymentServiceUnavailable(Refusal):
    """Stripe did not answer. Nothing was charged by this call; trying again is safe."""

    code = "payment_service_unavailable"


class PaymentRefused(Refusal):
    """Stripe answered, with no."""

    code = "payment_refused"


class SignatureInvalid(Refusal):
    code = "signature_invalid"


class AmountMismatch(Refusal):
    """Stripe reports another amount or currency than was asked for."""

    code = "amount_mismatch"


class RefundExceedsCaptured(Refusal):
    code = "refund_exceeds_captured"


class ShiftNotFinished(IllegalTransition):
    code = "shift_not_finished"


class NothingContracted(IllegalTransition):
    """The job has no accepted contract, so there is no price to settle by."""

    code = "nothing_contracted"


class TransferExceedsCaptured(Refusal):
    code = "transfer_exceeds_captured"


class PayeeUnknown(Refusal):
    """Nobody is there to be paid under that identifier."""

    code = "payee_unknown"
