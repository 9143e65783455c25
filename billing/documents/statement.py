"""The officer's statement for one settled shift: hours worked, hours paid, the rate, the amount, and how it is paid."""

from __future__ import annotations

from datetime import date

from billing.documents.content import DocumentContent, Fact, Line, Party, Total
from billing.documents.issuers import Issuer
from billing.documents.wording import Wording
from billing.models import Settlement
from departments.policy.prices import ShiftPrice
from marketplace.models import Assignment


def statement_content(
    *,
    settlement: Settlement,
    assignment: Assignment,
    kind: str,
    issuer: Issuer,
    language: str,
    number: str,
    issued_on: date,
) -> DocumentContent:
    """Everything that the statement says. `assignment` comes with its officer, position, shift and timesheet."""
    words = Wording(language)
    payable_minutes, pay_cents = pay_by_assignment(settlement)[str(assignment.id)]
    # A cancelled shift may pay its officers although nobody worked.
    timesheet, shift = getattr(assignment, "timesheet", None), assignment.shift
    starts_at, ends_at = (
        (timesheet.worked_starts_at, timesheet.worked_ends_at) if timesheet else (shift.starts_at, shift.ends_at)
    )
    slot = words.slot(starts_at, ends_at, shift.time_zone)
    return DocumentContent(
        kind=kind,
        number=number,
        language=language,
        issued_on=issued_on.isoformat(),
        currency=settlement.currency,
        issuer=issuer.party,
        recipient=Party(assignment.officer.display_name),
        recipient_term="officer",
        facts=(Fact("paid_how", words.say(f"paid_{settlement.contract.payee_mode}")),),
        lines=(
            Line(
                description=f"{settlement.job.reference} · {settlement.job.title}",
                details=(f"{assignment.position.rank_name}, {slot}",),
                code=assignment.pay_code,
                worked_minutes=timesheet.worked_minutes if timesheet else 0,
                charged_minutes=payable_minutes,
                rate_cents_per_hour=assignment.pay_rate_cents_per_hour,
                gross_cents=pay_cents,
            ),
        ),
        totals=(Total("total", pay_cents, is_strong=True),),
        total_cents=pay_cents,
        notes=(words.say("note_statement"),),
        logo_sha256=issuer.logo_sha256,
    )


def pay_by_assignment(settlement: Settlement) -> dict[str, tuple[int, int]]:
    """Assignment → payable minutes and the officer's share in cents, over all lines of the price."""
    pay: dict[str, tuple[int, int]] = {}
    for line in ShiftPrice.from_json(settlement.price).supplier_lines:
        if line.assignment_id and (line.pay_cents or line.payable_minutes):
            minutes, cents = pay.get(line.assignment_id, (0, 0))
            minutes += line.payable_minutes if line.kind == "labour" else 0
            pay[line.assignment_id] = (minutes, cents + line.pay_cents)
    return pay
