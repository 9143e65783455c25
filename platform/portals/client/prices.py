"""An itemised price as pages show it: each line once, taxes by name, the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.agreeing.quoting import prices_of, totals_of
from departments.policy.documents import Policy
from kernel.money import percent_text
from marketplace.staffing import staffing_changes, staffing_sentences
from marketplace.terms import JobTerms
from portals.wording import duration_text, period_text


@dataclass(frozen=True)
class PriceTable:
    """`lines` for the quote-lines component; cents throughout. `staffing`: why more come than were asked for."""

    lines: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    subtotal_cents: int
    total_cents: int
    currency: str
    rates_include_tax: bool
    shift_totals: list[int]
    staffing: list[str]


def price_table(*, prices: Sequence[dict[str, object]], terms: JobTerms, policy: Policy) -> PriceTable:
    """`policy` is the version that the prices were made by."""
    ladder = {
        (one.shift_number, one.change.rank_code): one.change.sentence
        for one in staffing_changes(policy=policy, terms=terms)
    }
    read = prices_of(prices)
    totals = totals_of(prices)
    zone = terms.venue.time_zone
    lines = []
    for index, price in enumerate(read):
        shift = terms.shifts[index] if index < len(terms.shifts) else None
        for line in price.lines:
            notes = []
            if shift is not None and len(read) > 1 and line.kind in ("labour", "vehicle"):
                notes.append(period_text(shift.starts_at, shift.ends_at, zone))
            scheduled = int((shift.ends_at - shift.starts_at).total_seconds() // 60) if shift else 0
            if line.explanation and line.supplier != "platform":
                notes.append(line.explanation)
            elif line.kind == "labour" and line.billable_minutes > scheduled > 0:
                notes.append(f"for {duration_text(scheduled)} on site, billed by the department's minimum or rounding")
            if line.kind == "labour" and (index + 1, line.rank_code) in ladder:
                notes.append(ladder[index + 1, line.rank_code])
            if line.supplier == "platform":
                notes.append("for booking, matching, payment and support")
            lines.append(
                {
                    "description": line.description,
                    "note": " · ".join(notes),
                    "headcount": line.headcount,
                    "billable_minutes": line.billable_minutes,
                    "unit_rate_cents_per_hour": line.unit_rate_cents_per_hour,
                    "net_cents": line.net_cents,
                }
            )
    return PriceTable(
        lines=lines,
        taxes=[
            {"label": f"{tax.name} {percent_text(tax.rate_basis_points)}", "cents": tax.cents}
            for tax in _merged(totals)
        ],
        subtotal_cents=totals.net_cents,
        total_cents=totals.gross_cents,
        currency=totals.currency,
        rates_include_tax=bool(read and read[0].rates_include_tax),
        shift_totals=[price.gross_cents for price in read],
        staffing=staffing_sentences(policy=policy, terms=terms),
    )


@dataclass
class _Tax:
    name: str
    rate_basis_points: float
    cents: int


def _merged(totals: Any) -> list[_Tax]:
    """The department's and the platform's part of one tax are one figure to the client."""
    found: dict[tuple[str, float], _Tax] = {}
    for tax in totals.taxes:
        key = (tax.name, tax.rate_basis_points)
        found.setdefault(key, _Tax(tax.name, tax.rate_basis_points, 0)).cents += tax.cents
    return list(found.values())
