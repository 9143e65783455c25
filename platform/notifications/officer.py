"""What an officer hears: work nearby, what became of a bid, hours, statements."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from billing.models import IssuedDocument
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace import inviting
from marketplace.models import Assignment, Bid, Officer, Shift, Timesheet
from messaging.consents import may_text
from messaging.gsm import in_one_segment, plain
from messaging.sending import queue_sms
from messaging.spoken import spoken
from notifications import wording
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link
from tenants.context import acting_as


def tell_officer(officer: Officer, *, letter: Letter, sms: str, business_key: str, at: datetime) -> None:
    """About the officer's own shift: at once, whatever the hour, by the ways that they want. `sms` "" for none.

    Whoever wants texts alone and may not be texted gets the e-mail.
    """
    phone = verified_phone_of(officer)
    is_texted = bool(phone) and may_text(phone=phone, person_id=officer.person_id)
    if officer.wants_email or (sms and officer.wants_sms and not is_texted):
        send_letter(
            letter,
            business_key=business_key,
            recipient=officer.person.email,
            person_id=officer.person_id,
            tenant_id=officer.home_department_id,
            at=at,
        )
    if sms and officer.wants_sms and phone:
        queue_sms(
            business_key=business_key,
            recipient=phone,
            text=plain(sms),
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
    """marketplace.shift_opened, tier_opened and shift_short_staffed: those whom the rules allow and whose own travel
    radius holds the venue are told in waves. A shift that was left short tells again: places are first come from now
    on."""
    inviting.begin_round(
        shift_id=UUID(event.payload["shift_id"]), event_id=event.id, tier_id=event.payload.get("tier_id", ""), at=at
    )


def tell_release(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_released: taken off a shift before it began, and why."""
    assignment = Assignment.objects.select_related("officer__person", "shift__job__venue").get(
        id=event.payload["assignment_id"]
    )
    shift = assignment.shift
    with speaking(assignment.officer.person.language):
        tell_officer(
            assignment.officer,
            letter=_off(
                gettext("You are off this shift"),
                shift,
                spoken(assignment.ended_reason),
                gettext("It does not count as a call-off of yours."),
            ),
            sms=in_one_segment(
                gettext("Muster: you are off {title}, {slot}. {reason}"),
                shortened={"title": shift.job.title, "reason": spoken(assignment.ended_reason)},
                slot=wording.short_slot(shift),
            ),
            business_key=f"{event.id}:{assignment.officer_id}",
            at=at,
        )


def _off(heading: str, shift: Shift, *paragraphs: str) -> Letter:
    """The shift is not theirs any more, and they can look for another."""
    return Letter(
        subject=f"{heading}: {shift.job.title}",
        heading=heading,
        paragraphs=paragraphs,
        facts=((gettext("When"), wording.slot(shift)), (gettext("Where"), wording.place(shift.job))),
        action=(gettext("Find other work"), marketplace_link("officer:feed")),
    )


def tell_bid_decision(*, event: Event, at: datetime) -> None:
    """marketplace.bid_decided: the outcome and why, in a sentence."""
    bid = Bid.objects.select_related("officer__person", "shift__job__venue", "position").get(id=event.payload["bid_id"])
    with speaking(bid.officer.person.language):
        heading = {
            Bid.State.WON: gettext("You have the shift"),
            Bid.State.BACKUP: gettext("You are a backup for this shift"),
            Bid.State.LOST: gettext("This shift went to somebody else"),
        }.get(Bid.State(bid.state))
        if heading is not None:
            _tell_bid_decision(bid, heading, event=event, at=at)


def _tell_bid_decision(bid: Bid, heading: str, *, event: Event, at: datetime) -> None:
    shift, job = bid.shift, bid.shift.job
    won = bid.state == Bid.State.WON
    facts = [
        (gettext("When"), wording.slot(shift)),
        (gettext("Where"), wording.place(job)),
        (gettext("Position"), bid.position.rank_name),
    ]
    if won:
        facts += [
            (gettext("Meeting point"), job.meeting_point),
            (gettext("On-site contact"), f"{job.contact_name}, {job.contact_phone}"),
            (gettext("Attire"), job.attire),
        ]
    meeting = gettext("Meet: {place}").format(place=job.meeting_point) if won else ""
    tell_officer(
        bid.officer,
        letter=Letter(
            subject=f"{heading}: {job.title}",
            heading=heading,
            paragraphs=(spoken(bid.explanation),),
            facts=tuple(facts),
            action=(gettext("Open the shift"), marketplace_link("officer:shift", shift_id=shift.id)),
        ),
        sms=in_one_segment(
            "Muster: {heading}. {title}, {slot}. {meeting}",
            shortened={"title": job.title, "meeting": meeting},
            heading=heading,
            slot=wording.short_slot(shift),
        ),
        business_key=f"{event.id}:{bid.officer_id}",
        at=at,
    )


def tell_ended_bids(*, event: Event, at: datetime) -> None:
    """marketplace.shift_cancelled: whoever had bid, or waited as a backup, can plan something else."""
    bids = Bid.objects.select_related("officer__person", "shift__job__venue").filter(id__in=event.payload["bid_ids"])
    for bid in bids.order_by("id"):
        shift = bid.shift
        with speaking(bid.officer.person.language):
            tell_officer(
                bid.officer,
                letter=_off(
                    gettext("This shift does not take place"),
                    shift,
                    spoken(bid.explanation),
                    gettext("Your bid has ended. It does not count against you."),
                ),
                sms=in_one_segment(
                    gettext("Muster: {title}, {slot}, is off. Your bid has ended."),
                    shortened={"title": shift.job.title},
                    slot=wording.short_slot(shift),
                ),
                business_key=f"{event.id}:{bid.officer_id}",
                at=at,
            )


def tell_timesheet_decision(*, event: Event, at: datetime) -> None:
    """marketplace.timesheet_approved and marketplace.timesheet_disputed"""
    timesheet = Timesheet.objects.select_related("assignment__officer__person", "assignment__shift__job").get(
        id=event.payload["timesheet_id"]
    )
    officer, shift = timesheet.assignment.officer, timesheet.assignment.shift
    disputed = timesheet.state == Timesheet.State.DISPUTED
    with speaking(officer.person.language):
        heading = gettext("Your hours are disputed") if disputed else gettext("Your hours are approved")
        news = (
            gettext("The client says: {reason} Your department decides.").format(reason=timesheet.dispute_reason)
            if disputed
            else gettext("They are being billed and paid now.")
        )
        tell_officer(
            officer,
            letter=Letter(
                subject=f"{heading}: {shift.job.title}",
                heading=heading,
                paragraphs=(news,),
                facts=(
                    (gettext("Shift"), wording.slot(shift)),
                    (gettext("Worked"), wording.hours(timesheet.worked_minutes)),
                    (gettext("Paid hours"), wording.hours(timesheet.payable_minutes)),
                ),
                action=(gettext("See your earnings"), marketplace_link("officer:earnings")),
            ),
            sms="",
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )


def send_statement(*, event: Event, at: datetime) -> None:
    """billing.document_issued, for the statement of one settled shift"""
    document = IssuedDocument.objects.defer("pdf").get(id=event.payload["document_id"])
    if document.kind != IssuedDocument.Kind.STATEMENT or document.officer_id is None:
        return
    officer = Officer.objects.select_related("person").get(id=document.officer_id)
    amount = wording.money(document.total_cents, document.currency)
    with speaking(officer.person.language):
        heading = gettext("Statement {number}").format(number=document.number)
        tell_officer(
            officer,
            letter=Letter(
                subject=f"{heading}: {amount}",
                heading=heading,
                paragraphs=(gettext("What you earned, from the hours that were approved."),),
                facts=((gettext("Amount"), amount),),
                action=(
                    gettext("Open the statement (PDF)"),
                    marketplace_link("document", document_id=document.id),
                ),
                sender=document.issuer_name,
            ),
            sms="",
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )
