"""An officer's lines since their last statement, from the ledger's own entries and the payroll lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from billing.books.chart import RECEIVABLE_BY_OWNER, Kind
from billing.documents.earnings import Lines, MoveKind, Movement, WorkLine
from billing.models import LedgerEntry, LedgerTransaction, OfficerPeriod, PayrollLine, Settlement
from departments.policy.prices import ShiftPrice
from marketplace.models import Assignment, Job

_PAYABLE, _RECEIVABLE = Kind.PAYABLE_OFFICER, RECEIVABLE_BY_OWNER["officer"]
_SETTLEMENT_KEY = "settlement:"


@dataclass(frozen=True, slots=True)
class Gathered:
    """By payer; the versions are up to where the two accounts have been read, `payroll_ids` which lines were."""

    by_payer: Mapping[UUID, Lines]
    payable_version: int
    receivable_version: int
    payroll_ids: tuple[UUID, ...]


def gather(*, officer_id: UUID, currency: str, since: OfficerPeriod | None, until_at: datetime) -> Gathered:
    """Everything booked before `until_at` that no earlier period has counted."""
    payable = _entries(_PAYABLE, officer_id, currency, since.payable_version if since else 0, until_at)
    receivable = _entries(_RECEIVABLE, officer_id, currency, since.receivable_version if since else 0, until_at)
    changes: dict[LedgerTransaction, int] = {}
    for entry in (*payable, *receivable):
        sign = 1 if entry.direction == LedgerEntry.Direction.CREDIT else -1
        changes[entry.transaction] = changes.get(entry.transaction, 0) + sign * entry.amount_cents
    work: list[WorkLine] = []
    movements: list[Movement] = []
    jobs = {job.id: job for job in Job.objects.filter(id__in={one.job_id for one in changes})}
    moved_money = _with_money(changes)
    for transaction, cents in changes.items():
        lines = [] if transaction in moved_money else list(_work_of(transaction, officer_id))
        if lines and sum(line.pay_cents for line in lines) == cents:
            work += lines
        elif cents:
            movements.append(_movement(transaction, cents, jobs, moved_money=transaction in moved_money))
    payroll = list(
        PayrollLine.objects.filter(
            officer_id=officer_id, currency=currency, officer_period=None, created_at__lt=until_at
        ).select_related("settlement__job", "settlement__shift")
    )
    return Gathered(
        by_payer=_by_payer(work, list(_payroll_work(payroll)), movements),
        payable_version=_last(payable, since.payable_version if since else 0),
        receivable_version=_last(receivable, since.receivable_version if since else 0),
        payroll_ids=tuple(line.id for line in payroll),
    )


def _entries(kind: str, officer_id: UUID, currency: str, after: int, until_at: datetime) -> list[LedgerEntry]:
    """All up to the last one that happened before `until_at`, those between included whatever moment they say."""
    found = LedgerEntry.objects.filter(
        account__kind=kind, account__owner_id=officer_id, account__currency=currency, account_version__gt=after
    )
    last = found.filter(transaction__happened_at__lt=until_at).aggregate(last=Max("account_version"))["last"]
    if last is None:
        return []
    return list(found.filter(account_version__lte=last).select_related("transaction").order_by("account_version"))


def _last(entries: list[LedgerEntry], before: int) -> int:
    return entries[-1].account_version if entries else before


def _with_money(changes: Mapping[LedgerTransaction, int]) -> set[LedgerTransaction]:
    """Transactions in which money moved at Stripe; in all others only what is owed has changed."""
    touched = LedgerEntry.objects.filter(
        transaction_id__in=[one.id for one in changes], account__kind=Kind.STRIPE_BALANCE
    )
    ids = set(touched.values_list("transaction_id", flat=True))
    return {one for one in changes if one.id in ids}


def _work_of(transaction: LedgerTransaction, officer_id: UUID) -> Iterator[WorkLine]:
    """The assignments behind a settlement's posting."""
    if not transaction.business_key.startswith(_SETTLEMENT_KEY):
        return
    settlement = (
        Settlement.objects.select_related("job")
        .filter(id=transaction.business_key.removeprefix(_SETTLEMENT_KEY))
        .first()
    )
    if settlement is None:
        return
    own = _assignments(officer_id=officer_id, ids=list(settlement.split["officer_cents"]))
    price = ShiftPrice.from_json(settlement.price)
    for assignment_id, assignment in own.items():
        lines = [line for line in price.supplier_lines if line.assignment_id == str(assignment_id)]
        yield _work_line(
            assignment,
            settlement=settlement,
            pay_code=assignment.pay_code,
            paid_minutes=sum(line.payable_minutes for line in lines if line.kind == "labour"),
            rate=assignment.pay_rate_cents_per_hour,
            pay_cents=settlement.split["officer_cents"][str(assignment_id)],
            fee_cents=sum(line.officer_fee_cents for line in lines),
        )


def _payroll_work(lines: list[PayrollLine]) -> Iterator[WorkLine]:
    assignments = _assignments(ids=[str(line.assignment_id) for line in lines])
    for line in lines:
        yield _work_line(
            assignments[line.assignment_id],
            settlement=line.settlement,
            pay_code=line.pay_code,
            paid_minutes=line.payable_minutes,
            rate=line.pay_rate_cents_per_hour,
            pay_cents=line.pay_cents,
        )


def _work_line(
    assignment: Assignment,
    *,
    settlement: Settlement,
    pay_code: str,
    paid_minutes: int,
    rate: int,
    pay_cents: int,
    fee_cents: int = 0,
) -> WorkLine:
    # A cancelled shift may pay its officers although nobody worked.
    sheet, shift, job = getattr(assignment, "timesheet", None), assignment.shift, settlement.job
    return WorkLine(
        payer_id=job.governing_department_id,
        reference=job.reference,
        title=job.title,
        rank_name=assignment.position.rank_name,
        starts_at=sheet.worked_starts_at if sheet else shift.starts_at,
        ends_at=sheet.worked_ends_at if sheet else shift.ends_at,
        time_zone=shift.time_zone,
        pay_code=pay_code,
        worked_minutes=sheet.worked_minutes if sheet else 0,
        paid_minutes=paid_minutes,
        rate_cents_per_hour=rate,
        pay_cents=pay_cents,
        fee_cents=fee_cents,
    )


def _assignments(*, ids: list[str], officer_id: UUID | None = None) -> dict[UUID, Assignment]:
    found = Assignment.objects.select_related("timesheet", "shift", "position").filter(id__in=ids)
    if officer_id is not None:
        found = found.filter(officer_id=officer_id)
    return {assignment.id: assignment for assignment in found.order_by("shift__starts_at", "id")}


def _movement(transaction: LedgerTransaction, cents: int, jobs: Mapping[UUID, Job], *, moved_money: bool) -> Movement:
    with_money: tuple[MoveKind, MoveKind] = ("paid", "returned")
    without: tuple[MoveKind, MoveKind] = ("taken_back", "earned")
    kind = (with_money if moved_money else without)[cents > 0]
    job = jobs[transaction.job_id]  # type: ignore[index]  # every posting to a payee names its job
    return Movement(kind, job.governing_department_id, transaction.happened_at, job.reference, abs(cents))


def _by_payer(work: list[WorkLine], payroll: list[WorkLine], movements: list[Movement]) -> dict[UUID, Lines]:
    payers = sorted({line.payer_id for line in (*work, *payroll)} | {move.payer_id for move in movements})
    return {
        payer: Lines(
            tuple(line for line in work if line.payer_id == payer),
            tuple(line for line in payroll if line.payer_id == payer),
            tuple(move for move in movements if move.payer_id == payer),
        )
        for payer in payers
    }
