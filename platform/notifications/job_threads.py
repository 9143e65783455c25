"""E-mail to whoever has not read a job's thread for a while: how many messages, and where. Never what they say: whoever
reads a forwarded mail has no seat there."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext, override

from accounts.models import Person
from kernel.subscriptions import Event
from marketplace.models import Assignment, Job, JobMessage
from notifications.client_letters import job_of
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link, tenant_link


def tell_unread(*, event: Event, at: datetime) -> None:
    """marketplace.job_messages_unread"""
    payload = event.payload
    person = Person.objects.get(id=payload["person_id"])
    job = job_of(payload["job_id"])
    side, count = JobMessage.Side(payload["side"]), int(payload["count"])
    link, tenant_id = _place(job, side, person)
    if not link:
        return
    with override(person.language):
        heading = ngettext("%(count)s new message about %(title)s", "%(count)s new messages about %(title)s", count) % {
            "count": count,
            "title": job.title,
        }
        letter = Letter(
            subject=heading,
            heading=heading,
            paragraphs=(gettext("Read them and answer on the job's page. Answers to this e-mail are not read."),),
            facts=((gettext("Job"), job.reference),),
            action=(gettext("Read the messages"), link),
        )
    send_letter(
        letter,
        business_key=f"{event.id}:{person.id}",
        recipient=person.email,
        person_id=person.id,
        tenant_id=tenant_id,
        at=at,
    )


def _place(job: Job, side: JobMessage.Side, person: Person) -> tuple[str, UUID | None]:
    """Where this person reads the thread, and whose letter it is; "" when they have no place there any more."""
    match side:
        case JobMessage.Side.CLIENT:
            return marketplace_link("client:job_messages", job_id=job.id), job.governing_department_id
        case JobMessage.Side.DEPARTMENT:
            department_id = job.governing_department_id
            return tenant_link(department_id, "department:request_messages", job_id=job.id), department_id
        case JobMessage.Side.AGENCY if job.agency_id is not None:
            return tenant_link(job.agency_id, "agency:job_messages", job_id=job.id), job.agency_id
        case JobMessage.Side.OFFICER:
            assignment = (
                Assignment.objects.filter(shift__job=job, officer__person=person, state__in=Assignment.COMMITTED_STATES)
                .select_related("officer")
                .order_by("-shift__starts_at")
                .first()
            )
            if assignment is not None:
                link = marketplace_link("officer:assignment_messages", assignment_id=assignment.id)
                return link, assignment.officer.home_department_id
    return "", None
