"""What letters to a client share: whom they go to, and what they say of the job."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from accounts.models import Person
from kernel.subscriptions import Event
from marketplace.models import DocumentDemand, Job
from notifications import wording
from notifications.letters import Letter, send_letter


def job_of(job_id: str) -> Job:
    return Job.objects.select_related("client", "venue").get(id=job_id)


def _recipients(job: Job) -> Iterator[tuple[str, UUID | None]]:
    """Whoever acts for the client, and the billing address once more only when it is another."""
    people = list(Person.objects.filter(client_memberships__client=job.client, client_memberships__ended_at=None))
    yield from ((person.email, person.id) for person in people)
    if job.client.billing_email.lower() not in {person.email.lower() for person in people}:
        yield job.client.billing_email, None


def tell_client(letter: Letter, *, job: Job, event: Event, at: datetime) -> None:
    for address, person_id in _recipients(job):
        send_letter(
            letter,
            business_key=f"{event.id}:{address}",
            recipient=address,
            person_id=person_id,
            tenant_id=job.governing_department_id,
            at=at,
        )


def facts_of_job(job: Job) -> tuple[tuple[str, str], ...]:
    slots = [wording.slot(shift) for shift in job.shifts.order_by("starts_at")[:6]]
    return (
        ("Reference", job.reference),
        ("What", job.title),
        ("Where", wording.place(job)),
        *(("When", slot) for slot in slots),
    )


def wanted_by(job: Job, demand: DocumentDemand) -> str:
    return f"by {wording.moment(demand.due_at, job.time_zone)}"
