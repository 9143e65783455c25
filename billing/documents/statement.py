"""The officer's statement for one settled shift: hours worked, hours paid, the rate, the amount, and how it is paid."""

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from billing.documents import rendering, wording
from billing.models import Settlement
from kernel.money import format_cents
from marketplace.models import Assignment
from tenants.models import Tenant

PAID_BY = {
    "direct": "Transferred to your connected account; your bank receives it with the next payout.",
    "payroll": "Paid by your department with its next payroll, under the pay code shown. No transfer is made here.",
    "agency": "Paid by the agency that engaged you.",
}


def statement_content(
    *,
    settlement: Settlement,
    assignment: Assignment,
    department: Tenant,
    number: str,
    issued_on: str,
    payable_minutes: int,
    pay_cents: int,
) -> dict[str, Any]:
    """Everything the statement says, as plain data."""
    shift, job = assignment.shift, settlement.job
    # A cancelled shift may pay its officers although nobody worked.
    timesheet = getattr(assignment, "timesheet", None)
    starts_at, ends_at = (
        (timesheet.worked_starts_at, timesheet.worked_ends_at) if timesheet else (shift.starts_at, shift.ends_at)
    )
    return {
        "number": number,
        "issued_on": issued_on,
        "currency": settlement.currency,
        "issuer": [department.name, department.address, department.contact_email],
        "officer": assignment.officer.display_name,
        "payee_mode": settlement.contract.payee_mode,
        "lines": [
            {
                "reference": job.reference,
                "title": job.title,
                "slot": wording.slot(starts_at, ends_at, shift.time_zone),
                "position": assignment.position.rank_name,
                "pay_code": assignment.pay_code,
                "worked_minutes": timesheet.worked_minutes if timesheet else 0,
                "payable_minutes": payable_minutes,
                "pay_rate_cents_per_hour": assignment.pay_rate_cents_per_hour,
                "pay_cents": pay_cents,
            }
        ],
        "total_cents": pay_cents,
    }


def render_statement(content: dict[str, Any]) -> bytes:
    currency = content["currency"]
    story: list[Flowable] = rendering.letterhead(
        issuer=content["issuer"],
        title="Officer statement",
        number=content["number"],
        facts=[("Date", content["issued_on"]), ("Currency", currency)],
    )
    story += [
        rendering.pairs([("Officer", content["officer"]), ("Paid how", PAID_BY[content["payee_mode"]])]),
        Spacer(0, 6 * mm),
        rendering.lines_table(
            headings=["Work", "Pay code", "Worked", "Paid hours", "Rate", "Amount"],
            rows=[
                [
                    f"{line['reference']} · {line['title']}\n{line['position']}, {line['slot']}",
                    line["pay_code"],
                    wording.hours(line["worked_minutes"]),
                    wording.hours(line["payable_minutes"]),
                    wording.rate(line["pay_rate_cents_per_hour"], currency),
                    format_cents(line["pay_cents"], currency),
                ]
                for line in content["lines"]
            ],
            widths=[0.42, 0.12, 0.1, 0.11, 0.12, 0.13],
            numeric_from=2,
        ),
        Spacer(0, 3 * mm),
        rendering.totals([("Total", format_cents(content["total_cents"], currency), True)]),
        Spacer(0, 6 * mm),
        rendering.text(
            "Worked is the time verified on site. Paid hours follow your department's rules: minimums and rounding. "
            "Deductions, where there are any, are your employer's and are not shown here.",
            "small",
        ),
    ]
    return rendering.build(
        story=story,
        title=f"Officer statement {content['number']}",
        author=content["issuer"][0],
        footer=f"Statement {content['number']} · {content['officer']}",
    )
