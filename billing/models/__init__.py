from billing.models.contract import Contract, Quote
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.period import OfficerPeriod, StatementSchedule, YearFiling
from billing.models.promise import PayPromise
from billing.models.settlement import PayrollLine, Settlement

__all__ = [
    "Charge",
    "Contract",
    "DocumentSeries",
    "IssuedDocument",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "OfficerPeriod",
    "PayPromise",
    "PayeeAccount",
    "Payout",
    "PayrollLine",
    "Quote",
    "Refund",
    "Settlement",
    "StatementSchedule",
    "Transfer",
    "YearFiling",
]
