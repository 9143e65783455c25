"""Numbers as people say them, for the sentences that explain a decision."""

from __future__ import annotations

from departments.policy.rule_kinds import Outcome
from kernel.money import format_cents, percent_text


def duration(minutes: int) -> str:
    """“14 h 30”, “4 h”, “45 min”."""
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    if hours == 0:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02d}" if rest else f"{sign}{hours} h"


def opening(outcome: Outcome, approval_role: str) -> str:
    if outcome == "deny":
        return "Denied"
    if outcome == "needs_approval":
        return f"Needs approval by {approval_role}" if approval_role else "Needs approval"
    return "Warning" if outcome == "warn" else "Allowed"


def ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def percent(basis_points: float) -> str:
    """“13 %”, “1.95 %”, “9.975 %”."""
    return percent_text(basis_points)


def money(cents: int, currency: str) -> str:
    """“CA$329.25”."""
    return format_cents(cents, currency)
