"""Reads of an officer's money: earned per shift with its state, expected, and deposits with their lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.books.money import Earning, officer_earnings
from billing.models import IssuedDocument, PayeeAccount, Payout, PayPromise, Transfer
from kernel.money import per_hour_half_up
from marketplace.models import Assignment, Officer
from portals.pay_days import of_promise

# What a transfer's state means to the one who waits for it.
_LOOKS: dict[str, tuple[str, str | Promise]] = {
    Transfer.State.INTENDED: ("pending", _("On its way to your account")),
    Transfer.State.UNKNOWN: ("processing", _("Being checked with the payment service")),
    Transfer.State.SENT: ("in_transit", _("Sent to your account")),
    Transfer.State.DONE: ("succeeded", _("In your payment account")),
    Transfer.State.HELD: ("unpaid", _("Held: finish your payment details")),
    Transfer.State.FAILED: ("failed", _("Failed: we are looking into it")),
    "payroll": ("approved", _("With your department's payroll")),
    "agency_payroll": ("approved", _("With the agency's payroll")),
}
_PAYOUT_LOOKS: dict[str, tuple[str, str | Promise]] = {
    "paid": ("paid", _("In your bank")),
    "in_transit": ("in_transit", _("Sent, not yet with the bank")),
    "pending": ("pending", _("Being prepared")),
    "failed": ("failed", _("Your bank refused it")),
    "canceled": ("failed", _("Cancelled")),
}


@dataclass(frozen=True)
class EarnedRow:
    earning: Earning
    assignment: Assignment
    state: str
    state_words: str | Promise
    statement: IssuedDocument | None

    @property
    def promise_words(self) -> str:
        return _promise_words(self.assignment)


@dataclass(frozen=True)
class ExpectedRow:
    """`cents` is a forecast: scheduled time before the shift, payable time after it. `why` says which."""

    assignment: Assignment
    minutes: int
    cents: int
    why: str | Promise

    @property
    def currency(self) -> str:
        return str(self.assignment.shift.job.currency)

    @property
    def promise(self) -> PayPromise | None:
        return _promise_of(self.assignment)

    @property
    def promise_words(self) -> str:
        return _promise_words(self.assignment)

    @property
    def is_late(self) -> bool:
        return self.promise is not None and self.promise.state == PayPromise.State.OVERDUE


@dataclass(frozen=True)
class DepositLine:
    """A part of a deposit; `transfer` None for what is not of a shift."""

    title: str
    cents: int
    transfer: Transfer | None = None


@dataclass
class Deposit:
    """One payout to the bank, with the shifts that it pays for; the lines add up to it to the cent."""

    payout: Payout
    state: str
    state_words: str | Promise
    lines: list[DepositLine] = field(default_factory=list)


@dataclass(frozen=True)
class Totals:
    currency: str
    earned_cents: int
    expected_cents: int
    in_bank_cents: int


def earned_and_expected(officer: Officer, transfers: Sequence[Transfer]) -> tuple[list[EarnedRow], list[ExpectedRow]]:
    """What was earned, the newest first; and shifts ahead with worked ones that are not settled yet, the next first.
    At most 100 of each, their assignments in one query."""
    found = officer_earnings(officer, transfers=transfers)[:100]
    coming = Q(officer=officer, state__in=Assignment.LIVE_STATES, shift__settlement=None)
    rows: list[Any] = list(
        Assignment.objects.filter(Q(id__in=[one.assignment_id for one in found]) | coming)
        .annotate(is_coming=ExpressionWrapper(coming, output_field=BooleanField()))
        .select_related("shift__job__venue", "position", "timesheet", "pay_promise")
        .order_by("shift__starts_at")
    )
    ahead = [assignment for assignment in rows if assignment.is_coming][:100]
    assignments = {assignment.id: assignment for assignment in rows}
    return _earned(officer, found, assignments), [expected_row(assignment) for assignment in ahead]


def _earned(officer: Officer, found: list[Earning], assignments: dict[UUID, Assignment]) -> list[EarnedRow]:
    statements = {
        document.settlement_id: document
        for document in IssuedDocument.objects.defer("pdf", "content").filter(
            officer_id=officer.id,
            kind=IssuedDocument.Kind.STATEMENT,
            settlement_id__in=[one.settlement_id for one in found],
        )
    }
    return [
        EarnedRow(
            one,
            assignments[one.assignment_id],
            *_LOOKS.get(one.state, (one.state, one.state)),
            statements.get(one.settlement_id),
        )
        for one in found
        if one.assignment_id in assignments
    ]


def expected_row(assignment: Assignment) -> ExpectedRow:
    """Reads timesheet and promise, which a list of them should have selected."""
    sheet = getattr(assignment, "timesheet", None)
    shift = assignment.shift
    if sheet is None:
        minutes = round((shift.ends_at - shift.starts_at).total_seconds() / 60)
        why = gettext("Scheduled")
    else:
        minutes = sheet.payable_minutes
        why = {
            "submitted": _("Hours await approval"),
            "disputed": _("Hours are disputed"),
            "approved": _("Hours approved, being billed"),
            "resolved": _("Hours settled, being billed"),
        }.get(sheet.state, sheet.state)
    return ExpectedRow(assignment, minutes, per_hour_half_up(assignment.pay_rate_cents_per_hour, minutes), why)


def _promise_of(assignment: Assignment) -> PayPromise | None:
    """None where no day was promised or nothing was earned."""
    promise: PayPromise | None = getattr(assignment, "pay_promise", None)
    return promise if promise is not None and promise.state != PayPromise.State.VOID else None


def _promise_words(assignment: Assignment) -> str:
    """By when it was promised and what became of it."""
    promise = _promise_of(assignment)
    return of_promise(promise) if promise is not None else ""


def kept_words(rows: Sequence[EarnedRow]) -> str:
    """Of the promises whose day has come, how many were kept: "12 of 13"; "" before the first."""
    states = [promise.state for row in rows if (promise := getattr(row.assignment, "pay_promise", None)) is not None]
    kept = states.count(PayPromise.State.KEPT)
    due = kept + states.count(PayPromise.State.LATE) + states.count(PayPromise.State.OVERDUE)
    return gettext("%(kept)s of %(due)s") % {"kept": kept, "due": due} if due else ""


def totals(
    *, rows: Sequence[EarnedRow], coming: Sequence[ExpectedRow], deposits: Sequence[Deposit], currency: str
) -> Totals:
    """Of what the page shows, in the officer's own currency; other currencies stand in the rows."""
    return Totals(
        currency,
        sum(row.earning.amount_cents for row in rows if row.earning.currency == currency),
        sum(row.cents for row in coming if row.assignment.shift.job.currency == currency),
        sum(one.payout.amount_cents for one in deposits if one.payout.state == "paid"),
    )


def deposits(account: PayeeAccount, transfers: Sequence[Transfer]) -> list[Deposit]:
    """Newest first. A bank deposit is what arrived before it, so transfers are laid to payouts in order of time."""
    payouts = list(account.payouts.order_by("created_at", "id"))
    on_their_way = (Transfer.State.SENT, Transfer.State.DONE)
    arrived = [one for one in transfers if one.payee_account_id == account.id and one.state in on_their_way]
    found = [Deposit(payout, *_PAYOUT_LOOKS.get(payout.state, (payout.state, payout.state))) for payout in payouts]
    pieces = _pieces(arrived)
    current: tuple[Transfer, int] | None = next(pieces, None)
    for deposit in found:
        if deposit.payout.state in ("failed", "canceled"):
            continue
        rest = deposit.payout.amount_cents
        while rest and current is not None:
            transfer, left = current
            part = min(rest, left)
            deposit.lines.append(DepositLine(transfer.settlement.job.title, part, transfer))
            rest -= part
            current = (transfer, left - part) if left > part else next(pieces, None)
        if rest:
            deposit.lines.append(DepositLine(gettext("Other work"), rest))
    return found[::-1]


def _pieces(transfers: Sequence[Transfer]) -> Iterator[tuple[Transfer, int]]:
    for transfer in transfers:
        yield transfer, transfer.amount_cents
