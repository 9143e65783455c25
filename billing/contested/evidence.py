"""What answers a dispute, collected from what the platform holds, and its submission by the operator.

Positions are told as distances from the venue; nothing of an officer but name, rank and work is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from billing.bills import coverage
from billing.contested import disputes
from billing.models import Contract, Dispute, IssuedDocument
from billing.refusals.disputes import DisputeNotAnswerable, EvidenceOnItsWay
from billing.sending import stripe_port
from billing.sending.senders import LEASE
from geo.timezones import zone_named
from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.money import format_cents
from marketplace.models import ClockEvent, Job, Shift, Timesheet
from marketplace.terms import check_text

# Stripe's own limit is 20,000 characters.
LONGEST_TEXT: Final = 19_000


def collect(*, dispute: Dispute) -> list[str]:
    """Plain sentences, in order: what was agreed, who came when, which hours were approved by whom, what was billed."""
    job = Job.objects.select_related("client", "venue").get(id=dispute.job_id)
    return [*_agreed(job), *_work(job), *_billed(job)]


def submit(*, dispute_id: UUID, remarks: str, actor: Actor, at: datetime) -> Dispute:
    """Send the collected facts and the operator's remarks to the bank. It can be done once.

    What is sent is saved first, under a key of its own: after a time-out the same is sent again. Of two at once, the
    second is told to wait. Call it outside of a transaction.
    Raises NotFound, DisputeNotAnswerable, EvidenceOnItsWay, PaymentServiceUnavailable, PaymentRefused.
    """
    check_text(field="remarks", what="your remarks", text=remarks, maximum=4000, required=False)
    with transaction.atomic():
        dispute = Dispute.objects.select_for_update(of=("self",)).filter(id=dispute_id).first()
        if dispute is None:
            raise NotFound("There is no such dispute.")
        is_late = dispute.evidence_due_at is not None and dispute.evidence_due_at <= at
        if dispute.state not in disputes.ANSWERABLE_STATES or dispute.submitted_at is not None or is_late:
            raise DisputeNotAnswerable(
                "Evidence was submitted already, or the bank takes none any more.", state=dispute.state
            )
        if dispute.evidence_leased_until is not None and dispute.evidence_leased_until > at:
            raise EvidenceOnItsWay(
                "Somebody is sending this evidence just now. Look again in two minutes: it is there, or can be sent."
            )
        leased_until = dispute.evidence_leased_until = at + LEASE
        dispute.save(update_fields=["evidence_leased_until"])
        if not dispute.evidence:
            dispute.evidence = _body(dispute, remarks)
            dispute.submitted_by_person_id = actor.person_id
            dispute.save(update_fields=["evidence", "submitted_by_person_id"])
            audit.record(
                actor=actor,
                action="dispute.evidence_submitted",
                subject_kind="dispute",
                subject_id=dispute.id,
                tenant_id=Job.objects.values_list("governing_department_id", flat=True).get(id=dispute.job_id),
                at=at,
                after={"reference": dispute.provider_reference},
            )
    body: Any = {"evidence": dispute.evidence, "submit": True}
    try:
        answer = stripe_port.ask(
            lambda: stripe_port.client().v1.disputes.update(
                dispute.provider_reference, body, {"idempotency_key": f"evidence:{dispute.id}"}
            )
        )
    finally:
        Dispute.objects.filter(id=dispute.id, evidence_leased_until=leased_until).update(evidence_leased_until=None)
    Dispute.objects.filter(id=dispute.id, submitted_at=None).update(submitted_at=at)
    return disputes.apply(fetched=stripe_port.plain(answer), at=at) or dispute


def _body(dispute: Dispute, remarks: str) -> dict[str, str]:
    job = Job.objects.select_related("client").get(id=dispute.job_id)
    first = Shift.objects.filter(job=job).order_by("starts_at").first()
    sentences = [*([remarks.strip()] if remarks.strip() else []), *collect(dispute=dispute)]
    return {
        "customer_name": job.client.name,
        "customer_email_address": job.client.billing_email,
        "product_description": f"Off-duty police officers for {job.title} ({job.reference})",
        "service_date": _moment(first.starts_at, job) if first else "",
        "uncategorized_text": "\n".join(sentences)[:LONGEST_TEXT],
    }


def _agreed(job: Job) -> Iterator[str]:
    contract = coverage.accepted_contract(job_id=job.id)
    yield f"Job {job.reference}: {job.title}, at {job.venue.name}, {job.venue.address}."
    if contract is not None and contract.accepted_at is not None:
        yield (
            f"The client accepted version {contract.version} of the contract on "
            f"{_moment(contract.accepted_at, job)} from address {contract.accepted_from_address or 'unknown'}, for "
            f"{format_cents(contract.total_cents, contract.currency)}, cancellation terms included."
        )
    for earlier in Contract.objects.filter(job=job, state=Contract.State.SUPERSEDED, accepted_at__isnull=False):
        yield f"Version {earlier.version} had been accepted on {_moment(earlier.accepted_at, job)}."  # type: ignore[arg-type]


def _work(job: Job) -> Iterator[str]:
    punches = (
        ClockEvent.objects.select_related("assignment__officer", "assignment__position")
        .filter(assignment__shift__job=job)
        .order_by("happened_at", "id")
    )
    for punch in punches:
        who = f"{punch.assignment.position.rank_name} {punch.assignment.officer.display_name}"
        verb = "arrived" if punch.kind == ClockEvent.Kind.IN else "left"
        where = (
            f", {punch.distance_metres:.0f} m from the venue by satellite position"
            if punch.distance_metres is not None
            else ""
        )
        yield f"{who} {verb} on {_moment(punch.happened_at, job)}{where} ({punch.verdict.lower()})."
    sheets = Timesheet.objects.select_related("assignment__officer").filter(
        assignment__shift__job=job, state__in=Timesheet.FINAL_STATES
    )
    for sheet in sheets.order_by("worked_starts_at", "id"):
        hours, minutes = divmod(sheet.worked_minutes, 60)
        by = {"client": "by the client", "silence": "as nobody objected in time"}.get(
            sheet.decided_by, "by the department"
        )
        yield (
            f"{sheet.assignment.officer.display_name}: {hours} h {minutes:02d} worked, approved {by}"
            + (f" on {_moment(sheet.decided_at, job)}." if sheet.decided_at else ".")
        )


def _billed(job: Job) -> Iterator[str]:
    documents = IssuedDocument.objects.filter(job_id=job.id, kind=IssuedDocument.Kind.INVOICE).defer("pdf", "content")
    for document in documents.order_by("issued_at"):
        yield (
            f"Invoice {document.number} of {_moment(document.issued_at, job)}: "
            f"{format_cents(document.total_cents, document.currency)}."
        )


def _moment(at: datetime, job: Job) -> str:
    return f"{at.astimezone(zone_named(job.time_zone)):%Y-%m-%d %H:%M}"
