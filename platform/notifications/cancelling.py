"""What is told when a job is cancelled, money goes back after the bill, or a client's bank takes a payment back."""

from datetime import datetime

from accounts.models import Person
from billing.models import Dispute, RefundCase
from kernel.subscriptions import Event
from notifications import wording
from notifications.client_letters import facts_of_job, job_of, tell_client
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link


def confirm_cancellation(*, event: Event, at: datetime) -> None:
    """billing.shifts_cancelled"""
    payload = event.payload
    job = job_of(payload["job_id"])
    dates = len(payload["shift_ids"])
    what = "one date" if dates == 1 else f"{dates} dates"
    letter = Letter(
        subject=f"{job.reference}: {what} cancelled",
        heading=f"{what[0].upper()}{what[1:]} cancelled",
        paragraphs=(
            "The officers are released. What you had paid beyond the charge goes back the way it came, in five to "
            "ten days.",
        ),
        facts=(*facts_of_job(job), ("Charged", wording.money(payload["charged_cents"], payload["currency"]))),
        action=("See your job", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def tell_refund(*, event: Event, at: datetime) -> None:
    """billing.refund_case_opened, when it was decided; after a lost dispute the client has heard from their bank."""
    case = RefundCase.objects.get(id=event.payload["case_id"])
    if case.cause != RefundCase.Cause.DECISION:
        return
    job = job_of(str(case.job_id))
    letter = Letter(
        subject=f"{job.reference}: money goes back to you",
        heading="Money goes back to you",
        paragraphs=(f"The reason: {case.reason}", "It arrives the way you paid, in five to ten days."),
        facts=(*facts_of_job(job), ("Amount", wording.money(case.amount_cents, case.currency))),
        action=("See your job", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def announce_dispute(*, event: Event, at: datetime) -> None:
    """billing.dispute_opened: the operator answers it in time, or it is lost."""
    dispute = Dispute.objects.select_related("job").get(id=event.payload["dispute_id"])
    due = (
        f"Answer by {wording.moment(dispute.evidence_due_at, dispute.job.time_zone)}."
        if dispute.evidence_due_at
        else "Answer it soon."
    )
    letter = Letter(
        subject=f"{dispute.job.reference}: a client disputes a payment",
        heading="A client disputes a payment with their bank",
        paragraphs=(due, "The evidence is collected already; look at it and submit it."),
        facts=(
            ("Job", dispute.job.reference),
            ("Amount", wording.money(dispute.amount_cents, dispute.currency)),
        ),
        action=("Open the dispute", marketplace_link("operator:dispute", dispute_id=dispute.id)),
    )
    for operator in Person.objects.filter(is_staff=True, is_active=True):
        send_letter(
            letter,
            business_key=f"{event.id}:{operator.id}",
            recipient=operator.email,
            person_id=operator.id,
            at=at,
        )
