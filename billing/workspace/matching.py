"""Whether the papers of one assignment agree: facts in, a state and a reason out. Knows no database and no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kernel.money import format_cents

MatchState = Literal["matched", "differs", "open"]

# What can differ, and what can be missing, in the order in which a bookkeeper looks.
DIFFERENCES: Final[dict[str, str]] = {
    "gps": "GPS time and approved hours",
    "gps_missing": "Approved without GPS time",
    "billed_minutes": "Approved and billed hours",
    "billed_unworked": "Billed without approved hours",
    "overpaid": "Paid above what is due",
    "own_invoice": "Own invoice and ours",
    "officer_invoice": "Officer's invoice and earnings",
}
MISSING: Final[dict[str, str]] = {
    "to_be_worked": "To be worked",
    "hours_missing": "No hours yet",
    "hours_undecided": "Hours not approved",
    "not_billed": "Not billed yet",
    "payout_failed": "Payout failed or held",
    "payout_missing": "Not paid out yet",
}
_DID_NOT_WORK: Final = ("called_off", "no_show", "relieved")


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Up to and including so much apart is the same."""

    minutes: int
    cents: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody else's invoice says of the same work; numbers of the invoices, joined."""

    numbers: str
    minutes: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One assignment as the books know it. Minutes and whole cents; None where there is nothing yet.

    `clock_minutes` lie within the shift and its authorised end. `hours_by_coordinator`: somebody entered or resolved
    the hours with a reason, which overrules the punches. `due_cents` is what the payee is to get, `paid_cents` what
    arrived of it.
    """

    currency: str
    assignment_state: str
    is_over: bool
    scheduled_minutes: int
    clock_minutes: int | None = None
    timesheet_state: str = ""
    hours_by_coordinator: bool = False
    worked_minutes: int | None = None
    billable_minutes: int | None = None
    billed_minutes: int | None = None
    invoice_cents: int | None = None
    pay_cents: int | None = None
    due_cents: int | None = None
    paid_cents: int | None = None
    payout_state: str = ""
    own: Claim | None = None
    claimed: Claim | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """How far apart two papers are, as positive minutes and cents, and the sentence that says so."""

    kind: str
    minutes: int
    cents: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Match:
    """`kind` is the first difference, or what is missing; "" when all agree. Minutes and cents sum the differences."""

    state: MatchState
    kind: str
    reason: str
    differences: tuple[Difference, ...] = ()

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.differences)

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.differences)


def match(facts: Facts, tolerances: Tolerances) -> Match:
    """A difference counts even while something else is still missing: it will not go away by waiting."""
    differences = tuple(_differences(facts, tolerances))
    if differences:
        return Match("differs", differences[0].kind, " ".join(one.sentence for one in differences), differences)
    missing = _missing(facts, tolerances)
    if missing is not None:
        return Match("open", missing, _sentence_of_missing(missing, facts))
    return Match("matched", "", _why_matched(facts))


def _differences(facts: Facts, tolerances: Tolerances) -> Iterator[Difference]:
    yield from _of_hours(facts, tolerances)
    yield from _of_bill(facts, tolerances)
    if facts.paid_cents is not None and facts.due_cents is not None:
        over = facts.paid_cents - facts.due_cents
        if over > tolerances.cents:
            sentence = (
                f"Paid {_money(facts, facts.paid_cents)}, due {_money(facts, facts.due_cents)}: "
                f"{_money(facts, over)} too much."
            )
            yield Difference("overpaid", 0, over, sentence)
    yield from _of_claim(
        "own_invoice",
        facts.own,
        facts.billed_minutes,
        facts.invoice_cents,
        "The own invoice",
        "ours",
        facts,
        tolerances,
    )
    yield from _of_claim(
        "officer_invoice",
        facts.claimed,
        None,
        facts.pay_cents,
        "The officer's invoice",
        "the earnings",
        facts,
        tolerances,
    )


def _of_hours(facts: Facts, tolerances: Tolerances) -> Iterator[Difference]:
    if not facts.worked_minutes or facts.hours_by_coordinator or not _has_final_hours(facts):
        return
    if facts.clock_minutes is None:
        yield Difference(
            "gps_missing",
            facts.worked_minutes,
            0,
            f"{_hours(facts.worked_minutes)} were approved, and there is no GPS time.",
        )
        return
    apart = abs(facts.worked_minutes - facts.clock_minutes)
    if apart > tolerances.minutes:
        yield Difference(
            "gps",
            apart,
            0,
            f"Approved {_hours(facts.worked_minutes)}, GPS shows {_hours(facts.clock_minutes)}: {_hours(apart)} apart.",
        )


def _of_bill(facts: Facts, tolerances: Tolerances) -> Iterator[Difference]:
    if facts.invoice_cents is None or facts.billed_minutes is None:
        return
    approved = facts.billable_minutes if _has_final_hours(facts) else None
    if approved is None:
        if facts.billed_minutes > tolerances.minutes or facts.invoice_cents > tolerances.cents:
            sentence = f"{_money(facts, facts.invoice_cents)} were billed, and no hours are approved."
            yield Difference("billed_unworked", facts.billed_minutes, facts.invoice_cents, sentence)
        return
    apart = abs(facts.billed_minutes - approved)
    if apart > tolerances.minutes:
        cents = abs(facts.invoice_cents) * apart // facts.billed_minutes if facts.billed_minutes else 0
        sentence = f"Approved {_hours(approved)}, billed {_hours(facts.billed_minutes)}: {_hours(apart)} apart."
        yield Difference("billed_minutes", apart, cents, sentence)


def _of_claim(
    kind: str,
    claim: Claim | None,
    minutes: int | None,
    cents: int | None,
    theirs: str,
    ours: str,
    facts: Facts,
    tolerances: Tolerances,
) -> Iterator[Difference]:
    """Money counts always; minutes only where both papers say them."""
    if claim is None or cents is None:
        return
    apart_cents = abs(claim.cents - cents)
    apart_minutes = abs(claim.minutes - minutes) if claim.minutes is not None and minutes is not None else 0
    if apart_cents <= tolerances.cents and apart_minutes <= tolerances.minutes:
        return
    told = [f"{theirs} {claim.numbers} says {_money(facts, claim.cents)}, {ours} {_money(facts, cents)}"]
    if apart_minutes > tolerances.minutes:
        told.append(f"{_hours(apart_minutes)} apart")
    if apart_cents > tolerances.cents:
        told.append(f"{_money(facts, apart_cents)} apart")
    yield Difference(
        kind,
        apart_minutes if apart_minutes > tolerances.minutes else 0,
        apart_cents if apart_cents > tolerances.cents else 0,
        ": ".join([told[0], " and ".join(told[1:])]) + ".",
    )


def _missing(facts: Facts, tolerances: Tolerances) -> str | None:
    if facts.assignment_state in _DID_NOT_WORK and not facts.worked_minutes:
        return None
    if not facts.timesheet_state:
        return "hours_missing" if facts.is_over else "to_be_worked"
    if not _has_final_hours(facts):
        return "hours_undecided"
    if not facts.worked_minutes:
        return None
    if facts.invoice_cents is None:
        return "not_billed"
    if facts.due_cents is None or facts.due_cents - (facts.paid_cents or 0) <= tolerances.cents:
        return None
    return "payout_failed" if facts.payout_state in ("failed", "held") else "payout_missing"


def _sentence_of_missing(kind: str, facts: Facts) -> str:
    due, paid = facts.due_cents or 0, facts.paid_cents or 0
    return {
        "to_be_worked": f"{_hours(facts.scheduled_minutes)} are scheduled and not worked yet.",
        "hours_missing": "The shift is over, and nobody has handed in hours.",
        "hours_undecided": f"The hours are {facts.timesheet_state}, not approved.",
        "not_billed": f"{_hours(facts.billable_minutes or 0)} are approved and not billed yet.",
        "payout_failed": f"{_money(facts, due - paid)} of {_money(facts, due)} could not be paid out.",
        "payout_missing": f"{_money(facts, due - paid)} of {_money(facts, due)} are not paid out yet.",
    }[kind]


def _why_matched(facts: Facts) -> str:
    if not facts.worked_minutes:
        what = {"called_off": "Called off", "no_show": "No-show", "relieved": "Relieved"}.get(
            facts.assignment_state, "Nothing was worked"
        )
        return f"{what}: nothing was billed, nothing was paid."
    told = [f"{_hours(facts.worked_minutes)} worked"]
    if facts.hours_by_coordinator:
        told.append("hours decided by a coordinator")
    else:
        told.append(f"GPS {_hours(facts.clock_minutes or 0)}")
    told.append(f"billed {_hours(facts.billed_minutes or 0)} for {_money(facts, facts.invoice_cents or 0)}")
    if facts.due_cents is not None:
        told.append(f"paid {_money(facts, facts.paid_cents or 0)}")
    if facts.own is not None:
        told.append(f"own invoice {facts.own.numbers} agrees")
    if facts.claimed is not None:
        told.append(f"officer's invoice {facts.claimed.numbers} agrees")
    return ", ".join(told) + "."


def _has_final_hours(facts: Facts) -> bool:
    return facts.timesheet_state in ("approved", "resolved")


def _hours(minutes: int) -> str:
    whole, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else ""
    return f"{sign}{whole} h {rest:02d}" if whole else f"{sign}{rest} min"


def _money(facts: Facts, cents: int) -> str:
    return format_cents(cents, facts.currency)
