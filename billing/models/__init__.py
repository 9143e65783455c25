from billing.models.agency import AgencyOffer, AgencyOfferVersion, AgencyPayLine
from billing.models.cancellation import Cancellation
from billing.models.client_credit import ClientCredit
from billing.models.contract import Contract, Quote
from billing.models.dispute import Dispute, PayoutTerms
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.issuer import IssuerLogo, IssuerProfile
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.payment_demand import PaymentDemand
from billing.models.period import OfficerPeriod, StatementSchedule, YearFiling
from billing.models.promise import PayPromise
from billing.models.reconciliation import (
    BalanceMovement,
    Correction,
    LedgerCheck,
    PlatformPayout,
    ReconciliationDay,
    WorkItem,
)
from billing.models.refund_case import Netting, PayeeDebt, RefundCase, RefundShare, TransferReversal
from billing.models.saved_card import HoldEnding, SavedCard
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
    "AgencyOffer",
    "AgencyOfferVersion",
    "AgencyPayLine",
    "BalanceMovement",
    "Cancellation",
    "Charge",
    "ClientCredit",
    "Contract",
    "Correction",
    "Dispute",
    "DocumentSeries",
    "HoldEnding",
    "IssuedDocument",
    "IssuerLogo",
    "IssuerProfile",
    "LedgerAccount",
    "LedgerCheck",
    "LedgerEntry",
    "LedgerTransaction",
    "Netting",
    "OfficerPeriod",
    "PayPromise",
    "PayeeAccount",
    "PayeeDebt",
    "PaymentDemand",
    "Payout",
    "PayoutTerms",
    "PayrollLine",
    "PlatformPayout",
    "Quote",
    "ReconciliationDay",
    "Refund",
    "RefundCase",
    "RefundShare",
    "SavedCard",
    "Settlement",
    "StatementSchedule",
    "Transfer",
    "TransferReversal",
    "WorkItem",
    "WorkspaceBook",
    "WorkspaceClosing",
    "WorkspaceImport",
    "WorkspaceInvoice",
    "WorkspaceInvoiceLine",
    "WorkspaceMonth",
    "WorkspaceNote",
    "WorkspacePart",
    "WorkspaceRow",
    "YearFiling",
]
