"""Where a job's money is, read from the payments' rows and, independently, from the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, F, QuerySet, Sum, Value

from billing.bills import coverage
from billing.books import ledger
from billing.books.chart import PAYABLE_KINDS, Kind
from billing.models import (
    AgencyPayLine,
    Charge,
    Dispute,
    LedgerEntry,
    Netting,
    PayeeDebt,
    PayrollLine,
    Refund,
    RefundCase,
    Settlement,
    Transfer,
    TransferReversal,
)
from marketplace.models import Job, Officer

_GROWTH = ledger.CREDIT_LESS_DEBIT


@dataclass(frozen=True, slots=True)
class JobMoney:
    """Cents. `unbilled`, `owed_to_payees` and `receivable` come from the ledger, the others from payments' rows.

    `netted_cents`: kept from what was earned here for debts of other jobs, less what other jobs brought for this one's.
    `written_off_cents`: invoices that nobody will pay. `lost_cents`: given back by the client's bank after a dispute.
    `disputed_cents`: held by Stripe while one is open or undecided; it is a part of the money that the other terms
    speak of.
    """

    currency: str
    captured_cents: int
    refunded_cents: int
    transferred_cents: int
    service_fee_cents: int
    service_fee_tax_cents: int
    unbilled_cents: int
    owed_to_payees_cents: int
    receivable_cents: int
    written_off_cents: int = 0
    reversed_cents: int = 0
    netted_cents: int = 0
    owed_by_payees_cents: int = 0
    lost_cents: int = 0
    disputed_cents: int = 0

    @property
    def prepaid_held_cents(self) -> int:
        """The client's money that the platform still holds for others: not billed yet, or billed and not transferred.

        Less what was billed and not paid yet, of which the platform holds nothing.
        """
        return self.unbilled_cents + self.owed_to_payees_cents - self.receivable_cents

    @property
    def paid_out_cents(self) -> int:
        """What payees got and keep."""
        return self.transferred_cents - self.reversed_cents

    @property
    def whole_fee_cents(self) -> int:
        return self.service_fee_cents + self.service_fee_tax_cents

    @property
    def identity_holds(self) -> bool:
        """captured + written off + owed by payees = refunds + lost to banks + (transfers − reversals) + netted
        + service fee + its tax + prepaid still held"""
        return self.unexplained_cents == 0

    @property
    def unexplained_cents(self) -> int:
        """The left side of the identity less the right one."""
        return (self.captured_cents + self.written_off_cents + self.owed_by_payees_cents) - (
            self.refunded_cents
            + self.lost_cents
            + self.transferred_cents
            - self.reversed_cents
            + self.netted_cents
            + self.service_fee_cents
            + self.service_fee_tax_cents
            + self.prepaid_held_cents
        )


@dataclass(frozen=True, slots=True)
class Earning:
    """What an officer earned with one assignment: transferred, on its way, or left to their department's payroll."""

    assignment_id: UUID
    settlement_id: UUID
    settled_at: datetime
    amount_cents: int
    currency: str
    state: str


def job_money(job_id: UUID) -> JobMoney:
    return jobs_money([job_id])[job_id]


def jobs_money(job_ids: Sequence[UUID]) -> dict[UUID, JobMoney]:
    """Of each job, whether money has moved for it or not."""
    sums = _sums(job_ids)
    currencies = Job.objects.filter(id__in=job_ids).values_list("id", "currency")
    return {job_id: _from_sums(currency, sums.get(job_id, {})) for job_id, currency in currencies}


def platform_money() -> list[JobMoney]:
    """The same over all jobs, one per currency."""
    return [_from_sums(currency, sums) for currency, sums in sorted(_sums(None).items())]


def _sums(job_ids: Sequence[UUID] | None) -> dict[Any, dict[str, int]]:
    """Cents by job, or by currency without jobs. In one statement: between two, a transfer could land, and the identity
    would seem broken."""

    def of(rows: QuerySet[Any], job: str = "job_id") -> QuerySet[Any]:
        keyed: QuerySet[Any] = rows.annotate(key=F("currency" if job_ids is None else job))
        return keyed if job_ids is None else keyed.filter(key__in=job_ids)

    entries = LedgerEntry.objects.all()
    done = Transfer.State.DONE
    written_off = Charge.objects.filter(written_off_at__isnull=False)
    in_cents = F("amount_cents")
    parts = [
        _part("captured", of(Charge.objects.filter(state=Charge.State.SUCCEEDED)), in_cents),
        _part("refunded", of(Refund.objects.filter(state=done), "charge__job_id"), in_cents),
        _part("transferred", of(Transfer.objects.filter(state=done), "charge__job_id"), in_cents),
        _part("fee", of(Settlement.objects.all()), F("service_fee_cents") - F("credited_fee_cents")),
        _part("fee_tax", of(Settlement.objects.all()), F("service_fee_tax_cents") - F("credited_fee_tax_cents")),
        _part("reversed", of(TransferReversal.objects.filter(state=done), "debt__job_id"), in_cents),
        _part("netted_here", of(Netting.objects.all(), "settlement__job_id"), in_cents),
        _part("netted_elsewhere", of(Netting.objects.all(), "debt__job_id"), in_cents),
        _part("owed_by_payees", of(PayeeDebt.objects.all()), in_cents - F("reversed_cents") - F("netted_cents")),
        _part("lost", of(RefundCase.objects.filter(cause=RefundCase.Cause.DISPUTE)), in_cents),
        _part("lost_prepaid", of(Dispute.objects.all()), F("prepaid_cents")),
        _part("written_off", of(written_off), in_cents - F("recovered_cents")),
        _part("owed", of(entries.filter(account__kind__in=PAYABLE_KINDS), "transaction__job_id"), _GROWTH),
        *(
            _part(name, of(entries.filter(account__kind=kind), "account__owner_id"), cents)
            for name, kind, cents in (
                ("disputed", Kind.DISPUTED_JOB, -_GROWTH),
                ("unbilled", Kind.PREPAID_JOB, _GROWTH),
                ("receivable", Kind.CLIENT_RECEIVABLE, -_GROWTH),
            )
        ),
    ]
    found: dict[Any, dict[str, int]] = {}
    for key, name, total in parts[0].union(*parts[1:], all=True):
        found.setdefault(key, {})[name] = int(total or 0)
    return found


def _from_sums(currency: str, found: Mapping[str, int]) -> JobMoney:
    def sum_of(name: str) -> int:
        return found.get(name, 0)

    return JobMoney(
        currency=currency,
        captured_cents=sum_of("captured"),
        refunded_cents=sum_of("refunded"),
        transferred_cents=sum_of("transferred"),
        service_fee_cents=sum_of("fee"),
        service_fee_tax_cents=sum_of("fee_tax"),
        unbilled_cents=sum_of("unbilled"),
        owed_to_payees_cents=sum_of("owed"),
        receivable_cents=sum_of("receivable"),
        written_off_cents=sum_of("written_off"),
        reversed_cents=sum_of("reversed"),
        netted_cents=sum_of("netted_here") - sum_of("netted_elsewhere"),
        owed_by_payees_cents=sum_of("owed_by_payees"),
        lost_cents=sum_of("lost") + sum_of("lost_prepaid"),
        disputed_cents=sum_of("disputed"),
    )


def _part(name: str, rows: QuerySet[Any], cents: Any) -> QuerySet[Any, tuple[Any, str, int | None]]:
    named = rows.order_by().annotate(part=Value(name, output_field=CharField())).values("key", "part")
    summed: QuerySet[Any, tuple[Any, str, int | None]]
    summed = named.annotate(total=Sum(cents, output_field=BigIntegerField())).values_list("key", "part", "total")
    return summed


def due_of_job(job_id: UUID) -> int:
    """What the client still has to pay for the accepted contract, in cents; 0 when there is none."""
    contract = coverage.accepted_contract(job_id=job_id)
    return max(coverage.due_cents(contract=contract), 0) if contract else 0


def transfers_of_officer(officer: Officer, *, since: datetime | None = None) -> list[Transfer]:
    """All but the cancelled, in the order of their making, each with its settlement and job."""
    found = (
        Transfer.objects.select_related("settlement__job")
        .filter(payee_account__owner_kind="officer", payee_account__owner_id=officer.id)
        .exclude(state=Transfer.State.CANCELLED)
    )
    if since is not None:
        found = found.filter(created_at__gte=since)
    return list(found.order_by("created_at", "id"))


def officer_earnings(
    officer: Officer, *, since: datetime | None = None, transfers: Sequence[Transfer] | None = None
) -> list[Earning]:
    """The newest first. `state` is a transfer's state, "payroll" where the department itself pays, or "agency_payroll".

    An agency's lines are read as the session may: the officer's own, or any as the platform's worker. `transfers` are
    those of `transfers_of_officer`, where they have been read already.
    """
    if transfers is None:
        transfers = transfers_of_officer(officer, since=since)
    own = PayrollLine.objects.filter(officer_id=officer.id)
    of_agencies = AgencyPayLine.objects.filter(officer_id=officer.id)
    if since is not None:
        own = own.filter(created_at__gte=since)
        of_agencies = of_agencies.filter(created_at__gte=since)
    earnings: dict[UUID, Earning] = {}
    for transfer in transfers:
        if transfer.assignment_id is None:
            continue
        before = earnings.get(transfer.assignment_id)
        earnings[transfer.assignment_id] = Earning(
            assignment_id=transfer.assignment_id,
            settlement_id=transfer.settlement_id,
            settled_at=transfer.settlement.settled_at,
            amount_cents=transfer.amount_cents + (before.amount_cents if before else 0),
            currency=transfer.currency,
            state=_worse(before.state, transfer.state) if before else transfer.state,
        )
    payrolls = _pay_lines(own, "payroll").union(_pay_lines(of_agencies, "agency_payroll"), all=True)
    for assignment_id, settlement_id, settled_at, pay_cents, currency, state in payrolls:
        before = earnings.get(assignment_id)
        earnings[assignment_id] = Earning(
            assignment_id=assignment_id,
            settlement_id=settlement_id,
            settled_at=settled_at,
            amount_cents=pay_cents + (before.amount_cents if before else 0),
            currency=currency,
            state=state,
        )
    return sorted(earnings.values(), key=lambda earning: (earning.settled_at, earning.assignment_id), reverse=True)


def _pay_lines(rows: QuerySet[Any], state: str) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(paid_by=Value(state, output_field=CharField()))
    lines: QuerySet[Any, Any] = named.values_list(
        "assignment_id", "settlement_id", "settlement__settled_at", "pay_cents", "currency", "paid_by"
    )
    return lines


def totals_by_currency(earnings: list[Earning]) -> Mapping[str, int]:
    totals: dict[str, int] = {}
    for earning in earnings:
        totals[earning.currency] = totals.get(earning.currency, 0) + earning.amount_cents
    return totals


_FROM_BAD_TO_GOOD = (
    Transfer.State.FAILED,
    Transfer.State.HELD,
    Transfer.State.UNKNOWN,
    Transfer.State.INTENDED,
    Transfer.State.SENT,
    Transfer.State.DONE,
)


def _worse(first: str, second: str) -> str:
    order = [str(state) for state in _FROM_BAD_TO_GOOD]
    return min(first, second, key=order.index)
