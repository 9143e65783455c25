"""The period's documents on paper, in the look of all issued documents."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from billing.documents import rendering, wording
from kernel.money import format_cents

_MOVES = {
    "earned": "Added to what you earned",
    "taken_back": "Taken off what you earned",
    "paid": "Transferred to you",
    "returned": "Came back from your account",
}


def render_statement(content: dict[str, Any]) -> bytes:
    """Opening, earned, paid, closing; payroll apart, since it is paid elsewhere."""
    currency = content["currency"]
    story = [*_head(content, "Officer statement"), rendering.pairs([("Officer", content["officer"]), _period(content)])]
    if content["lines"]:
        story += [Spacer(0, 6 * mm), rendering.text("Earned, to be transferred", "strong"), _work(content, "lines")]
    if content["movements"]:
        story += [Spacer(0, 4 * mm), _moves(content, "movements")]
    if content["lines"] or content["movements"] or content["opening_cents"]:
        rows = [
            ("Owed to you before", content["opening_cents"], False),
            ("Earned in this period", content["earned_cents"], False),
            ("Transferred to you", -content["paid_cents"], False),
            ("Came back from your account", content["returned_cents"], False),
            ("Owed to you at the end", content["closing_cents"], True),
        ]
        story += [Spacer(0, 3 * mm), _totals([row for row in rows if row[1] or row[2]], currency)]
    if content["payroll_lines"]:
        story += [
            Spacer(0, 6 * mm),
            rendering.text("With your department's payroll", "strong"),
            _work(content, "payroll_lines"),
            Spacer(0, 3 * mm),
            _totals([("Sent to payroll", content["payroll_cents"], True)], currency),
        ]
    story += [
        Spacer(0, 6 * mm),
        rendering.text(
            "Worked is the time verified on site. Paid hours follow your department's rules: minimums and rounding. "
            "Deductions, where there are any, are your employer's and are not shown here.",
            "small",
        ),
    ]
    return _build(content, story, "Officer statement")


def render_self_billed_invoice(content: dict[str, Any]) -> bytes:
    """A negative one takes back more than the period earned, and is titled as the credit note that it is."""
    currency, buyer = content["currency"], content["buyer"]
    title = "Self-billed invoice" if content["total_cents"] >= 0 else "Self-billed credit note"
    numbers = ", ".join(buyer["tax_numbers"])
    story = [
        *_head(content, title),
        rendering.pairs(
            [
                ("Supplier", content["supplier"]["name"]),
                ("Buyer", "\n".join(filter(None, [buyer["name"], buyer["address"], numbers]))),
                _period(content),
            ]
        ),
    ]
    if content["lines"]:
        story += [Spacer(0, 6 * mm), _work(content, "lines")]
    if content["corrections"]:
        story += [Spacer(0, 4 * mm), _moves(content, "corrections")]
    story += [
        Spacer(0, 3 * mm),
        _totals([("Net", content["net_cents"], False), ("Total", content["total_cents"], True)], currency),
        Spacer(0, 6 * mm),
        rendering.text(
            f"Issued by {buyer['name']} in the name of {content['supplier']['name']}, who need not send an invoice of "
            "their own. No tax is charged: no tax registration of the supplier is known.",
            "small",
        ),
    ]
    return _build(content, story, title)


def _head(content: dict[str, Any], title: str) -> list[Flowable]:
    return rendering.letterhead(
        issuer=content["issuer"],
        title=title,
        number=content["number"],
        facts=[("Date", content["issued_on"]), ("Currency", content["currency"])],
    )


def _period(content: dict[str, Any]) -> tuple[str, str]:
    return ("Period", f"{content['period']['first_date']} to {content['period']['last_date']}")


def _work(content: dict[str, Any], name: str) -> Flowable:
    currency = content["currency"]
    return rendering.lines_table(
        headings=["Work", "Pay code", "Worked", "Paid hours", "Rate", "Amount"],
        rows=[
            [
                f"{line['reference']} · {line['title']}\n{line['detail']}"
                + (f"\nLess fees of {format_cents(line['fee_cents'], currency)}" if line["fee_cents"] else ""),
                line["pay_code"],
                wording.hours(line["worked_minutes"]),
                wording.hours(line["paid_minutes"]),
                wording.rate(line["rate_cents_per_hour"], currency),
                format_cents(line["pay_cents"], currency),
            ]
            for line in content[name]
        ],
        widths=[0.42, 0.12, 0.1, 0.11, 0.12, 0.13],
        numeric_from=2,
    )


def _moves(content: dict[str, Any], name: str) -> Flowable:
    return rendering.lines_table(
        headings=["Date", "What", "Job", "Amount"],
        rows=[
            [
                move["on"],
                _MOVES[move["kind"]],
                move["reference"],
                format_cents(move["position_cents"], content["currency"]),
            ]
            for move in content[name]
        ],
        widths=[0.16, 0.44, 0.22, 0.18],
        numeric_from=3,
    )


def _totals(rows: list[tuple[str, int, bool]], currency: str) -> Flowable:
    return rendering.totals([(label, format_cents(cents, currency), strong) for label, cents, strong in rows])


def _build(content: dict[str, Any], story: list[Flowable], title: str) -> bytes:
    return rendering.build(
        story=story,
        title=f"{title} {content['number']}",
        author=content["issuer"][0],
        footer=f"{title} {content['number']} · {content['officer']}",
    )
