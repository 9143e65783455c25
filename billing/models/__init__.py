from billing.models.cancellation import Cancellation
from billing.models.contract import Contract, Quote
from billing.models.dispute import Dispute, PayoutTerms
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.refund_case import Netting, PayeeDebt, RefundCase, RefundShare, TransferReversal
from billing.models.settlement import PayrollLine, Settlement

__all__ = [
    "Cancellation",
    "Charge",
    "Contract",
    "Dispute",
    "DocumentSeries",
    "IssuedDocument",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Netting",
    "PayeeAccount",
    "PayeeDebt",
    "Payout",
    "PayoutTerms",
    "PayrollLine",
    "Quote",
    "Refund",
    "RefundCase",
    "RefundShare",
    "Settlement",
    "Transfer",
    "TransferReversal",
]
