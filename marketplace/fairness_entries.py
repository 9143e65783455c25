"""Handlers that write the governing department's fairness ledger. Each line has its own key, so repeating is safe."""

from datetime import datetime
from uuid import UUID

from departments import fairness_ledger
from departments.fairness_ledger import LedgerLine
from kernel.actors import system
from kernel.subscriptions import Event
from marketplace.models import Assignment, Job, Offer, Shift, Timesheet

_LEDGER = system("fairness ledger")


def on_offer_made(*, event: Event, at: datetime) -> None:
    """marketplace.offer_made"""
    offer = _offer(event)
    _write(offer.shift, f"offered:{offer.id}", "offered", offer.officer_id, offer.offered_at, at, award=offer.award_id)


def on_offer_answered(*, event: Event, at: datetime) -> None:
    """marketplace.offer_answered: accepted, refused or unreachable."""
    offer = _offer(event)
    if offer.state in (Offer.State.ACCEPTED, Offer.State.REFUSED, Offer.State.UNREACHABLE) and offer.answered_at:
        key = f"{offer.state}:{offer.id}"
        person_id = offer.recorded_by_person_id
        _write(
            offer.shift,
            key,
            str(offer.state),
            offer.officer_id,
            offer.answered_at,
            at,
            award=offer.award_id,
            person=person_id,
        )


def on_assignment_confirmed(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_confirmed"""
    assignment = _assignment(event)
    _write_of(assignment, "awarded", event.announced_at, at)


def on_given_up(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_given_up"""
    assignment = _assignment(event)
    _write_of(assignment, "called_off", event.announced_at, at, reason=assignment.ended_reason)


def on_released(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_released and marketplace.assignment_bumped: not by the officer's own doing."""
    assignment = _assignment(event)
    _write_of(assignment, "released", event.announced_at, at, reason=assignment.ended_reason)


def on_no_show(*, event: Event, at: datetime) -> None:
    """marketplace.assignment_no_show"""
    _write_of(_assignment(event), "no_show", event.announced_at, at)


def on_hours_final(*, event: Event, at: datetime) -> None:
    """marketplace.timesheet_approved and marketplace.timesheet_resolved"""
    sheet = Timesheet.objects.select_related("assignment__shift__job").get(id=event.payload["timesheet_id"])
    if sheet.state not in Timesheet.FINAL_STATES:
        return
    assignment = sheet.assignment
    _write(
        assignment.shift,
        f"worked:{sheet.id}",
        "worked",
        assignment.officer_id,
        sheet.worked_ends_at,
        at,
        award=assignment.award_id,
        minutes=sheet.worked_minutes,
    )


def _assignment(event: Event) -> Assignment:
    return Assignment.objects.select_related("shift__job").get(id=event.payload["assignment_id"])


def _offer(event: Event) -> Offer:
    return Offer.objects.select_related("shift__job").get(id=event.payload["offer_id"])


def _write_of(assignment: Assignment, kind: str, happened_at: datetime, at: datetime, *, reason: str = "") -> None:
    key = f"{kind}:{assignment.id}"
    _write(
        assignment.shift,
        key,
        kind,
        assignment.officer_id,
        happened_at,
        at,
        award=assignment.award_id,
        reason=reason,
    )


def _write(
    shift: Shift,
    key: str,
    kind: str,
    officer_id: UUID,
    happened_at: datetime,
    at: datetime,
    *,
    award: UUID | None = None,
    minutes: int | None = None,
    reason: str = "",
    person: UUID | None = None,
) -> None:
    """Without `minutes` the shift's scheduled ones count. An agency's choices are none of the department's order."""
    if shift.job.route == Job.Route.AGENCY:
        return
    scheduled_minutes = int((shift.ends_at - shift.starts_at).total_seconds()) // 60
    fairness_ledger.record(
        department_id=shift.governing_department_id,
        lines=[
            LedgerLine(
                business_key=key,
                kind=kind,
                officer_id=officer_id,
                happened_at=happened_at,
                minutes=scheduled_minutes if minutes is None else minutes,
                shift_id=shift.id,
                award_id=award,
                reason=reason,
                recorded_by_person_id=person,
            )
        ],
        actor=_LEDGER,
        at=at,
    )
