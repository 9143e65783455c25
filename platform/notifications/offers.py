"""Offers, bumping and giving up: what the officer hears, and what the coordinators do."""

from datetime import datetime

from django.utils.translation import gettext

from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace import short_codes
from marketplace.models import Assignment, Offer, Shift
from messaging.gsm import in_one_segment
from messaging.spoken import spoken
from notifications import wording
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, short_link, tenant_link
from notifications.officer import tell_officer


def tell_offer(*, event: Event, at: datetime) -> None:
    """marketplace.offer_made: a place is held, and until when."""
    offer = _offer(event)
    if offer.state != Offer.State.OPEN:
        return
    shift = offer.shift
    code = short_codes.code_for(officer_id=offer.officer_id, shift_id=shift.id, at=at)
    with speaking(offer.officer.person.language):
        until = wording.moment(offer.answer_by, shift.time_zone)
        heading = gettext("A shift is offered to you")
        tell_officer(
            offer.officer,
            letter=Letter(
                subject=f"{heading}: {shift.job.title}",
                heading=heading,
                paragraphs=(
                    gettext("Accept or decline it by {moment}. Then it goes to the next officer.").format(moment=until),
                ),
                facts=(
                    (gettext("When"), wording.slot(shift)),
                    (gettext("Where"), wording.place(shift.job)),
                    (gettext("Position"), offer.position.rank_name),
                    (
                        gettext("Pay"),
                        wording.money(offer.position.pay_rate_cents_per_hour, shift.job.currency) + "/h",
                    ),
                ),
                action=(gettext("Answer the offer"), marketplace_link("officer:offer", offer_id=offer.id)),
            ),
            sms=in_one_segment(
                gettext("Muster: offered to you: {title}, {slot}. Answer by {until}{answer}"),
                shortened={"title": shift.job.title},
                slot=wording.short_slot(shift),
                until=wording.short_moment(offer.answer_by, shift.time_zone),
                answer=f". {short_link('officer:offer', at=at, offer_id=offer.id)}"
                if code is None
                else gettext(": YES %(code)s or NO %(code)s.") % {"code": code},
            ),
            business_key=f"{event.id}:{offer.officer_id}",
            at=at,
        )


def tell_lapsed_offer(*, event: Event, at: datetime) -> None:
    """marketplace.offer_answered, when nobody answered: the officer's own answers need no letter."""
    offer = _offer(event)
    if offer.state != Offer.State.UNREACHABLE or offer.recorded_by_person_id is not None:
        return
    with speaking(offer.officer.person.language):
        heading = gettext("The offer has passed")
        tell_officer(
            offer.officer,
            letter=Letter(
                subject=f"{heading}: {offer.shift.job.title}",
                heading=heading,
                paragraphs=(gettext("There was no answer in time, so the place is offered to the next officer."),),
                facts=((gettext("When"), wording.slot(offer.shift)),),
                action=(gettext("Your availability"), marketplace_link("officer:availability")),
            ),
            sms="",
            business_key=f"{event.id}:{offer.officer_id}",
            at=at,
        )


def tell_bump(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_bumped"""
    assignment = Assignment.objects.select_related("officer__person", "shift__job__venue").get(
        id=event.payload["assignment_id"]
    )
    shift = assignment.shift
    with speaking(assignment.officer.person.language):
        heading = gettext("Your place went to another officer")
        tell_officer(
            assignment.officer,
            letter=Letter(
                subject=f"{heading}: {shift.job.title}",
                heading=heading,
                paragraphs=(
                    spoken(event.payload["sentence"]),
                    gettext(
                        "You are first in line for a place that becomes free. It does not count as a call-off of yours."
                    ),
                ),
                facts=((gettext("When"), wording.slot(shift)), (gettext("Where"), wording.place(shift.job))),
                action=(gettext("Open the shift"), marketplace_link("officer:shift", shift_id=shift.id)),
            ),
            sms=in_one_segment(
                gettext("Muster: you were bumped from {title}, {slot}. You are first in line."),
                shortened={"title": shift.job.title},
                slot=wording.short_slot(shift),
            ),
            business_key=f"{event.id}:{assignment.officer_id}",
            at=at,
        )


def announce_give_up(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_given_up: the coordinators read who and why."""
    assignment = Assignment.objects.select_related("officer", "shift__job").get(id=event.payload["assignment_id"])
    shift = assignment.shift
    job_link = tenant_link(shift.governing_department_id, "department:request", job_id=shift.job_id)
    letter = Letter(
        subject=f"Given up: {shift.job.title}, {wording.slot(shift)}",
        heading=f"{assignment.officer.display_name} gave up a shift",
        paragraphs=(assignment.ended_reason, "The next on the original list is asked now."),
        facts=(("When", wording.slot(shift)),),
        action=("Open the request", job_link),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def announce_awaited_award(*, event: Event, at: datetime) -> None:
    """marketplace.award_awaited: bidding has closed, and the order leaves the decision to a person."""
    shift = Shift.objects.select_related("job").get(id=event.payload["shift_id"])
    staffing_link = tenant_link(shift.governing_department_id, "department:staffing", shift_id=shift.id)
    letter = Letter(
        subject=f"To be decided: {shift.job.title}, {wording.slot(shift)}",
        heading="Bidding has closed; you decide",
        paragraphs=("Your department awards its shifts by hand. Choose the officers and say why.",),
        facts=(("When", wording.slot(shift)),),
        action=("Staff the shift", staffing_link),
    )
    tell_coordinators(letter, department_id=shift.governing_department_id, event=event, at=at)


def _offer(event: Event) -> Offer:
    return Offer.objects.select_related("officer__person", "position", "shift__job__venue").get(
        id=event.payload["offer_id"]
    )
