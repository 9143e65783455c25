"""A year's payments by payee as CSV and on paper, with the thresholds that were applied and where they come from."""

import csv
import io
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from billing.documents import rendering
from billing.years.filing import Year
from billing.years.thresholds import Threshold, all_thresholds
from billing.years.totals import Change, YearTotal
from kernel.money import format_cents
from reports.spreadsheet_text import harmless

_HEAD = (
    "year", "country", "payee_kind", "payee_id", "name", "currency", "gross", "fees", "reversed", "net", "payments",
    "forms", "net_as_filed", "corrected",
)  # fmt: skip
NOTE = (
    "The day of the payment counts, by the payee's own calendar. Gross is what was transferred and what the policy "
    "kept as officers' fees; what came back corrects the year in which that job had been paid. Pay through a "
    "department's own payroll is not in it. Which form is filed, and by whom, is for the payer's accountant."
)


def thresholds_of(year: Year) -> list[Threshold]:
    return [
        one
        for one in all_thresholds()
        if one.country == year.country and one.from_year <= year.year and (one.until_year or year.year) >= year.year
    ]


def write_year_csv(year: Year) -> str:
    """One row a payee; amounts with a decimal point. A payee who was filed and is gone has a row of zeros."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(_HEAD)
    changed = {_key(one): one for one in year.corrections}
    for total in [*year.totals, *(one.filed for one in year.corrections if one.now is None and one.filed)]:
        change = changed.get((total.payee_kind, total.payee_id, total.currency))
        is_gone = change is not None and change.now is None
        cents = (0, 0, 0, 0) if is_gone else (
            total.gross_cents, total.fees_cents, total.reversed_cents, total.net_cents,
        )  # fmt: skip
        filed = _amount(change.filed.net_cents if change.filed else 0) if change is not None else ""
        writer.writerow(
            [
                total.year, total.country, total.payee_kind, total.payee_id, harmless(total.name), total.currency,
                *(_amount(one) for one in cents), 0 if is_gone else total.payments,
                "" if is_gone else " ".join(total.forms), filed, "yes" if change is not None else "",
            ]
        )  # fmt: skip
    return target.getvalue()


def print_year(year: Year, *, issuer: str, printed_on: date) -> bytes:
    story: list[Flowable] = rendering.letterhead(
        issuer=[issuer, "", ""],
        title=f"Payments to payees, {year.year}",
        number="",
        facts=[("Printed", printed_on.isoformat()), ("Country", year.country)],
    )
    story += [Spacer(0, 4 * mm), _table(year.totals), Spacer(0, 5 * mm)]
    if year.corrections:
        story += [
            rendering.text("Corrected since it was filed", "strong"),
            _corrections(year.corrections),
            Spacer(0, 5 * mm),
        ]
    story += [rendering.text(f"{one.form}: {one.words}. {one.source}.", "small") for one in thresholds_of(year)]
    story.append(rendering.text(NOTE, "small"))
    return rendering.build(
        story=story,
        title=f"Payments to payees {year.year}",
        author=issuer,
        footer=f"Payments to payees {year.year} · {issuer}",
    )


def _table(totals: list[YearTotal]) -> Flowable:
    return rendering.lines_table(
        headings=["Payee", "Gross", "Fees", "Reversed", "Net", "Payments", "Reaches"],
        rows=[
            [
                f"{one.name}\n{one.payee_kind}",
                *(
                    format_cents(cents, one.currency)
                    for cents in (one.gross_cents, one.fees_cents, one.reversed_cents, one.net_cents)
                ),
                str(one.payments),
                ", ".join(one.forms),
            ]
            for one in totals
        ],
        widths=[0.25, 0.14, 0.11, 0.12, 0.14, 0.11, 0.13],
        numeric_from=1,
    )


def _corrections(changes: list[Change]) -> Flowable:
    return rendering.lines_table(
        headings=["Payee", "Net as filed", "Net now", "Change"],
        rows=[
            [
                one.now.name if one.now else one.filed.name if one.filed else "",
                _money(one.filed),
                _money(one.now),
                format_cents(one.net_change_cents, (one.now or one.filed).currency),  # type: ignore[union-attr]
            ]
            for one in changes
        ],
        widths=[0.4, 0.2, 0.2, 0.2],
        numeric_from=1,
    )


def _money(total: YearTotal | None) -> str:
    return format_cents(total.net_cents, total.currency) if total is not None else "–"


def _key(change: Change) -> tuple[str, str, str]:
    total = change.now or change.filed
    assert total is not None
    return total.payee_kind, total.payee_id, total.currency


def _amount(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
