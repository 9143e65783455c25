"""Amounts, shares, days and lists as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kernel.money import percent_text


def joined(words: Sequence[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def money(cents: int, currency: str = "") -> str:
    """“$1,234.50”."""
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    return f"{sign}${whole:,}.{rest:02d}" + (f" {currency}" if currency else "")


def percent(basis_points: float) -> str:
    """“13 %”, “7.25 %”, “9.975 %”."""
    return percent_text(basis_points).replace("-", "−")


def day(text: str) -> str:
    """“1 July 2026”; the text itself when it is no date."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%B %Y}"
