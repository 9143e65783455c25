"""How much of each client's credit is used: what is owed by invoice, and what is contracted and not billed yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.bills import coverage
from billing.models import Charge, ClientCredit, Contract, Settlement
from marketplace.models import Job, Shift
from marketplace.numbering import CANCELLED_NUMBERS_FROM

_UNPAID = (Charge.State.INTENDED, Charge.State.UNKNOWN, Charge.State.OPEN)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Cents. `overdue_cents` is part of what is owed."""

    credit: ClientCredit
    owed_cents: int
    overdue_cents: int
    contracted_cents: int

    @property
    def used_cents(self) -> int:
        return self.owed_cents + self.contracted_cents

    @property
    def free_cents(self) -> int:
        return max(self.credit.limit_cents - self.used_cents, 0)


def line_of(*, trusted: ClientCredit, leaving_out: UUID | None = None) -> CreditLine:
    """`leaving_out`: a job whose contracted work does not count, because it is being agreed anew."""
    return lines_of(credits=[trusted], leaving_out=leaving_out)[0]


def lines_of(
    *, credits: Sequence[ClientCredit], at: datetime | None = None, leaving_out: UUID | None = None
) -> list[CreditLine]:
    """In the order given, in four statements whatever their number. Without `at` nothing is called overdue."""
    clients = [credit.client_id for credit in credits]
    departments = {credit.department_id for credit in credits}
    owed: dict[tuple[UUID, UUID], int] = defaultdict(int)
    overdue: dict[tuple[UUID, UUID], int] = defaultdict(int)
    bills = Charge.objects.filter(
        job__client_id__in=clients,
        job__governing_department_id__in=departments,
        kind=Charge.Kind.INVOICE,
        state__in=_UNPAID,
    )
    for client, department, cents, until in bills.values_list(
        "job__client_id", "job__governing_department_id", "amount_cents", "payable_before"
    ):
        owed[client, department] += cents
        if at is not None and until is not None and until <= at:
            overdue[client, department] += cents
    contracted = _contracted(clients, departments, leaving_out)
    return [
        CreditLine(credit, owed[key], overdue[key], contracted[key])
        for credit in credits
        for key in [(credit.client_id, credit.department_id)]
    ]


def _contracted(
    clients: Sequence[UUID], departments: Iterable[UUID], leaving_out: UUID | None
) -> dict[tuple[UUID, UUID], int]:
    agreed = (
        Contract.objects.select_related("job")
        .filter(
            job__client_id__in=clients,
            job__governing_department_id__in=departments,
            job__state=Job.State.CONTRACTED,
            state=Contract.State.ACCEPTED,
            way=Contract.Way.INVOICE,
        )
        .defer("policy", "terms")
    )
    contracts = list(agreed if leaving_out is None else agreed.exclude(job_id=leaving_out))
    jobs = [contract.job_id for contract in contracts]
    numbers: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    live = Shift.objects.filter(job_id__in=jobs, number__lt=CANCELLED_NUMBERS_FROM).exclude(
        state__in=(Shift.State.CANCELLED, Shift.State.EXPIRED)
    )
    for job_id, shift_id, number in live.values_list("job_id", "id", "number"):
        numbers[job_id][shift_id] = number
    billed = set(Settlement.objects.filter(job_id__in=jobs).values_list("shift_id", flat=True))
    found: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for contract in contracts:
        places, prices = coverage.prices_by_shift(contract=contract, numbers=numbers[contract.job_id])
        found[contract.job.client_id, contract.job.governing_department_id] += sum(
            prices[place].gross_cents for shift_id, place in places.items() if shift_id not in billed
        )
    return found
