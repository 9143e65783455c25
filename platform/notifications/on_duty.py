"""Called to duty in the middle of a detail, and incidents: the department hears what happened, the client only when."""

from datetime import datetime

from django.utils.translation import gettext

from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.job_policies import policy_of_job
from marketplace.models import DutyEvent, Relief
from notifications import wording
from notifications.client import job_of, tell_client
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import tell_officer


def tell_of_duty(*, event: Event, at: datetime) -> None:
    """marketplace.went_on_duty"""
    told = _told(event)
    shift = told.assignment.shift
    bills_on = (
        told.category == DutyEvent.DutyCategory.JOB_RELATED_ARREST and policy_of_job(shift.job).on_duty.bills_arrests
    )
    counted = "The detail's time goes on: your policy bills it." if bills_on else "The detail's time stands still."
    letter = Letter(
        subject=f"Called to duty: {shift.job.title}",
        heading=f"{told.assignment.officer.display_name} went on duty",
        paragraphs=(f"{told.category_label}. {counted} Arrange a relief if the post needs one.",),
        facts=(("Since", wording.moment(told.happened_at, shift.time_zone)), ("Shift", wording.slot(shift))),
        action=_their_page(told),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)
    if bills_on:
        return
    job = job_of(str(shift.job_id))
    letter = Letter(
        subject=f"{job.reference}: an officer was called away",
        heading="An officer was called to police duty",
        paragraphs=(
            "Police duty comes first. You pay nothing for the time away; the department was told and looks after it.",
        ),
        facts=(
            ("Officer", told.assignment.officer.display_name),
            ("Since", wording.moment(told.happened_at, shift.time_zone)),
        ),
        action=("See your job", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def announce_incident(*, event: Event, at: datetime) -> None:
    """marketplace.incident_flagged: for the department alone."""
    told = _told(event)
    shift = told.assignment.shift
    letter = Letter(
        subject=f"Incident flagged: {shift.job.title}",
        heading=f"{told.assignment.officer.display_name} flagged an incident",
        paragraphs=("The report itself is in your department's own system. The client was not told.",),
        facts=(
            ("Kind", told.category_label),
            ("When", wording.moment(told.happened_at, shift.time_zone)),
            ("Report number", told.report_number or "not given yet"),
        ),
        action=_their_page(told),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def tell_relieved(*, event: Event, at: datetime) -> None:
    """marketplace.place_handed_over: the officer whose time ended without a clock-out of their own."""
    relief = Relief.objects.select_related(
        "incoming__officer", "outgoing__officer__person", "outgoing__shift__job__client"
    ).get(id=event.payload["relief_id"])
    if relief.handed_over_by == Relief.By.OUTGOING or relief.handed_over_at is None:
        return
    officer, shift = relief.outgoing.officer, relief.outgoing.shift
    with speaking(officer.person.language):
        when = wording.moment(relief.handed_over_at, shift.time_zone)
        heading = gettext("You are relieved")
        sentence = gettext("%(name)s has your place since %(moment)s. You are clocked out; your hours are ready.") % {
            "name": relief.incoming.officer.display_name,
            "moment": when,
        }
        letter = Letter(
            subject=f"{heading}: {shift.job.title}",
            heading=heading,
            paragraphs=(sentence,),
            facts=((gettext("Shift"), wording.slot(shift)),),
            action=(
                gettext("See your hours"),
                marketplace_link("officer:assignment", assignment_id=relief.outgoing_id),
            ),
        )
        tell_officer(officer, letter=letter, sms=f"Muster: {sentence}", business_key=f"{event.id}:{officer.id}", at=at)


def _told(event: Event) -> DutyEvent:
    return DutyEvent.objects.select_related("assignment__officer", "assignment__shift__job__client").get(
        id=event.payload["duty_event_id"]
    )


def _their_page(told: DutyEvent) -> tuple[str, str]:
    department_id = told.assignment.shift.governing_department_id
    address = tenant_link(department_id, "department:assignment", assignment_id=told.assignment_id)
    return "Open the assignment", address
