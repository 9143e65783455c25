"""The chart of accounts: what each kind of account means, on which side it grows, and whether it may fall below zero.

`docs/ledger.md` shows every posting as a table.
"""

from dataclasses import dataclass
from typing import Final

from billing.models import LedgerAccount

Kind = LedgerAccount.Kind


@dataclass(frozen=True, slots=True)
class AccountRule:
    """`is_debit_normal`: debits make it grow. `owner`: whose identifier `owner_id` is; empty for the platform's own."""

    is_debit_normal: bool
    may_be_negative: bool
    owner: str
    meaning: str


CHART: Final[dict[str, AccountRule]] = {
    # Stripe takes its fee at once and keeps it on a refund: the balance may dip below zero until the next charge.
    Kind.STRIPE_BALANCE: AccountRule(True, True, "", "Money that Stripe holds for the platform."),
    Kind.CLIENT_RECEIVABLE: AccountRule(True, False, "job", "Billed beyond what was prepaid, not paid yet."),
    Kind.PREPAID_JOB: AccountRule(False, False, "job", "Paid by the client, not billed yet: owed to them in work."),
    Kind.PAYABLE_OFFICER: AccountRule(False, False, "officer", "Earned by an officer, not transferred yet."),
    Kind.PAYABLE_DEPARTMENT: AccountRule(False, False, "department", "Earned by a department, not transferred yet."),
    Kind.PAYABLE_AGENCY: AccountRule(False, False, "agency", "Earned by an agency, not transferred yet."),
    Kind.SERVICE_FEE_REVENUE: AccountRule(False, False, "", "The platform's own fee."),
    Kind.SERVICE_FEE_TAX: AccountRule(False, False, "", "Tax on the platform's fee, owed to the tax office."),
    Kind.PROCESSING_EXPENSE: AccountRule(True, False, "", "What Stripe keeps of each charge."),
    Kind.RECEIVABLE_OFFICER: AccountRule(True, False, "officer", "To be given back by an officer, netted off later."),
    Kind.RECEIVABLE_DEPARTMENT: AccountRule(True, False, "department", "To be given back by a department."),
    Kind.RECEIVABLE_AGENCY: AccountRule(True, False, "agency", "To be given back by an agency."),
    Kind.DISPUTED_JOB: AccountRule(True, False, "job", "Taken by Stripe while a client's bank disputes a payment."),
    Kind.DISPUTE_LOSS: AccountRule(True, False, "", "Disputes that were lost and that nobody gives back."),
    Kind.BAD_DEBT_EXPENSE: AccountRule(True, False, "", "Invoices that were written off."),
    Kind.PLATFORM_BANK: AccountRule(
        True, True, "", "In the platform's own bank account: paid out by Stripe, or paid there."
    ),
}

PAYABLE_BY_OWNER: Final[dict[str, str]] = {
    "officer": Kind.PAYABLE_OFFICER,
    "department": Kind.PAYABLE_DEPARTMENT,
    "agency": Kind.PAYABLE_AGENCY,
}
RECEIVABLE_BY_OWNER: Final[dict[str, str]] = {
    "officer": Kind.RECEIVABLE_OFFICER,
    "department": Kind.RECEIVABLE_DEPARTMENT,
    "agency": Kind.RECEIVABLE_AGENCY,
}
PAYABLE_KINDS: Final[tuple[str, ...]] = tuple(PAYABLE_BY_OWNER.values())
