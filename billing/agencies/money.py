"""What an agency owes and is owed, job by job: billed, received, transferred, still owed, its officers' pay.

Everything comes from settlements, transfers and pay lines, each an amount that somebody can look up; nothing is an
estimate. A job is listed in the period in which its shifts were settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from billing.agencies.pricing import margin_cents
from billing.models import AgencyPayLine, Contract, Settlement, Transfer
from departments.policy.pricing import ShiftPrice
from marketplace.models import Job


@dataclass(frozen=True, slots=True)
class JobAccount:
    """One job of one currency, in cents. `margin_cents` before tax: its own lines less its officers' pay.

    `billed_cents` is what the client was billed in all; `agency_cents` the agency's part of it with its tax;
    `received_cents` the part of the bill that the client has paid; `open_cents` what the platform still owes the
    agency; `paid_out_cents` what was transferred to it, less what went back.
    """

    job_id: UUID
    reference: str
    title: str
    client_name: str
    currency: str
    settled_at: datetime
    billed_cents: int
    received_cents: int
    agency_cents: int
    department_cents: int
    service_fee_cents: int
    paid_out_cents: int
    pay_cents: int
    margin_cents: int

    @property
    def open_cents(self) -> int:
        return self.agency_cents - self.paid_out_cents


@dataclass(frozen=True, slots=True)
class Totals:
    """The same amounts over all jobs of a currency."""

    currency: str
    billed_cents: int
    received_cents: int
    agency_cents: int
    department_cents: int
    service_fee_cents: int
    paid_out_cents: int
    open_cents: int
    pay_cents: int
    margin_cents: int


@dataclass(frozen=True, slots=True)
class PayOwed:
    """What the agency's own payroll owes one officer in a period."""

    officer_id: UUID
    currency: str
    payable_minutes: int
    pay_cents: int


def accounts_of_agency(*, agency_id: UUID, from_at: datetime, until_at: datetime) -> list[JobAccount]:
    """Jobs with shifts settled in the half-open period, the latest first. Four queries."""
    settlements = list(
        Settlement.objects.filter(contract__agency_id=agency_id, settled_at__gte=from_at, settled_at__lt=until_at)
        .select_related("job__client")
        .order_by("-settled_at", "id")
    )
    ids = [settlement.id for settlement in settlements]
    paid_out = _sums(
        Transfer.objects.filter(
            settlement_id__in=ids, payee_account__owner_kind="agency", state=Transfer.State.DONE, late_charge=None
        ).values_list("settlement_id", "amount_cents")
    )
    pay = _sums(
        AgencyPayLine.objects.filter(agency_id=agency_id, settlement_id__in=ids).values_list(
            "settlement_id", "pay_cents"
        )
    )
    extra_paid = set(
        Settlement.objects.filter(id__in=ids, extra_charges__state="succeeded").values_list("id", flat=True)
    )
    jobs: dict[UUID, list[Settlement]] = {}
    for settlement in settlements:
        jobs.setdefault(settlement.job_id, []).append(settlement)
    return [_account(rows, paid_out=paid_out, pay=pay, extra_paid=extra_paid) for rows in jobs.values()]


def totals_of(accounts: list[JobAccount]) -> list[Totals]:
    """One row for each currency."""
    found = []
    for currency in sorted({one.currency for one in accounts}):
        rows = [one for one in accounts if one.currency == currency]
        found.append(
            Totals(
                currency=currency,
                billed_cents=sum(one.billed_cents for one in rows),
                received_cents=sum(one.received_cents for one in rows),
                agency_cents=sum(one.agency_cents for one in rows),
                department_cents=sum(one.department_cents for one in rows),
                service_fee_cents=sum(one.service_fee_cents for one in rows),
                paid_out_cents=sum(one.paid_out_cents for one in rows),
                open_cents=sum(one.open_cents for one in rows),
                pay_cents=sum(one.pay_cents for one in rows),
                margin_cents=sum(one.margin_cents for one in rows),
            )
        )
    return found


def pay_owed(*, agency_id: UUID, from_at: datetime, until_at: datetime) -> list[PayOwed]:
    """By officer and currency, the largest first."""
    rows = (
        AgencyPayLine.objects.filter(agency_id=agency_id, created_at__gte=from_at, created_at__lt=until_at)
        .values("officer_id", "currency")
        .annotate(minutes=Sum("payable_minutes"), cents=Sum("pay_cents"))
        .order_by("-cents", "officer_id")
    )
    return [PayOwed(row["officer_id"], row["currency"], row["minutes"], row["cents"]) for row in rows]


def planned_margin(contract: Contract) -> int:
    """What the accepted price leaves the agency when everybody works as planned, in cents before tax."""
    return sum(margin_cents(price=ShiftPrice.from_json(price)) for price in contract.prices)


def contracts_of_agency(*, agency_id: UUID, job_ids: list[UUID]) -> Mapping[UUID, Contract]:
    """The accepted contract of each of the agency's jobs."""
    rows = Contract.objects.filter(agency_id=agency_id, job_id__in=job_ids, state=Contract.State.ACCEPTED)
    return {contract.job_id: contract for contract in rows.defer("policy", "terms")}


def _account(
    rows: list[Settlement], *, paid_out: Mapping[UUID, int], pay: Mapping[UUID, int], extra_paid: set[UUID]
) -> JobAccount:
    job: Job = rows[0].job
    return JobAccount(
        job_id=job.id,
        reference=job.reference,
        title=job.title,
        client_name=job.client.name,
        currency=rows[0].currency,
        settled_at=rows[0].settled_at,
        billed_cents=sum(row.billed_cents for row in rows),
        received_cents=sum(row.billed_cents if row.id in extra_paid else row.drawn_cents for row in rows),
        agency_cents=sum(row.split["agency_cents"] for row in rows),
        department_cents=sum(row.split["department_cents"] for row in rows),
        service_fee_cents=sum(row.service_fee_cents + row.service_fee_tax_cents for row in rows),
        paid_out_cents=sum(paid_out.get(row.id, 0) for row in rows),
        pay_cents=sum(pay.get(row.id, 0) for row in rows),
        margin_cents=sum(margin_cents(price=ShiftPrice.from_json(row.price)) for row in rows),
    )


def _sums(pairs) -> dict[UUID, int]:  # type: ignore[no-untyped-def]
    found: dict[UUID, int] = {}
    for settlement_id, cents in pairs:
        found[settlement_id] = found.get(settlement_id, 0) + cents
    return found
