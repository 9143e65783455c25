"""Prices, payments, refunds, transfers and papers of one job against what they should be."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from demo.checks.expected import Expected, plan_of, shift_of
from demo.checks.papers import Paper, hours_text
from demo.checks.prices import quote
from demo.checks.recordings import Recording
from demo.checks.report import Report


def check_prices(play: Expected, recording: Recording, report: Report) -> None:
    """What the client was shown, agreed to, and was asked to pay."""
    asked = play.asked
    for shown in asked["quotes"]:
        again = quote(asked["policy"], plan_of(asked), shift_of(shown["terms"]))
        report.same(f"{play.name}: quote", again.total, shown["total_cents"])
    report.same(f"{play.name}: contract", play.prepaid.total, asked["contract"]["total_cents"])
    if not play.paid_ahead:
        return
    report.same(f"{play.name}: amount to pay", play.prepaid.total, asked["checkout"]["amount_cents"])
    session = next(
        (
            found
            for found in recording.sessions.values()
            if found["client_reference_id"] == asked["checkout"]["charge_id"]
        ),
        None,
    )
    if report.holds(f"{play.name}: no payment page was ever opened", session) and session:
        report.same(f"{play.name}: payment page", play.prepaid.total, session["amount_total"])
        report.same(f"{play.name}: currency of the payment page", play.currency, session["currency"].upper())


def check_moves(play: Expected, recording: Recording, report: Report) -> None:
    """Payments, refunds, and each payee's transfers."""
    payments = [payment for payment in recording.payments.values() if payment.job_id == play.job_id]
    by_kind: Counter[str] = Counter()
    for payment in payments:
        by_kind[payment.kind] += payment.cents
    report.same(f"{play.name}: paid on the hosted page", play.paid_ahead, by_kind["checkout"])
    later = "invoice" if "credit" in play.asked else "off_session"
    report.same(
        f"{play.name}: paid afterwards ({later})",
        Counter({later: play.extra}),
        by_kind - Counter(checkout=play.paid_ahead),
    )
    refunds = [refund for refund in recording.refunds.values() if refund.job_id == play.job_id]
    report.same(f"{play.name}: refunded", play.refund, sum(refund.cents for refund in refunds))
    charges = {payment.stripe_charge: payment.cents for payment in payments}
    for refund in refunds:
        report.holds(f"{play.name}: refund of a charge of another job", refund.stripe_charge in charges)
    owners = _owner_of_account(play, recording)
    received: Counter[tuple[str, str]] = Counter()
    drawn: Counter[str] = Counter()
    for transfer in recording.transfers.values():
        if transfer.job_id == play.job_id:
            received[owners.get(transfer.destination, ("unknown", transfer.destination))] += transfer.cents
            drawn[transfer.stripe_charge] += transfer.cents
            report.same(f"{play.name}: currency of a transfer", play.currency, transfer.currency)
    report.same(f"{play.name}: transfers", play.shares(), dict(received))
    for charge, cents in drawn.items():
        given_back = sum(refund.cents for refund in refunds if refund.stripe_charge == charge)
        report.holds(f"{play.name}: {charge} gave more than it has", cents + given_back <= charges.get(charge, 0))


def check_identity(play: Expected, recording: Recording, report: Report) -> None:
    """captured = refunds + (transfers − reversals) + service fee + its tax + held; nothing is held at the end."""
    captured = sum(payment.cents for payment in recording.payments.values() if payment.job_id == play.job_id)
    refunded = sum(refund.cents for refund in recording.refunds.values() if refund.job_id == play.job_id)
    moved = sum(transfer.cents for transfer in recording.transfers.values() if transfer.job_id == play.job_id)
    fee, tax = play.billed.service_fee, play.billed.service_fee_tax
    report.same(f"{play.name}: captured less everything that left", fee + tax, captured - refunded - moved)
    report.same(
        f"{play.name}: the application's own numbers",
        {
            "captured_cents": captured,
            "refunded_cents": refunded,
            "transferred_cents": moved,
            "service_fee_cents": fee,
            "service_fee_tax_cents": tax,
            "prepaid_held_cents": 0,
        },
        play.asked["money"],
    )


def check_papers(folder: Path, play: Expected, papers: dict[str, Paper], report: Report) -> None:
    numbers = [document["number"] for document in play.asked["documents"]]
    report.same(f"{play.name}: numbers used twice", len(numbers), len(set(numbers)))
    expected_pay = {play.officer_of(assignment): cents for assignment, cents in play.billed.pay().items()}
    officers = {facts["email"]: officer_id for officer_id, facts in play.asked["officers"].items()}
    paid: dict[str, int] = {}
    for document in play.asked["documents"]:
        name = Path(document["file"]).name
        paper = papers[name]
        content = (folder / document["file"]).read_bytes()
        report.same(f"{name}: hash of the file", document["sha256"], sha256(content).hexdigest())
        report.same(f"{name}: number", document["number"], paper.number)
        report.same(f"{name}: currency", play.currency, paper.currency)
        report.same(f"{name}: total in the list and on paper", document["total_cents"], paper.total("Total"))
        if document["kind"] == "invoice":
            _check_invoice(play, name, paper, report)
        else:
            officer_id = officers[document["for"]]
            paid[officer_id] = paper.total("Total") or 0
            _check_statement(play, officer_id, name, paper, report)
    report.same(f"{play.name}: pay on the statements", expected_pay, paid)


def _check_invoice(play: Expected, name: str, paper: Paper, report: Report) -> None:
    billed = play.billed
    report.same(f"{name}: total", billed.total, paper.total("Total"))
    report.same(f"{name}: net", billed.net, paper.total("Subtotal before tax"))
    report.same(f"{name}: taxes", billed.tax, sum(cents for label, cents in paper.totals if "%" in label))
    report.same(f"{name}: prepaid", play.prepaid.total, paper.total("Paid in advance for this shift"))
    last = "Refunded" if play.refund else "Still to be paid" if play.extra else "Balance"
    report.same(f"{name}: {last}", play.refund or play.extra, paper.total(last))
    expected = Counter(_amounts(line.net, line.tax) for line in billed.lines)
    expected[_amounts(billed.service_fee, billed.service_fee_tax)] += 1
    report.same(f"{name}: lines", _by_vehicle(play, expected), Counter(tuple(row.cents) for row in paper.rows))
    people = play.asked["officers"]
    for line in billed.lines:
        if line.kind == "labour":
            officer = people[play.officer_of(line.assignment_id)]["name"]
            hours = [hours_text(play.works[line.assignment_id].minutes), hours_text(line.billed_minutes)]
            report.holds(
                f"{name}: {officer} with {hours[0]} worked and {hours[1]} billed",
                any(officer in row.texts and row.hours == hours for row in paper.rows),
            )


def _check_statement(play: Expected, officer_id: str, name: str, paper: Paper, report: Report) -> None:
    assignment_id = next(found for found in play.works if play.officer_of(found) == officer_id)
    paid = sum(line.paid_minutes for line in play.billed.lines if line.assignment_id == assignment_id)
    hours = [hours_text(play.works[assignment_id].minutes), hours_text(paid)]
    report.same(f"{name}: hours", [hours], [row.hours for row in paper.rows])
    report.holds(f"{name}: officer's name", play.asked["officers"][officer_id]["name"] in paper.text)


def _amounts(net: int, tax: int) -> tuple[int, ...]:
    """The amounts of a row: a tax of nothing is left empty."""
    return (net, tax, net + tax) if tax else (net, net + tax)


def _by_vehicle(play: Expected, lines: Counter[tuple[int, ...]]) -> Counter[tuple[int, ...]]:
    """The invoice shows several vehicles as one row."""
    vehicles = [line for line in play.billed.lines if line.kind == "vehicle"]
    if len(vehicles) > 1:
        one = _amounts(vehicles[0].net, vehicles[0].tax)
        lines[one] -= len(vehicles)
        lines[tuple(cents * len(vehicles) for cents in one)] += 1
    return +lines


def check_books_of_provider(
    asked: dict[str, Any], plays: list[Expected], bookings: list[Expected], recording: Recording, report: Report
) -> None:
    """The stand-in's own double entry: what is left on the platform, and that every payee's bank got all of it."""
    books = asked["books"]
    report.holds("The stand-in's own books do not balance", books["balanced"])
    for play in plays:
        currency = play.currency.lower()
        for account, owner in _owner_of_account(play, recording).items():
            received = sum(
                transfer.cents for transfer in recording.transfers.values() if transfer.destination == account
            )
            arrived = books["accounts"].get(f"outside:bank:{account}", {}).get(currency, 0)
            due = sum(one.shares().get(owner, 0) for one in (play, *bookings))
            report.same(f"{play.name}: {owner} was sent", due, received)
            report.same(f"{play.name}: arrived at the bank of {owner}", received, arrived)
            left = sum(
                books["accounts"].get(f"{account}:{part}", {}).get(currency, 0) for part in ("available", "pending")
            )
            report.same(f"{play.name}: still on the account of {owner} after the payout", 0, left)


def _owner_of_account(play: Expected, recording: Recording) -> dict[str, tuple[str, str]]:
    return {
        recording.account_of_link[link]: (owner["owner_kind"], owner["owner_id"])
        for link, owner in play.asked["payees"].items()
    }
