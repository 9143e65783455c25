"""How an officer's department pays, and where their own account with the payment service stands."""

from dataclasses import dataclass
from datetime import datetime

from billing.models import PayeeAccount
from billing.paying_out.payees import payee_account_of
from departments.policies import policy_at
from departments.refusals import NoPolicyInForce
from marketplace.models import Officer
from portals.requirements import Standing, standing_of
from tenants.models import Tenant
from tenants.queries import get_tenant


@dataclass(frozen=True)
class PaymentFacts:
    """`paid_directly`: transfers to the officer's own account; otherwise the department's payroll pays."""

    department: Tenant
    currency: str
    paid_directly: bool
    account: PayeeAccount | None

    @property
    def needs_account(self) -> bool:
        return self.paid_directly and not (self.account and self.account.may_receive)

    @property
    def standing(self) -> Standing:
        """What the payment service still asks for, in words, and by when."""
        return standing_of(self.account)

    @property
    def has_begun(self) -> bool:
        return self.account is not None and bool(self.account.account_reference)


def payment_facts(*, officer: Officer, at: datetime) -> PaymentFacts:
    department = get_tenant(tenant_id=officer.home_department_id)
    try:
        policy = policy_at(department_id=department.id, at=at)
        currency, mode = policy.currency, policy.payee_mode
    except NoPolicyInForce:
        # Without rules there is no work either; the page says payroll until there are some.
        currency, mode = department.currency, "payroll"
    account = None
    if mode == "direct":
        account = payee_account_of(owner_kind="officer", owner_id=officer.id, currency=currency)
    return PaymentFacts(department=department, currency=currency, paid_directly=mode == "direct", account=account)
