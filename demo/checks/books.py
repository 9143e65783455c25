"""The exported ledger and outbox against what must have been booked and announced."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from demo.checks.expected import Expected
from demo.checks.recordings import Recording
from demo.checks.report import Report

# What the provider charges for each dispute, won or lost.
DISPUTE_FEE_CENTS = 1500
Leg = tuple[str, str | None, str, int]


def check_ledger(ledger: list[dict[str, Any]], plays: list[Expected], recording: Recording, report: Report) -> None:
    """Every transaction that should be there, leg by leg, and not one more."""
    booked = {row["business_key"]: row for row in ledger}
    report.same("ledger: business keys used twice", len(ledger), len(booked))
    for row in ledger:
        sums: Counter[str] = Counter()
        for leg in row["legs"]:
            sums[leg["currency"]] += leg["amount_cents"] * (1 if leg["direction"] == "debit" else -1)
        report.same(f"ledger {row['business_key']}: debits less credits", {}, {c: n for c, n in sums.items() if n})
    expected: dict[str, list[Leg]] = {}
    for play in plays:
        expected |= _of_payments(play, recording) | _of_moves(play, recording)
        settlements = [row for row in ledger if row["kind"] == "settlement" and row["job_id"] == play.job_id]
        disputes = [row for row in ledger if row["kind"] == "dispute" and row["job_id"] == play.job_id]
        expected |= {row["business_key"]: legs for row, legs in zip(disputes, disputed_legs(play), strict=False)}
        if report.same(f"{play.name}: settlements booked", 1, len(settlements)):
            expected[settlements[0]["business_key"]] = _of_settlement(play)
    for key, legs in expected.items():
        found = booked.get(key, {}).get("legs", [])
        report.same(f"ledger {key}", _sorted(legs), _sorted([_leg(leg) for leg in found]))
    report.same("ledger: transactions that nothing explains", set(), set(booked) - set(expected))


def _leg(leg: dict[str, Any]) -> Leg:
    return leg["account"], leg["owner_id"], leg["direction"], leg["amount_cents"]


def _sorted(legs: list[Leg]) -> list[Leg]:
    return sorted((leg for leg in legs if leg[3]), key=lambda leg: (leg[0], leg[1] or "", leg[2], leg[3]))


def _of_payments(play: Expected, recording: Recording) -> dict[str, list[Leg]]:
    legs: dict[str, list[Leg]] = {}
    for payment in recording.payments.values():
        if payment.job_id != play.job_id:
            continue
        account = "prepaid_job" if payment.kind == "checkout" else "client_receivable"
        legs[f"charge:{payment.charge_id}"] = [
            ("stripe_balance", None, "debit", payment.cents),
            (account, play.job_id, "credit", payment.cents),
        ]
        if payment.fee_cents:
            legs[f"charge:{payment.charge_id}:fee"] = [
                ("processing_expense", None, "debit", payment.fee_cents),
                ("stripe_balance", None, "credit", payment.fee_cents),
            ]
    return legs


def _of_moves(play: Expected, recording: Recording) -> dict[str, list[Leg]]:
    legs: dict[str, list[Leg]] = {}
    owners = {
        recording.account_of_link[link]: (owner["owner_kind"], owner["owner_id"])
        for link, owner in play.asked["payees"].items()
    }
    for refund in recording.refunds.values():
        if refund.job_id == play.job_id:
            legs[f"refund:{refund.refund_id}"] = [
                ("prepaid_job", play.job_id, "debit", refund.cents),
                ("stripe_balance", None, "credit", refund.cents),
            ]
    for transfer in recording.transfers.values():
        if transfer.job_id == play.job_id:
            kind, owner = owners.get(transfer.destination, ("unknown", None))
            legs[f"transfer:{transfer.transfer_id}"] = [
                (f"payable_{kind}", owner, "debit", transfer.cents),
                ("stripe_balance", None, "credit", transfer.cents),
            ]
    return legs


def disputed_legs(play: Expected) -> list[list[Leg]]:
    """Taken by the bank with a fee, and given back without it: the order in which they are booked."""
    if "dispute" not in play.asked:
        return []
    cents = play.paid_ahead
    return [
        [
            ("disputed_job", play.job_id, "debit", cents),
            ("processing_expense", None, "debit", DISPUTE_FEE_CENTS),
            ("stripe_balance", None, "credit", cents + DISPUTE_FEE_CENTS),
        ],
        [("stripe_balance", None, "debit", cents), ("disputed_job", play.job_id, "credit", cents)],
    ]


def _of_settlement(play: Expected) -> list[Leg]:
    billed = play.billed
    return [
        ("prepaid_job", play.job_id, "debit", min(billed.total, play.paid_ahead)),
        ("client_receivable", play.job_id, "debit", play.extra),
        *((f"payable_{kind}", owner, "credit", cents) for (kind, owner), cents in play.shares().items()),
        ("service_fee_revenue", None, "credit", billed.service_fee),
        ("service_fee_tax", None, "credit", billed.service_fee_tax),
    ]


def check_outbox(outbox: list[dict[str, Any]], plays: list[Expected], bookings: list[Expected], report: Report) -> None:
    """Everything announced was delivered; nothing that must have been announced is missing, no duty was lost."""
    handlers: dict[str, set[str]] = defaultdict(set)
    for event in outbox:
        handlers[event["name"]] |= set(event["deliveries"])
    for event in outbox:
        report.same(
            f"outbox {event['name']} {event['id']}: handlers", handlers[event["name"]], set(event["deliveries"])
        )
        undone = {name: row["state"] for name, row in event["deliveries"].items() if row["state"] != "done"}
        report.same(f"outbox {event['name']} {event['id']}: not delivered", {}, undone)
    counted = Counter(event["name"] for event in outbox if event["payload"].get("kind") not in PERIOD_PAPERS)
    for name, number in _announcements(plays, bookings).items():
        report.same(f"outbox: times that {name} was announced", number, counted[name])
    for name in LISTENED:
        report.holds(f"outbox: nobody was ever told of {name}", handlers[name])


LISTENED = (
    "departments.policy_published",
    "marketplace.job_submitted",
    "marketplace.job_approved",
    "marketplace.shift_opened",
    "marketplace.bid_decided",
    "marketplace.shift_finished",
    "billing.contract_offered",
    "billing.charge_succeeded",
    "billing.shift_settled",
    "billing.document_issued",
)


# Issued when a month is over, which happens within a play or not, by the day on which it begins.
PERIOD_PAPERS = ("period_statement", "self_billed_invoice", "agency_invoice", "remittance")


def _announcements(plays: list[Expected], bookings: list[Expected]) -> dict[str, int]:
    """How often each fact must have been told, from what the players did."""
    jobs = [*plays, *bookings]
    works = [work for job in jobs for work in job.works.values()]
    return {
        # The client's own request and the one that a coordinator entered and turned down.
        "marketplace.job_submitted": len(jobs) + len(plays),
        "marketplace.job_rejected": len(plays),
        "marketplace.job_approved": len(jobs),
        "billing.contract_offered": sum(job.asked["contract"]["version"] for job in jobs),
        "billing.contract_accepted": sum(job.asked["contract"]["version"] for job in jobs),
        "billing.charge_succeeded": sum((job.paid_ahead > 0) + (job.extra > 0) for job in jobs),
        # An agency's shift opens to its own desk: no officer is invited.
        "marketplace.shift_opened": sum(not job.is_supplied for job in jobs),
        "marketplace.bid_placed": sum(len(play.asked["bidders"]) for play in plays),
        "marketplace.bid_decided": sum(len(play.asked["bidders"]) for play in plays),
        "marketplace.shift_awarded": len(plays),
        "marketplace.clocked_in": sum(work.minutes > 0 for work in works),
        "marketplace.clocked_out": sum(work.minutes > 0 for work in works),
        "marketplace.timesheet_submitted": sum(work.minutes > 0 for work in works),
        "marketplace.shift_finished": len(jobs),
        "billing.shift_settled": len(jobs),
        # Beside invoices and statements a receipt for every payment, and one for what came back.
        "billing.document_issued": sum(
            (len(job.asked["documents"]) or 1) + (job.paid_ahead > 0) + (job.extra > 0) + (job.refund > 0)
            for job in jobs
        ),
        "billing.shifts_cancelled": sum(job.is_cancelled for job in bookings),
        "billing.dispute_opened": sum("dispute" in job.asked for job in bookings),
        "billing.dispute_closed": sum("dispute" in job.asked for job in bookings),
        "billing.invoice_sent": sum("credit" in job.asked for job in bookings),
        "billing.refund_done": sum(job.refund > 0 for job in jobs),
    }
