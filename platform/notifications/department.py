"""What a department's coordinators hear: new requests, disputed hours, shifts that are short."""

from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Role
from kernel.subscriptions import Event
from marketplace.models import Assignment, ClockEvent, Job, Shift, Timesheet
from notifications import wording
from notifications.letters import Letter, send_letter
from notifications.links import tenant_link


def tell_coordinators(letter: Letter, *, department_id: UUID, event: Event, at: datetime) -> None:
    tell_staff(letter, role=Role.COORDINATOR, department_id=department_id, event=event, at=at)


def tell_staff(letter: Letter, *, role: str, department_id: UUID, event: Event, at: datetime) -> None:
    """Everybody who holds the role there now."""
    holders = Membership.objects.select_related("person").filter(tenant_id=department_id, role=role, ended_at=None)
    for membership in holders:
        send_letter(
            letter,
            business_key=f"{event.id}:{membership.person_id}",
            recipient=membership.person.email,
            person_id=membership.person_id,
            tenant_id=department_id,
            at=at,
        )


def announce_request(*, event: Event, at: datetime) -> None:
    """marketplace.job_submitted"""
    job = Job.objects.select_related("client", "venue").get(id=event.payload["job_id"])
    first = job.shifts.order_by("starts_at").first()
    letter = Letter(
        subject=f"New request {job.reference}: {job.title}",
        heading=f"New request: {job.title}",
        paragraphs=(f"{job.client.name} asks for officers.",),
        facts=(
            ("Where", wording.place(job)),
            *((("First shift", wording.slot(first)),) if first else ()),
        ),
        action=(
            "Approve or reject",
            tenant_link(job.governing_department_id, "department:request", job_id=job.id),
        ),
    )
    tell_coordinators(letter, department_id=job.governing_department_id, event=event, at=at)


def announce_dispute(*, event: Event, at: datetime) -> None:
    """marketplace.timesheet_disputed"""
    timesheet = Timesheet.objects.select_related("assignment__officer", "assignment__shift__job").get(
        id=event.payload["timesheet_id"]
    )
    shift = timesheet.assignment.shift
    letter = Letter(
        subject=f"Disputed hours: {shift.job.title}",
        heading="A client disputes hours",
        paragraphs=(timesheet.dispute_reason,),
        facts=(
            ("Officer", timesheet.assignment.officer.display_name),
            ("Shift", wording.slot(shift)),
            ("Worked", wording.hours(timesheet.worked_minutes)),
        ),
        action=("Decide", tenant_link(shift.governing_department_id, "department:timesheets")),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def announce_short_staffing(*, event: Event, at: datetime) -> None:
    """marketplace.shift_short_staffed: nobody on the list can take the place that is left."""
    shift = Shift.objects.select_related("job__client", "job__venue").get(id=event.payload["shift_id"])
    letter = Letter(
        subject=f"Short of officers: {shift.job.title}",
        heading="A shift is short of officers",
        paragraphs=(
            "No bidder is left for a place. It is open to the first officer who takes it; those nearby were told.",
        ),
        facts=(("When", wording.slot(shift)), ("Where", wording.place(shift.job))),
        action=(
            "Open the request",
            tenant_link(shift.governing_department_id, "department:request", job_id=shift.job_id),
        ),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def announce_review(*, event: Event, at: datetime) -> None:
    """marketplace.clock_review_opened: hours are not approved by silence while a punch is in doubt."""
    punch = ClockEvent.objects.select_related("assignment__officer", "assignment__shift__job").get(
        id=event.payload["clock_event_id"]
    )
    shift = punch.assignment.shift
    letter = Letter(
        subject=f"Please check a punch: {shift.job.title}",
        heading="A punch needs your eye",
        paragraphs=(punch.explanation,),
        facts=(("Officer", punch.assignment.officer.display_name), ("Shift", wording.slot(shift))),
        action=("Look at it", tenant_link(shift.governing_department_id, "department:timesheets")),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def announce_no_show(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_no_show"""
    assignment = Assignment.objects.select_related("officer", "shift__job").get(id=event.payload["assignment_id"])
    shift = assignment.shift
    letter = Letter(
        subject=f"No-show: {shift.job.title}",
        heading=f"{assignment.officer.display_name} did not clock in",
        paragraphs=("The place is not billed. If the officer was there, enter the hours with a reason.",),
        facts=(("Officer", assignment.officer.display_name), ("Shift", wording.slot(shift))),
        action=("Open the hours", tenant_link(shift.governing_department_id, "department:timesheets")),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def announce_withdrawal(*, event: Event, at: datetime) -> None:
    """marketplace.job_withdrawn"""
    job = Job.objects.select_related("client", "venue").get(id=event.payload["job_id"])
    letter = Letter(
        subject=f"Withdrawn: {job.reference} {job.title}",
        heading=f"{job.client.name} withdrew a request",
        paragraphs=("Nothing is left to do for it.",),
        facts=(("Reference", job.reference), ("Where", wording.place(job))),
    )
    tell_coordinators(letter, department_id=job.governing_department_id, event=event, at=at)
