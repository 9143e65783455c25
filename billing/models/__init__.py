from billing.models.contract import Contract, Quote
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.reconciliation import (
    BalanceMovement,
    Correction,
    LedgerCheck,
    PlatformPayout,
    ReconciliationDay,
    WorkItem,
)
from billing.models.settlement import PayrollLine, Settlement

__all__ = [
    "BalanceMovement",
    "Charge",
    "Contract",
    "Correction",
    "DocumentSeries",
    "IssuedDocument",
    "LedgerAccount",
    "LedgerCheck",
    "LedgerEntry",
    "LedgerTransaction",
    "PayeeAccount",
    "Payout",
    "PayrollLine",
    "PlatformPayout",
    "Quote",
    "ReconciliationDay",
    "Refund",
    "Settlement",
    "Transfer",
    "WorkItem",
]
