"""The client's invoice for one settled shift: what was worked, what the contract bills, taxes by law, what was paid."""

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from billing.documents import rendering, wording
from billing.models import Settlement
from departments.policy.prices import Line, ShiftPrice
from kernel.money import format_cents
from marketplace.models import Assignment
from tenants.models import Tenant

PLATFORM_NAME = "Muster"


def invoice_content(*, settlement: Settlement, department: Tenant, number: str, issued_on: str) -> dict[str, Any]:
    """Everything the invoice says, as plain data: stored beside the PDF, and all that the PDF is made from."""
    price = ShiftPrice.from_json(settlement.price)
    shift, job, accepted_at = settlement.shift, settlement.job, settlement.contract.accepted_at
    assignments = {
        str(assignment.id): assignment
        for assignment in Assignment.objects.select_related("officer", "timesheet").filter(shift=shift)
    }
    return {
        "number": number,
        "issued_on": issued_on,
        "currency": settlement.currency,
        "issuer": [department.name, department.address, department.contact_email, department.contact_phone],
        "bill_to": [job.client.name, job.client.billing_address, job.client.billing_email],
        "job": {
            "reference": job.reference,
            "title": job.title,
            "venue": ", ".join(filter(None, [job.venue.name, job.venue.address])),
            "slot": wording.slot(shift.starts_at, shift.ends_at, shift.time_zone),
            "contract": f"Version {settlement.contract.version}, accepted "
            + (wording.moment(accepted_at, shift.time_zone) if accepted_at else ""),
        },
        "rates_include_tax": price.rates_include_tax,
        "lines": [_line(line, assignments.get(line.assignment_id)) for line in price.lines],
        "net_cents": price.net_cents,
        "taxes": [
            {
                "name": tax.name,
                "rate_basis_points": tax.rate_basis_points,
                "registration_number": tax.registration_number,
                "cents": tax.cents,
            }
            for tax in price.taxes()
        ],
        "total_cents": price.gross_cents,
        "prepaid_cents": settlement.quoted_cents,
        "difference_cents": settlement.billed_cents - settlement.quoted_cents,
    }


def _line(line: Line, assignment: Assignment | None) -> dict[str, Any]:
    timesheet = getattr(assignment, "timesheet", None) if assignment else None
    return {
        "description": line.description,
        "officer": assignment.officer.display_name if assignment else "",
        "supplier": line.supplier,
        "worked_minutes": timesheet.worked_minutes if timesheet else None,
        "billable_minutes": line.billable_minutes,
        "rate_cents_per_hour": line.unit_rate_cents_per_hour,
        "net_cents": line.net_cents,
        "tax_cents": line.tax_cents,
        "gross_cents": line.gross_cents,
    }


def render_invoice(content: dict[str, Any]) -> bytes:
    currency = content["currency"]
    job = content["job"]

    def money(cents: int) -> str:
        return format_cents(cents, currency)

    story: list[Flowable] = rendering.letterhead(
        issuer=content["issuer"],
        title="Invoice",
        number=content["number"],
        facts=[("Date", content["issued_on"]), ("Currency", currency)],
    )
    story += [
        rendering.pairs(
            [
                ("Bill to", "\n".join(filter(None, content["bill_to"]))),
                ("Job", f"{job['reference']} · {job['title']}"),
                ("Venue", job["venue"]),
                ("Shift", job["slot"]),
                ("Contract", job["contract"]),
            ]
        ),
        Spacer(0, 6 * mm),
        rendering.lines_table(
            headings=["Description", "Worked", "Billed", "Rate", "Net", "Tax", "Amount"],
            rows=[_row(line, content, money) for line in content["lines"]],
            widths=[0.34, 0.09, 0.09, 0.13, 0.12, 0.1, 0.13],
            numeric_from=1,
        ),
        Spacer(0, 3 * mm),
        rendering.totals(
            [
                ("Subtotal before tax", money(content["net_cents"]), False),
                *((_tax_label(tax), money(tax["cents"]), False) for tax in content["taxes"]),
                ("Total", money(content["total_cents"]), True),
                ("Paid in advance for this shift", money(content["prepaid_cents"]), False),
                _difference_row(content["difference_cents"], money),
            ]
        ),
        Spacer(0, 6 * mm),
        rendering.text(_footnote(content), "small"),
    ]
    return rendering.build(
        story=story,
        title=f"Invoice {content['number']}",
        author=content["issuer"][0],
        footer=f"Invoice {content['number']} · {content['issuer'][0]}",
    )


def _row(line: dict[str, Any], content: dict[str, Any], money: Any) -> list[str]:
    who = f"\n{line['officer']}" if line["officer"] else ""
    by_platform = f" ({PLATFORM_NAME})" if line["supplier"] == "platform" else ""
    return [
        f"{line['description']}{by_platform}{who}",
        wording.hours(line["worked_minutes"]) if line["worked_minutes"] is not None else "",
        wording.hours(line["billable_minutes"]) if line["billable_minutes"] else "",
        wording.rate(line["rate_cents_per_hour"], content["currency"]),
        money(line["net_cents"]),
        money(line["tax_cents"]) if line["tax_cents"] else "",
        money(line["gross_cents"]),
    ]


def _tax_label(tax: dict[str, Any]) -> str:
    registration = f" (registration {tax['registration_number']})" if tax["registration_number"] else ""
    return f"{tax['name']} {wording.percent(tax['rate_basis_points'])}{registration}"


def _difference_row(difference_cents: int, money: Any) -> tuple[str, str, bool]:
    if difference_cents < 0:
        return ("Refunded to your card", money(-difference_cents), True)
    if difference_cents > 0:
        return ("Charged to your card for additional hours", money(difference_cents), True)
    return ("Balance", money(0), True)


def _footnote(content: dict[str, Any]) -> str:
    rates = (
        "Hourly rates include tax; the net amount is derived per line and rounded to the cent. "
        if content["rates_include_tax"]
        else ""
    )
    return (
        f"{rates}Worked is the time verified on site; Billed follows the contract's minimums and rounding. "
        f"The service fee is supplied by {PLATFORM_NAME}."
    )
