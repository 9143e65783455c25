from billing.models.agency import AgencyOffer, AgencyOfferVersion, AgencyPayLine
from billing.models.contract import Contract, Quote
from billing.models.document import DocumentSeries, IssuedDocument
from billing.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from billing.models.payment import Charge, PayeeAccount, Payout, Refund, Transfer
from billing.models.settlement import PayrollLine, Settlement

__all__ = [
    "AgencyOffer",
    "AgencyOfferVersion",
    "AgencyPayLine",
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
]
