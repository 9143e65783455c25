from billing.models.contract import Contract, Quote
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.settlement import PayrollLine, Settlement
from billing.models.workspace import (
    WorkspaceBook,
    WorkspaceClosing,
    WorkspaceMonth,
    WorkspaceNote,
    WorkspacePart,
    WorkspaceRow,
)
from billing.models.workspace_invoice import WorkspaceImport, WorkspaceInvoice, WorkspaceInvoiceLine

__all__ = [
    "Charge",
    "Contract",
    "DocumentSeries",
    "IssuedDocument",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "PayeeAccount",
    "Payout",
    "PayrollLine",
    "Quote",
    "Refund",
    "Settlement",
    "Transfer",
    "WorkspaceBook",
    "WorkspaceClosing",
    "WorkspaceImport",
    "WorkspaceInvoice",
    "WorkspaceInvoiceLine",
    "WorkspaceMonth",
    "WorkspaceNote",
    "WorkspacePart",
    "WorkspaceRow",
]
