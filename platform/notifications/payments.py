"""What is said about paying later: please pay, a reminder, released, a failed debit, an invoice, credit on and off."""

from datetime import datetime

from billing.models import Charge, ClientCredit, PaymentDemand
from kernel.subscriptions import Event
from marketplace.models import ClientMember, Job
from notifications import wording
from notifications.client_letters import facts_of_job, job_of, tell_client
from notifications.department import tell_coordinators
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link, tenant_link
from tenants.queries import get_tenant


def ask_for_payment(*, event: Event, at: datetime) -> None:
    """billing.payment_due: officers are found, or the saved card was refused."""
    demand = _demand(event)
    card_refused = demand.shift_id is not None
    _ask(
        demand,
        event=event,
        at=at,
        subject="please pay by hand" if card_refused else "please pay now",
        heading="Your saved card could not be charged" if card_refused else "Officers are found: please pay",
        first=(
            f"The bank says: {demand.reason}"
            if card_refused
            else "By the department's rules you pay now that officers are assigned."
        ),
    )


def remind_of_payment(*, event: Event, at: datetime) -> None:
    """billing.payment_reminded"""
    _ask(
        _demand(event),
        event=event,
        at=at,
        subject="your payment is still missing",
        heading="Your payment is still missing",
        first="Your officers are assigned and waiting for it.",
    )


def tell_missed_payment(*, event: Event, at: datetime) -> None:
    """billing.payment_missed: to the client and to the desk."""
    demand = _demand(event)
    job = job_of(str(demand.job_id))
    what = "this date" if demand.shift_id and job.state != Job.State.CANCELLED else "the job"
    facts = (*facts_of_job(job), ("Not paid", wording.money(demand.amount_cents, demand.currency)))
    letter = Letter(
        subject=f"{job.reference}: not paid in time, officers released",
        heading="The payment did not come in time",
        paragraphs=(
            f"The officers are released and {what} does not take place. Nothing was charged; a deposit is "
            "refunded in full.",
            "You can send the request again.",
        ),
        facts=facts,
        action=("See your request", marketplace_link("client:job", job_id=job.id)),
        sender=get_tenant(tenant_id=job.governing_department_id).name,
    )
    tell_client(letter, job=job, event=event, at=at)
    to_desk = Letter(
        subject=f"{job.reference}: not paid in time, officers released",
        heading=f"{job.client.name} did not pay in time",
        paragraphs=(f"The officers are released and {what} does not take place.",),
        facts=facts,
        action=("See the request", tenant_link(job.governing_department_id, "department:request", job_id=job.id)),
    )
    tell_coordinators(to_desk, department_id=job.governing_department_id, event=event, at=at)


def tell_failed_debit(*, event: Event, at: datetime) -> None:
    """billing.debit_failed"""
    charge = Charge.objects.get(id=event.payload["charge_id"])
    job = job_of(str(charge.job_id))
    letter = Letter(
        subject=f"{job.reference}: your bank did not pay",
        heading="The payment from your bank did not arrive",
        paragraphs=(
            f"Your bank gives this reason: {charge.last_error}",
            "Pay again, by card or from another account. Until then nothing is booked.",
        ),
        facts=(*facts_of_job(job), ("To pay", wording.money(charge.amount_cents, charge.currency))),
        action=("Pay again", marketplace_link("client:contract", contract_id=charge.contract_id)),
    )
    tell_client(letter, job=job, event=event, at=at)


_LATE = (
    "An invoice of this job is more than {days} days overdue. The terms of payment that you agreed to charge for that. "
    "Pay both invoices to stop further charges."
)


def send_bill(*, event: Event, at: datetime) -> None:
    """billing.invoice_sent"""
    charge = Charge.objects.get(id=event.payload["charge_id"])
    job = job_of(str(charge.job_id))
    until = wording.moment(charge.payable_before, job.time_zone) if charge.payable_before else ""
    letter = Letter(
        subject=f"{job.reference}: to pay by {until}",
        heading="An invoice was not paid in time" if charge.late_of_id else "Your invoice is ready to be paid",
        paragraphs=(
            _LATE.format(days=charge.late_after_days)
            if charge.late_of_id
            else "The hours are approved and billed. An invoice that is overdue stops new work on credit.",
        ),
        facts=(
            ("Job", job.title),
            ("To pay", wording.money(charge.amount_cents, charge.currency)),
            ("Due", until),
        ),
        action=("Pay the invoice", charge.pay_url),
        sender=get_tenant(tenant_id=job.governing_department_id).name,
    )
    tell_client(letter, job=job, event=event, at=at)


def warn_of_lapsing_hold(*, event: Event, at: datetime) -> None:
    """billing.hold_lapsing: the desk must decide hours before the bank gives the money up."""
    charge = Charge.objects.get(id=event.payload["charge_id"])
    job = job_of(str(charge.job_id))
    until = wording.moment(charge.capture_before, job.time_zone) if charge.capture_before else ""
    letter = Letter(
        subject=f"{job.reference}: decide the hours by {until}",
        heading="A card is held, and the hours are not decided",
        paragraphs=(
            f"The bank gives the held money up on {until}. Decide the hours before; else the whole amount is taken "
            "then, and what is too much is refunded afterwards.",
        ),
        facts=(*facts_of_job(job), ("Held", wording.money(charge.amount_cents, charge.currency))),
        action=("See the request", tenant_link(job.governing_department_id, "department:request", job_id=job.id)),
    )
    tell_coordinators(letter, department_id=job.governing_department_id, event=event, at=at)


def tell_suspension(*, event: Event, at: datetime) -> None:
    """billing.credit_suspended"""
    owed = wording.money(event.payload["overdue_cents"], event.payload["currency"])
    _tell_of_credit(
        event,
        at,
        subject="Your credit is suspended",
        paragraphs=(
            f"{owed} are overdue. Until they are paid nothing new can be ordered by invoice; what is agreed takes "
            "place.",
            "It goes on by itself when the overdue invoices are paid. You can still pay new contracts in advance.",
        ),
    )


def tell_lifted_suspension(*, event: Event, at: datetime) -> None:
    """billing.credit_lifted"""
    _tell_of_credit(
        event,
        at,
        subject="You can order by invoice again",
        paragraphs=("Everything that was overdue is paid. Thank you.",),
    )


def _demand(event: Event) -> PaymentDemand:
    return PaymentDemand.objects.get(id=event.payload["demand_id"])


def _ask(demand: PaymentDemand, *, event: Event, at: datetime, subject: str, heading: str, first: str) -> None:
    job = job_of(str(demand.job_id))
    if demand.state not in PaymentDemand.OPEN_STATES:
        # Paid, or given up, before this letter was written.
        return
    until = wording.moment(demand.deadline_at, job.time_zone)
    letter = Letter(
        subject=f"{job.reference}: {subject} by {until}",
        heading=heading,
        paragraphs=(first, f"Pay before {until}. After that the officers are released and nothing is charged."),
        facts=(*facts_of_job(job), ("To pay", wording.money(demand.amount_cents, demand.currency)), ("Before", until)),
        action=("Pay now", marketplace_link("client:contract", contract_id=demand.contract_id)),
        sender=get_tenant(tenant_id=job.governing_department_id).name,
    )
    tell_client(letter, job=job, event=event, at=at)


def _tell_of_credit(event: Event, at: datetime, *, subject: str, paragraphs: tuple[str, ...]) -> None:
    credit = ClientCredit.objects.select_related("client").get(id=event.payload["credit_id"])
    department = get_tenant(tenant_id=credit.department_id)
    letter = Letter(
        subject=f"{subject} at {department.name}",
        heading=subject,
        paragraphs=paragraphs,
        facts=(("Client", credit.client.name), ("Department", department.name)),
        action=("See what is due", marketplace_link("client:payments")),
        sender=department.name,
    )
    members = ClientMember.objects.filter(client=credit.client, ended_at=None).select_related("person")
    people = {member.person.email: member.person_id for member in members}
    for address in dict.fromkeys([*people, credit.client.billing_email]):
        send_letter(
            letter,
            business_key=f"{event.id}:{address}",
            recipient=address,
            person_id=people.get(address),
            tenant_id=credit.department_id,
            at=at,
        )
    desk = Letter(
        subject=f"{credit.client.name}: {subject[0].lower()}{subject[1:]}",
        heading=f"{credit.client.name}: credit {'suspended' if credit.suspended_at else 'open again'}",
        paragraphs=paragraphs[:1],
        action=("See their credit", tenant_link(credit.department_id, "department:credits")),
    )
    tell_coordinators(desk, department_id=credit.department_id, event=event, at=at)
