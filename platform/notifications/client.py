"""What a client hears: their request arrived, was decided, is paid, is staffed, waits for their word, is invoiced."""

from datetime import datetime

from billing.models import Charge, Contract, IssuedDocument
from kernel.subscriptions import Event
from marketplace.documents.checklists import checklist
from marketplace.models import Assignment, Shift, Timesheet
from notifications import wording
from notifications.client_letters import facts_of_job, job_of, tell_client, wanted_by
from notifications.letters import Letter
from notifications.links import marketplace_link
from tenants.queries import get_tenant


def confirm_request(*, event: Event, at: datetime) -> None:
    """marketplace.job_submitted"""
    job = job_of(event.payload["job_id"])
    needed = [row for row in checklist(job_id=job.id) if row.awaits_client]
    department = get_tenant(tenant_id=job.governing_department_id)
    letter = Letter(
        subject=f"{job.reference}: we have your request",
        heading="We have your request",
        paragraphs=(
            f"{department.name} will look at it and answer by e-mail. Nothing is charged until you accept a contract.",
            *(
                ("The department needs the documents listed below from you. Bring them on the page of your request.",)
                if needed
                else ()
            ),
        ),
        facts=(*facts_of_job(job), *((row.demand.name, wanted_by(job, row.demand)) for row in needed)),
        action=("See your request", marketplace_link("client:job", job_id=job.id)),
        sender=department.name,
    )
    tell_client(letter, job=job, event=event, at=at)


def tell_rejection(*, event: Event, at: datetime) -> None:
    """marketplace.job_rejected"""
    job = job_of(event.payload["job_id"])
    department = get_tenant(tenant_id=job.governing_department_id)
    letter = Letter(
        subject=f"{job.reference}: your request was not approved",
        heading="Your request was not approved",
        paragraphs=(
            f"{department.name} gives this reason: {job.decision_reason}",
            "Nothing was charged. You can change the request and send it again.",
        ),
        facts=facts_of_job(job),
        action=("See your request", marketplace_link("client:job", job_id=job.id)),
        sender=department.name,
    )
    tell_client(letter, job=job, event=event, at=at)


def offer_contract(*, event: Event, at: datetime) -> None:
    """billing.contract_offered"""
    contract = Contract.objects.get(id=event.payload["contract_id"])
    job = job_of(str(contract.job_id))
    department = get_tenant(tenant_id=job.governing_department_id)
    again = contract.version > 1
    letter = Letter(
        subject=f"{job.reference}: your contract{f' (version {contract.version})' if again else ''} is ready",
        heading="Your contract has changed" if again else "Your request is approved",
        paragraphs=(
            "The job was changed, so we ask you again. Until you accept, the version before stands."
            if again
            else "Read the contract, accept it and pay. Officers are invited once it is paid.",
        ),
        facts=(*facts_of_job(job), ("Total", wording.money(contract.total_cents, contract.currency))),
        action=("Read, accept and pay", marketplace_link("client:contract", contract_id=contract.id)),
        sender=department.name,
    )
    tell_client(letter, job=job, event=event, at=at)


def confirm_payment(*, event: Event, at: datetime) -> None:
    """billing.charge_succeeded"""
    charge = Charge.objects.get(id=event.payload["charge_id"])
    job = job_of(str(charge.job_id))
    letter = Letter(
        subject=f"{job.reference}: payment received",
        heading="Thank you, your payment arrived",
        paragraphs=(_what_a_payment_brings(charge), "Your receipt is among your documents."),
        facts=(*facts_of_job(job), ("Paid", wording.money(charge.amount_cents, charge.currency))),
        action=("Follow your job", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def _what_a_payment_brings(charge: Charge) -> str:
    if charge.settlement_id is not None:
        return "It pays for hours that are approved. Those who worked are paid from it now."
    live = Assignment.objects.filter(shift__job_id=charge.job_id, state__in=Assignment.LIVE_STATES)
    if live.exists():
        return "Your officers come as agreed. Nothing more is to be done."
    return "Officers near the venue are being invited now. You will hear from us when the job is staffed."


def report_short_award(*, event: Event, at: datetime) -> None:
    """marketplace.shift_awarded, when places are left; a full one is told by shift_staffed."""
    if Shift.objects.get(id=event.payload["shift_id"]).state != Shift.State.STAFFED:
        report_staffing(event=event, at=at)


def report_staffing(*, event: Event, at: datetime) -> None:
    """marketplace.shift_staffed; a report that arrives after the start would only confuse."""
    shift = Shift.objects.get(id=event.payload["shift_id"])
    if at >= shift.starts_at:
        return
    job = job_of(str(shift.job_id))
    assignments = list(
        Assignment.objects.select_related("officer", "position").filter(shift=shift, state__in=Assignment.LIVE_STATES)
    )
    wanted = sum(position.headcount for position in shift.positions.all())
    if len(assignments) == wanted:
        heading = "Your job is staffed"
    elif assignments:
        heading = f"{len(assignments)} of {wanted} officers are assigned"
    else:
        heading = "No officer could be assigned yet"
    missing = (
        ()
        if len(assignments) == wanted
        else ("Positions that stay unfilled are refunded in full, without your asking.",)
    )
    letter = Letter(
        subject=f"{job.reference}: {heading[0].lower()}{heading[1:]}",
        heading=heading,
        paragraphs=missing or ("These officers will report at your meeting point.",),
        facts=(
            ("Reference", job.reference),
            ("When", wording.slot(shift)),
            ("Where", wording.place(job)),
            ("Meeting point", job.meeting_point),
            *((assignment.position.rank_name, assignment.officer.display_name) for assignment in assignments),
        ),
        action=("See your job", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def ask_for_approval(*, event: Event, at: datetime) -> None:
    """marketplace.timesheet_submitted"""
    timesheet = Timesheet.objects.select_related("assignment__officer", "assignment__shift").get(
        id=event.payload["timesheet_id"]
    )
    shift = timesheet.assignment.shift
    job = job_of(str(shift.job_id))
    deadline = (
        f"If we hear nothing by {wording.moment(timesheet.approves_at, shift.time_zone)}, they count as approved."
        if timesheet.approves_at
        else "The department checks this one first; you can already approve or dispute it."
    )
    letter = Letter(
        subject=f"{job.reference}: please check the hours",
        heading="Please check the hours",
        paragraphs=(deadline,),
        facts=(
            ("Officer", timesheet.assignment.officer.display_name),
            ("Shift", wording.slot(shift)),
            ("Worked", wording.hours(timesheet.worked_minutes)),
            ("Billed by the contract's rules", wording.hours(timesheet.billable_minutes)),
        ),
        action=("Approve or dispute", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def send_invoice(*, event: Event, at: datetime) -> None:
    """billing.document_issued, for invoices"""
    document = IssuedDocument.objects.defer("pdf").get(id=event.payload["document_id"])
    kinds = (IssuedDocument.Kind.INVOICE, IssuedDocument.Kind.AGENCY_INVOICE)
    if document.kind not in kinds or document.job_id is None:
        return
    job = job_of(str(document.job_id))
    letter = Letter(
        subject=f"{job.reference}: invoice {document.number}",
        heading=f"Invoice {document.number}",
        paragraphs=(
            "The hours are approved and billed. What was paid and not used is refunded to your card."
            if document.settlement_id
            else "It charges for paying an earlier invoice late, by the terms of your contract.",
        ),
        facts=(("Job", job.title), ("Total", wording.money(document.total_cents, document.currency))),
        action=("Open the invoice (PDF)", marketplace_link("document", document_id=document.id)),
        sender=document.issuer_name,
    )
    tell_client(letter, job=job, event=event, at=at)


def ask_for_missing_payment(*, event: Event, at: datetime) -> None:
    """billing.payment_needed: the saved card, or the invoice, could not bring what is owed."""
    charge = Charge.objects.get(id=event.payload["charge_id"])
    job = job_of(str(charge.job_id))
    by_invoice = charge.kind == Charge.Kind.INVOICE
    letter = Letter(
        subject=f"{job.reference}: please pay {'on the page' if by_invoice else 'the additional hours'}",
        heading="An invoice cannot be paid as it was sent" if by_invoice else "A payment did not go through",
        paragraphs=(
            "The invoice was withdrawn, or could not be sent. Pay on the job’s page instead."
            if by_invoice
            else "More hours were approved than you had paid in advance, and your card could not be charged for them. "
            "The officers are paid when this has arrived.",
        ),
        facts=(*facts_of_job(job), ("Still to pay", wording.money(charge.amount_cents, charge.currency))),
        action=("Pay now", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def tell_lapse(*, event: Event, at: datetime) -> None:
    """marketplace.job_lapsed: the dates passed before the request was approved, accepted or paid."""
    job = job_of(event.payload["job_id"])
    letter = Letter(
        subject=f"{job.reference}: your request has ended",
        heading="Your request has ended",
        paragraphs=("Its dates passed before everything was settled. Anything that you paid is refunded in full.",),
        facts=facts_of_job(job),
        action=("See your request", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)
