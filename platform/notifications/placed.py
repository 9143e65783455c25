"""Somebody gave an officer a place that they neither bid for nor were offered: they hear it at once."""

from datetime import datetime

from django.utils.translation import gettext

from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import Assignment, Bid, Job, Offer, Relief
from messaging.gsm import in_one_segment
from notifications import wording
from notifications.letters import Letter
from notifications.links import marketplace_link
from notifications.officer import tell_officer
from tenants.queries import get_tenant


def tell_placed(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_confirmed, of whom a desk chose. Whoever bid hears what became of the bid, and whoever was
    offered the place has said yes to it."""
    assignment = Assignment.objects.select_related("officer__person", "shift__job__venue", "position").get(
        id=event.payload["assignment_id"]
    )
    if assignment.state != Assignment.State.CONFIRMED or _knows(assignment):
        return
    shift, job, officer = assignment.shift, assignment.shift.job, assignment.officer
    with speaking(officer.person.language):
        has_begun = assignment.created_at >= shift.starts_at
        heading = gettext("You are sent to a shift that has begun") if has_begun else gettext("You have the shift")
        meeting = gettext("Meet: {place}").format(place=job.meeting_point)
        tell_officer(
            officer,
            letter=Letter(
                subject=f"{heading}: {job.title}",
                heading=heading,
                paragraphs=_sentences(assignment, has_begun=has_begun),
                facts=(
                    (gettext("When"), wording.slot(shift)),
                    (gettext("Where"), wording.place(job)),
                    (gettext("Position"), assignment.position.rank_name),
                    (gettext("Meeting point"), job.meeting_point),
                    (gettext("On-site contact"), f"{job.contact_name}, {job.contact_phone}"),
                    (gettext("Attire"), job.attire),
                ),
                action=(
                    gettext("Open the shift"),
                    marketplace_link("officer:assignment", assignment_id=assignment.id),
                ),
            ),
            sms=in_one_segment(
                "Muster: {heading}. {title}, {slot}. {meeting}",
                shortened={"title": job.title, "meeting": meeting},
                heading=heading,
                slot=wording.short_slot(shift),
            ),
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )


def _knows(assignment: Assignment) -> bool:
    """A bid that won once before is told of again, though it belongs to the assignment that ended. A backup who is sent
    to relieve somebody hears no decision on their bid."""
    if Relief.objects.filter(incoming=assignment).exists():
        return False
    won = Bid.objects.filter(shift=assignment.shift, officer=assignment.officer, state=Bid.State.WON)
    return won.exists() or Offer.objects.filter(assignment=assignment).exists()


def _sentences(assignment: Assignment, *, has_begun: bool) -> tuple[str, ...]:
    shift = assignment.shift
    agency_id = shift.job.agency_id if shift.job.route == Job.Route.AGENCY else None
    desk = get_tenant(tenant_id=agency_id or shift.governing_department_id)
    sentences = [gettext("%(name)s gave you this place.") % {"name": desk.name}]
    relief = Relief.objects.filter(incoming=assignment).select_related("outgoing__officer").first()
    if relief is not None:
        sentences.append(
            gettext("You relieve %(name)s. Their time ends when you clock in.")
            % {"name": relief.outgoing.officer.display_name}
        )
    if has_begun:
        sentences.append(gettext("Go there now. Your hours begin when you clock in."))
    return tuple(sentences)
