"""Relief on site: a second officer comes for a place while its first still holds it, and it is handed over once.

Handed over by whatever comes first: the incoming officer's clock-in, the outgoing officer's clock-out, or a
supervisor's word. Lock order: shift, officers by id, assignments.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.policies import policy_at
from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.identifiers import uuid7
from marketplace import events
from marketplace.assigning import insert_assignment, live_overlap, locked_officers, locked_shift, record_confirmation
from marketplace.award_records import AwardBackground, store_award
from marketplace.eligibility import Judgement, may_be_seen_by, remaining_of, verdict_for
from marketplace.manual_awards import refuse_unapproved
from marketplace.models import (
    Assignment,
    Bid,
    ClockEvent,
    Job,
    Officer,
    PresencePrompt,
    Relief,
    Shift,
    Timesheet,
)
from marketplace.offer_reading import officers_for_relief
from marketplace.presence import let_lapse_on_leaving
from marketplace.refusals import ReasonMissing
from marketplace.refusals_agency_staffing import StaffedByAgency
from marketplace.refusals_bidding import AlreadyBid, AwardToOneself, NotOnRoster, OverlapsCommitment
from marketplace.refusals_field import (
    HandedOverAlready,
    NobodySentYet,
    NobodyToRelieve,
    NotToBeSent,
    ReliefArrangedAlready,
)
from marketplace.relief_reading import handover_of
from marketplace.shifts import end_work
from marketplace.terms import check_text
from marketplace.timesheets import hold_timesheet, restate_timesheet, submit_timesheet


def arrange_relief(
    *, assignment_id: UUID, department_id: UUID, officer_id: UUID, reason: str, actor: Actor, at: datetime
) -> Relief:
    """Send another officer to an officer's place. They are committed from now until the shift ends; once they call off,
    somebody else can be sent.

    Raises NotFound, ReasonMissing, TextTooLong, TextUnreadable, StaffedByAgency, NobodyToRelieve,
    ReliefArrangedAlready, NotToBeSent, AwardToOneself, OverlapsCommitment, NotAllowedAtHome, PolicyDenied,
    DeciderMissing.
    """
    check_reason(reason)
    outgoing_officer, shift_id = _known(assignment_id, department_id)
    with transaction.atomic():
        shift = locked_shift(shift_id)
        if shift.job.route == Job.Route.AGENCY:
            raise StaffedByAgency()
        officer = locked_officers([outgoing_officer, officer_id]).get(officer_id)
        # Before the list is asked: whoever has been sent is on it no longer.
        _to_be_relieved(assignment_id, at)
        if officer is None or not _may_be_sent(officer, shift, at):
            raise NotToBeSent()
        if actor.person_id is not None and actor.person_id == officer.person_id:
            raise AwardToOneself()
        return arrange_locked(
            assignment_id=assignment_id, shift=shift, officer=officer, refuse=_refuse_unapproved, reason=reason,
            actor=actor, at=at,
        )  # fmt: skip


def arrange_locked(
    *,
    assignment_id: UUID,
    shift: Shift,
    officer: Officer,
    refuse: Callable[[Officer, Shift, Judgement], None],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Relief:
    """For callers that hold the locks of the shift and both officers, and have asked whether they may choose this one.
    `refuse` raises what their desk reads of a verdict that says no.

    Raises NobodyToRelieve, ReliefArrangedAlready, NotOnRoster, AlreadyBid, OverlapsCommitment, and what `refuse` does.
    """
    outgoing, relief = _to_be_relieved(assignment_id, at)
    relief.incoming = _assign(shift, outgoing, officer, refuse=refuse, reason=reason.strip(), actor=actor, at=at)
    relief.reason, relief.arranged_at, relief.arranged_by_person_id = reason.strip(), at, actor.person_id
    relief.save()
    _record(relief, shift, "assignment.relief_arranged", events.RELIEF_ARRANGED, actor=actor, at=at, reason=reason)
    return relief


def _refuse_unapproved(officer: Officer, shift: Shift, judgement: Judgement) -> None:
    refuse_unapproved(officer, shift, judgement.verdict, ())


def hand_over(*, assignment_id: UUID, department_id: UUID, reason: str, actor: Actor, at: datetime) -> Relief:
    """The supervisor's word: the outgoing officer's time ends now, wherever the incoming one is.

    `assignment_id` is the outgoing one's. Raises NotFound, ReasonMissing, NobodySentYet,
    HandedOverAlready.
    """
    check_reason(reason)
    _, shift_id = _known(assignment_id, department_id)
    with transaction.atomic():
        shift = locked_shift(shift_id)
        found = Relief.objects.select_for_update(of=("self",)).select_related("incoming")
        relief = found.filter(outgoing_id=assignment_id).first()
        if relief is None or not (relief.handed_over_at or relief.is_coming):
            raise NobodySentYet()
        if relief.handed_over_at is not None:
            raise HandedOverAlready(relief.handed_over_at)
        relief.handover_reason = reason.strip()
        _hand_over(relief, shift, by=Relief.By.SUPERVISOR, happened_at=at, actor=actor, at=at)
    return relief


def follow_punch(*, event: ClockEvent, shift: Shift, actor: Actor, at: datetime) -> None:
    """Before the hours of a punch are made: the incoming officer is in, or the outgoing one is out.

    The caller holds the locks of shift, officer and assignment; the shift's keeps the other's assignment still.
    """
    clocking_in = event.kind == ClockEvent.Kind.IN
    side = {"incoming_id": event.assignment_id} if clocking_in else {"outgoing_id": event.assignment_id}
    found = Relief.objects.select_for_update(of=("self",)).select_related("incoming")
    relief = found.filter(handed_over_at=None, **side).first()
    if relief is None or not relief.is_coming:
        return
    by = Relief.By.INCOMING if clocking_in else Relief.By.OUTGOING
    _hand_over(relief, shift, by=by, happened_at=event.happened_at, actor=actor, at=at)


def follow_entered_hours(
    *, assignment: Assignment, shift: Shift, starts_at: datetime, ends_at: datetime, actor: Actor, at: datetime
) -> None:
    """Before hours without punches are kept: an incoming officer took the place over when they began.

    The caller holds the locks of shift and assignment. Raises InvalidInput for minutes that are another officer's.
    """
    relief = Relief.objects.select_for_update().filter(incoming=assignment, handed_over_at=None).first()
    if relief is not None:
        _hand_over(relief, shift, by=Relief.By.SUPERVISOR, happened_at=starts_at, actor=actor, at=at)
    handover = handover_of(assignment)
    if handover.took_over_at is not None and starts_at < handover.took_over_at:
        raise InvalidInput("Another officer held the place until then: begin later.", field="starts_at")
    if handover.gave_over_at is not None and ends_at > handover.gave_over_at:
        raise InvalidInput("Another officer held the place from then on: end earlier.", field="ends_at")


def _hand_over(
    relief: Relief, shift: Shift, *, by: Relief.By, happened_at: datetime, actor: Actor, at: datetime
) -> None:
    outgoing = Assignment.objects.select_for_update(of=("self",)).select_related("position").get(id=relief.outgoing_id)
    outgoing.shift = shift
    came = outgoing.clock_events.filter(kind=ClockEvent.Kind.IN).values_list("happened_at", flat=True).first()
    # An incoming phone that says an earlier moment takes nothing from who stood there until help was sent.
    earliest = max(came or shift.starts_at, shift.starts_at, relief.arranged_at)
    relief.handed_over_at = min(max(happened_at, earliest), outgoing.authorised_ends_at)
    relief.handed_over_by = by
    relief.save(update_fields=["handed_over_at", "handed_over_by", "handover_reason"])
    reason = relief.handover_reason
    _record(relief, shift, "assignment.handed_over", events.PLACE_HANDED_OVER, actor=actor, at=at, reason=reason)
    _restate_both(relief, shift, actor=actor, at=at)
    if outgoing.state != Assignment.State.CHECKED_IN or by == Relief.By.OUTGOING:
        return
    outgoing.state = Assignment.State.CHECKED_OUT
    outgoing.ended_at = relief.handed_over_at
    outgoing.ended_reason = "Relieved."
    outgoing.save(update_fields=["state", "ended_at", "ended_reason"])
    let_lapse_on_leaving(assignment=outgoing, left_at=relief.handed_over_at, why=PresencePrompt.Lapse.RELIEVED)
    submit_timesheet(assignment=outgoing, actor=actor, at=at)
    end_work(shift=shift, actor=actor, at=at)


def _restate_both(relief: Relief, shift: Shift, *, actor: Actor, at: datetime) -> None:
    """Hours that were there before the handover are made again; those that a coordinator entered are looked at."""
    sides = (relief.outgoing_id, relief.incoming_id)
    sheets = Timesheet.objects.select_for_update(of=("self",)).select_related("assignment__position")
    for sheet in sheets.filter(assignment_id__in=sides, state=Timesheet.State.SUBMITTED).order_by("id"):
        sheet.assignment.shift = shift
        if sheet.assignment.clock_events.exists():
            restate_timesheet(timesheet=sheet, actor=actor, at=at)
        else:
            hold_timesheet(timesheet=sheet, actor=actor, at=at)


def _to_be_relieved(assignment_id: UUID, at: datetime) -> tuple[Assignment, Relief]:
    """Locked, with the relief that is to be arranged. Raises NobodyToRelieve, ReliefArrangedAlready."""
    outgoing = Assignment.objects.select_for_update(of=("self",)).select_related("position").get(id=assignment_id)
    if outgoing.state != Assignment.State.CHECKED_IN or at >= outgoing.authorised_ends_at:
        raise NobodyToRelieve(str(outgoing.state))
    known = Relief.objects.select_related("incoming").filter(outgoing=outgoing).first()
    if known is not None and (known.handed_over_at is not None or known.is_coming):
        raise ReliefArrangedAlready()
    # Whoever was sent before them and does not come is in the record alone.
    return outgoing, known or Relief(outgoing=outgoing)


def _assign(
    shift: Shift,
    outgoing: Assignment,
    officer: Officer,
    *,
    refuse: Callable[[Officer, Shift, Judgement], None],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Assignment:
    if officer.left_at is not None:
        raise NotOnRoster()
    held = Assignment.objects.filter(shift=shift, officer=officer, state__in=Assignment.LIVE_STATES).first()
    if held is not None:
        raise AlreadyBid(held.created_at, shift.time_zone, str(held.state))
    taken = live_overlap(officer_id=officer.id, shift=shift)
    if taken is not None and taken.period.upper > at:
        raise OverlapsCommitment(taken.period.lower, taken.period.upper, shift.time_zone)
    position, award_id = outgoing.position, uuid7()
    judgement = verdict_for(officer=officer, shift=remaining_of(shift, from_at=at), position=position, at=at)
    refuse(officer, shift, judgement)
    bid = shift.bids.filter(officer=officer, state=Bid.State.BACKUP, assignment__isnull=True).first()
    incoming = insert_assignment(
        shift=shift, position=position, officer=officer, bid=bid, award_id=award_id,
        state=Assignment.State.CONFIRMED, at=at, from_at=max(at, shift.starts_at),
        until_at=outgoing.authorised_ends_at,
    )  # fmt: skip
    if bid is not None:
        bid.state, bid.decided_at, bid.explanation = Bid.State.WON, at, "You relieve an officer on site."
        bid.save(update_fields=["state", "decided_at", "explanation"])
    store_award(
        award_id=award_id,
        kind="relief",
        shift=shift,
        position=position,
        policy=policy_at(department_id=shift.governing_department_id, at=shift.starts_at),
        ranking=None,
        judgements={officer.id: judgement},
        refused={},
        bids=[bid] if bid is not None else [],
        actor=actor,
        at=at,
        background=AwardBackground(manual={"officer_id": str(officer.id), "reason": reason}),
    )
    record_confirmation(assignment=incoming, shift=shift, position=position, actor=actor, at=at)
    return incoming


def _may_be_sent(officer: Officer, shift: Shift, at: datetime) -> bool:
    """Nobody is committed by a department that is not theirs to work that they never asked for."""
    is_listed = officers_for_relief(shift).filter(id=officer.id).exists()
    return is_listed and may_be_seen_by(officer=officer, shift=shift, at=at)


def _known(assignment_id: UUID, department_id: UUID) -> tuple[UUID, UUID]:
    found = Assignment.objects.filter(id=assignment_id, shift__governing_department_id=department_id)
    row = found.values_list("officer_id", "shift_id").first()
    if row is None:
        raise NotFound("There is no such assignment.")
    return row


def check_reason(reason: str) -> None:
    """Raises ReasonMissing, TextTooLong, TextUnreadable."""
    if not reason.strip():
        raise ReasonMissing("Give a reason: both officers and the record have it.")
    check_text(field="reason", what="the reason", text=reason, maximum=2000)


def _record(
    relief: Relief, shift: Shift, action: str, announces: str, *, actor: Actor, at: datetime, reason: str
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="assignment",
        subject_id=relief.outgoing_id,
        tenant_id=shift.governing_department_id,
        at=at,
        after={
            "incoming": str(relief.incoming_id),
            "handed_over_at": relief.handed_over_at.isoformat() if relief.handed_over_at else None,
            "by": relief.handed_over_by,
        },
        reason=reason.strip(),
    )
    outbox.announce(
        name=announces,
        payload={"relief_id": str(relief.id), "shift_id": str(shift.id)},
        tenant_id=shift.governing_department_id,
        at=at,
    )
