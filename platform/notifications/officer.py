"""What an officer hears: work nearby, what became of a bid, hours, statements."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from accounts.models import Person
from billing.models import IssuedDocument
from kernel.subscriptions import Event
from marketplace import matching, short_codes
from marketplace.models import Assignment, Bid, Officer, Shift, Timesheet
from messaging.gsm import ONE_SEGMENT
from messaging.sending import queue_sms
from notifications import wording
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link
from tenants.context import acting_as


def tell_officer(
    officer: Officer, *, letter: Letter, sms: str, business_key: str, at: datetime, phone: str | None = None
) -> None:
    if officer.wants_email:
        send_letter(
            letter,
            business_key=business_key,
            recipient=officer.person.email,
            person_id=officer.person_id,
            tenant_id=officer.home_department_id,
            at=at,
        )
    phone = verified_phone_of(officer) if phone is None else phone
    if sms and officer.wants_sms and phone:
        queue_sms(
            business_key=business_key,
            recipient=phone,
            text=wording.plain(sms),
            person_id=officer.person_id,
            tenant_id=officer.home_department_id,
            at=at,
        )


def write_to_officer(
    officer: Officer, letter: Letter, *, event: Event, at: datetime, tenant_id: UUID | None = None
) -> None:
    """By e-mail whatever the wishes about shifts: it answers a request of the officer's own.

    `tenant_id` is the department that speaks, their own when none is named.
    """
    send_letter(
        letter,
        business_key=f"{event.id}:officer:{officer.id}",
        recipient=officer.person.email,
        person_id=officer.person_id,
        tenant_id=tenant_id or officer.home_department_id,
        at=at,
    )


def verified_phone_of(officer: Officer) -> str:
    """Empty without one."""
    with acting_as(purpose="messaging"):
        private = getattr(officer, "private", None)
        return private.phone if private is not None and private.phone_verified_at is not None else ""


def invite_to_bid(*, event: Event, at: datetime) -> None:
    """marketplace.shift_opened, tier_opened and shift_short_staffed: tell those whom the rules allow and whose own
    travel radius holds the venue. A shift that was left short tells again: places are first come from now on."""
    shift = Shift.objects.select_related("job__venue").get(id=event.payload["shift_id"])
    if shift.state not in (Shift.State.OPEN, Shift.State.PART_STAFFED):
        return
    if not shift.first_come and shift.closes_at is not None and shift.closes_at <= at:
        # A coordinator decides by hand: no bid would be taken any more.
        return
    declined = short_codes.who_declined(shift_id=shift.id)
    near = matching.officers_to_notify(shift=shift, tier_id=event.payload.get("tier_id", ""), at=at)
    invited = [officer for officer in near if officer.id not in declined]
    if not invited:
        return
    people = {person.id: person for person in Person.objects.filter(id__in=[officer.person_id for officer in invited])}
    phones = short_codes.verified_phones(officer_ids=[officer.id for officer in invited])
    codes = short_codes.codes_for(places=[(officer.id, shift.id) for officer in invited], at=at)
    letter, sms = _invitation(shift)
    for officer in invited:
        officer.person = people[officer.person_id]
        tell_officer(
            officer,
            letter=letter,
            sms=_with_code(sms, codes.get((officer.id, shift.id))),
            business_key=f"{event.id}:{officer.id}",
            phone=phones.get(officer.id, ""),
            at=at,
        )


def _invitation(shift: Shift) -> tuple[Letter, str]:
    job = shift.job
    rates = sorted({position.pay_rate_cents_per_hour for position in shift.positions.all()})
    pay = " to ".join(wording.money(rate, job.currency) for rate in dict.fromkeys([rates[0], rates[-1]])) + "/h"
    link = marketplace_link("officer:shift", shift_id=shift.id)
    place = job.venue.place_name or job.venue.name
    closing = (
        "First come, first served."
        if shift.first_come or shift.closes_at is None
        else f"Bids close {wording.moment(shift.closes_at, shift.time_zone)}."
    )
    letter = Letter(
        subject=f"{job.title}, {wording.slot(shift)}",
        heading=f"Work near you: {job.title}",
        paragraphs=(f"Your department's rules allow you to work this shift. {closing}",),
        facts=(("When", wording.slot(shift)), ("Where", wording.place(job)), ("Pay", pay)),
        action=("See it and bid", link),
    )
    first_come = " First come." if shift.first_come else ""
    return letter, f"Muster: {job.title[:40]}, {wording.short_slot(shift)}, {place}, {pay}.{first_come} {link}"


def _with_code(sms: str, code: int | None) -> str:
    """The answer's words come first in line when not everything fits."""
    if code is None:
        return sms
    answer = gettext("Reply YES %(code)s.") % {"code": code}
    return f"{wording.plain(sms, ONE_SEGMENT - len(answer) - 1)} {answer}"


def tell_release(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_released: taken off a shift before it began, and why."""
    assignment = Assignment.objects.select_related("officer__person", "shift__job__venue").get(
        id=event.payload["assignment_id"]
    )
    shift = assignment.shift
    tell_officer(
        assignment.officer,
        letter=_off(
            "You are off this shift", shift, assignment.ended_reason, "It does not count as a call-off of yours."
        ),
        sms=f"Muster: you are off {shift.job.title[:40]}, {wording.short_slot(shift)}. {assignment.ended_reason}",
        business_key=f"{event.id}:{assignment.officer_id}",
        at=at,
    )


def _off(heading: str, shift: Shift, *paragraphs: str) -> Letter:
    """The shift is not theirs any more, and they can look for another."""
    return Letter(
        subject=f"{heading}: {shift.job.title}",
        heading=heading,
        paragraphs=paragraphs,
        facts=(("When", wording.slot(shift)), ("Where", wording.place(shift.job))),
        action=("Find other work", marketplace_link("officer:feed")),
    )


def tell_bid_decision(*, event: Event, at: datetime) -> None:
    """marketplace.bid_decided: the outcome and why, in a sentence."""
    bid = Bid.objects.select_related("officer__person", "shift__job__venue", "position").get(id=event.payload["bid_id"])
    shift, job = bid.shift, bid.shift.job
    heading = {
        Bid.State.WON: "You have the shift",
        Bid.State.BACKUP: "You are a backup for this shift",
        Bid.State.LOST: "This shift went to somebody else",
    }.get(Bid.State(bid.state))
    if heading is None:
        return
    won = bid.state == Bid.State.WON
    facts = [("When", wording.slot(shift)), ("Where", wording.place(job)), ("Position", bid.position.rank_name)]
    if won:
        facts += [
            ("Meeting point", job.meeting_point),
            ("On-site contact", f"{job.contact_name}, {job.contact_phone}"),
            ("Attire", job.attire),
        ]
    tell_officer(
        bid.officer,
        letter=Letter(
            subject=f"{heading}: {job.title}",
            heading=heading,
            paragraphs=(bid.explanation,),
            facts=tuple(facts),
            action=("Open the shift", marketplace_link("officer:shift", shift_id=shift.id)),
        ),
        sms=f"Muster: {heading}. {job.title[:40]}, {wording.short_slot(shift)}. "
        + (f"Meet: {job.meeting_point[:50]}" if won else ""),
        business_key=f"{event.id}:{bid.officer_id}",
        at=at,
    )


def tell_ended_bids(*, event: Event, at: datetime) -> None:
    """marketplace.shift_cancelled: whoever had bid, or waited as a backup, can plan something else."""
    bids = Bid.objects.select_related("officer__person", "shift__job__venue").filter(id__in=event.payload["bid_ids"])
    for bid in bids.order_by("id"):
        shift = bid.shift
        tell_officer(
            bid.officer,
            letter=_off(
                "This shift does not take place",
                shift,
                bid.explanation,
                "Your bid has ended. It does not count against you.",
            ),
            sms=f"Muster: {shift.job.title[:40]}, {wording.short_slot(shift)}, is off. Your bid has ended.",
            business_key=f"{event.id}:{bid.officer_id}",
            at=at,
        )


def tell_timesheet_decision(*, event: Event, at: datetime) -> None:
    """marketplace.timesheet_approved and marketplace.timesheet_disputed"""
    timesheet = Timesheet.objects.select_related("assignment__officer__person", "assignment__shift__job").get(
        id=event.payload["timesheet_id"]
    )
    shift = timesheet.assignment.shift
    disputed = timesheet.state == Timesheet.State.DISPUTED
    tell_officer(
        timesheet.assignment.officer,
        letter=Letter(
            subject=f"Your hours are {'disputed' if disputed else 'approved'}: {shift.job.title}",
            heading=f"Your hours are {'disputed' if disputed else 'approved'}",
            paragraphs=(
                f"The client says: {timesheet.dispute_reason} Your department decides."
                if disputed
                else "They are being billed and paid now.",
            ),
            facts=(
                ("Shift", wording.slot(shift)),
                ("Worked", wording.hours(timesheet.worked_minutes)),
                ("Paid hours", wording.hours(timesheet.payable_minutes)),
            ),
            action=("See your earnings", marketplace_link("officer:earnings")),
        ),
        sms="",
        business_key=f"{event.id}:{timesheet.assignment.officer_id}",
        at=at,
    )


def send_statement(*, event: Event, at: datetime) -> None:
    """billing.document_issued, for the statement of one settled shift"""
    document = IssuedDocument.objects.defer("pdf").get(id=event.payload["document_id"])
    if document.kind != IssuedDocument.Kind.STATEMENT or document.officer_id is None:
        return
    officer = Officer.objects.select_related("person").get(id=document.officer_id)
    amount = wording.money(document.total_cents, document.currency)
    tell_officer(
        officer,
        letter=Letter(
            subject=f"Statement {document.number}: {amount}",
            heading=f"Statement {document.number}",
            paragraphs=("What you earned, from the hours that were approved.",),
            facts=(("Amount", amount),),
            action=("Open the statement (PDF)", marketplace_link("document", document_id=document.id)),
            sender=document.issuer_name,
        ),
        sms="",
        business_key=f"{event.id}:{officer.id}",
        at=at,
    )
