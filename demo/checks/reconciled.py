"""The reconciled day: books and provider agree by our own sum as well, and what was done by hand was found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from demo.checks.recordings import Recording
from demo.checks.report import Report


def check_reconciled(asked: dict[str, Any], ledger: list[dict[str, Any]], recording: Recording, report: Report) -> None:
    """The books of the stand-in are as they were before the transfer by hand."""
    booked: Counter[str] = Counter()
    for row in ledger:
        for leg in row["legs"]:
            if leg["account"] == "stripe_balance":
                booked[leg["currency"].lower()] += leg["amount_cents"] * (1 if leg["direction"] == "debit" else -1)
    held: Counter[str] = Counter()
    for part in ("available", "pending"):
        held.update(asked["books"]["accounts"].get(f"platform:{part}", {}))
    report.same("the platform's balance in the books and at the provider", _without_zeros(booked), _without_zeros(held))
    reconciled = asked["reconciled"]
    report.holds("No night said that its day was clean", reconciled["clean_date"])
    expected = [
        {"source": source, "currency": "USD", "difference_cents": str(-cents), "state": "open"}
        for source, cents in recording.by_hand.items()
    ]
    report.same("transfers made by hand", 1, len(expected))
    report.same("work items of the differences", expected, reconciled["differences"])


def _without_zeros(totals: Counter[str]) -> dict[str, int]:
    return {currency: cents for currency, cents in totals.items() if cents}
