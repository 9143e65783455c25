"""The payments of payees from the ledger: every transaction that moved money at Stripe to or from their accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from billing.books.chart import PAYABLE_BY_OWNER, RECEIVABLE_BY_OWNER, Kind
from billing.models import LedgerEntry, Settlement, Transfer
from billing.years.totals import Payee, Payment, YearTotal, years_of
from departments.policy.prices import ShiftPrice
from marketplace.models import Job, Officer
from tenants.models import Tenant

_OWNER_BY_KIND = {
    **{kind: owner for owner, kind in PAYABLE_BY_OWNER.items()},
    **{kind: owner for owner, kind in RECEIVABLE_BY_OWNER.items()},
}
_COUNTRY_BY_CURRENCY = {"CAD": "CA", "USD": "US"}
_TRANSFER_KEY = "transfer:"


def year_totals(*, year: int, country: str, department_id: UUID | None = None) -> list[YearTotal]:
    """Payees of a country in a year, by kind and name; with a department what its jobs paid to officers and agencies.

    Also later years are read, since what comes back then still corrects the year.
    """
    # Two years of payments before it, so that what comes back within the year finds the one that it belongs to.
    since = datetime(year - 2, 1, 1, tzinfo=UTC)
    payments = _payments(since=since, department_id=department_id, officer_id=None)
    payees = _payees(payments)
    totals = [
        total
        for key, several in payments.items()
        if (payee := payees.get(key)) is not None and payee.country == country
        for total in years_of(payee=payee, payments=several).values()
        if total.year == year
    ]
    return sorted(totals, key=lambda total: (total.payee_kind, total.name, total.payee_id))


def years_of_officer(*, officer_id: UUID) -> list[YearTotal]:
    """The officer's own, over all departments, the newest first."""
    payments = _payments(since=None, department_id=None, officer_id=officer_id)
    payees = _payees(payments)
    totals = [
        total
        for key, several in payments.items()
        if key in payees
        for total in years_of(payee=payees[key], payments=several).values()
    ]
    return sorted(totals, key=lambda total: (-total.year, total.currency))


_Key = tuple[str, UUID, str]


def _payments(
    *, since: datetime | None, department_id: UUID | None, officer_id: UUID | None
) -> dict[_Key, list[Payment]]:
    with_money = LedgerEntry.objects.filter(transaction=OuterRef("transaction"), account__kind=Kind.STRIPE_BALANCE)
    entries = LedgerEntry.objects.filter(Exists(with_money), account__kind__in=_OWNER_BY_KIND)
    if since is not None:
        entries = entries.filter(transaction__happened_at__gte=since)
    if officer_id is not None:
        entries = entries.filter(account__owner_id=officer_id)
    if department_id is not None:
        jobs = Job.objects.filter(governing_department_id=department_id)
        entries = entries.filter(transaction__job_id__in=jobs.values("id")).filter(
            ~Q(account__kind__in=[PAYABLE_BY_OWNER["department"], RECEIVABLE_BY_OWNER["department"]])
        )
    rows = entries.order_by("transaction__happened_at", "transaction_id").values_list(
        "account__kind", "account__owner_id", "currency", "transaction_id", "transaction__business_key",
        "transaction__job_id", "transaction__happened_at", "direction", "amount_cents",
    )  # fmt: skip
    # Netting in one transaction touches two accounts of a payee: together they say what moved.
    sums: dict[tuple[_Key, UUID], tuple[str, UUID | None, datetime, int]] = {}
    for kind, owner_id, currency, transaction_id, key, job_id, at, direction, cents in rows:
        if owner_id is None:
            continue
        owner: _Key = (_OWNER_BY_KIND[kind], owner_id, currency)
        signed = cents if direction == LedgerEntry.Direction.DEBIT else -cents
        before = sums.get((owner, transaction_id))
        sums[owner, transaction_id] = (key, job_id, at, signed + (before[3] if before else 0))
    fees = _fees([row[0] for row in sums.values()])
    found: dict[_Key, list[Payment]] = {}
    for (owner, _), (key, job_id, at, cents) in sums.items():
        found.setdefault(owner, []).append(Payment(job_id, at, cents, fees.get(key, 0)))
    return found


def _fees(business_keys: Iterable[str]) -> dict[str, int]:
    """What policies let officers pay, by the key of the first transfer that paid the rest of that assignment."""
    ids = [key.removeprefix(_TRANSFER_KEY) for key in business_keys if key.startswith(_TRANSFER_KEY)]
    transfers = Transfer.objects.filter(id__in=ids, assignment_id__isnull=False, done_at__isnull=False)
    first: dict[UUID, Transfer] = {}
    for transfer in transfers.order_by("done_at", "id"):
        first.setdefault(transfer.assignment_id, transfer)  # type: ignore[arg-type]
    prices: dict[UUID, ShiftPrice] = {
        one.id: ShiftPrice.from_json(one.price)
        for one in Settlement.objects.filter(id__in={transfer.settlement_id for transfer in first.values()})
    }
    return {
        f"{_TRANSFER_KEY}{transfer.id}": sum(
            line.officer_fee_cents
            for line in prices[transfer.settlement_id].supplier_lines
            if line.assignment_id == str(assignment_id)
        )
        for assignment_id, transfer in first.items()
    }


def _payees(keys: Iterable[_Key]) -> dict[_Key, Payee]:
    """Whose country is the account's, and whose calendar is the home department's or their own."""
    wanted = list(keys)
    officers = {
        officer.id: officer
        for officer in Officer.objects.filter(id__in=[one[1] for one in wanted if one[0] == "officer"])
    }
    tenants = {tenant.id: tenant for tenant in Tenant.objects.all()}
    found: dict[_Key, Payee] = {}
    for key in wanted:
        kind, owner_id, currency = key
        officer = officers.get(owner_id)
        tenant = tenants.get(officer.home_department_id if officer is not None else owner_id)
        if tenant is None:
            continue
        name = officer.display_name if officer is not None else tenant.name
        found[key] = Payee(kind, owner_id, name, _COUNTRY_BY_CURRENCY[currency], currency, tenant.time_zone)
    return found
