"""Breaks on a detail: begun and ended by the officer. What of them is paid, the rate card's meal says."""

from datetime import datetime
from uuid import UUID

from kernel.actors import Actor
from marketplace import events
from marketplace.duty_pieces import State
from marketplace.duty_recording import record_duty_event
from marketplace.models import DutyEvent, Officer
from marketplace.refusals_field import NotOnBreak, OnBreakAlready, OnDutyAlready


def start_break(
    *,
    officer: Officer,
    assignment_id: UUID,
    punch_id: UUID,
    client_at: datetime | None = None,
    device_id: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> DutyEvent:
    """Raises what `record_duty_event` does, OnBreakAlready, OnDutyAlready."""

    def check(state: State) -> None:
        if state == "break":
            raise OnBreakAlready()
        if state != "worked":
            raise OnDutyAlready()

    return record_duty_event(
        officer=officer,
        assignment_id=assignment_id,
        kind=DutyEvent.Kind.BREAK_STARTED,
        punch_id=punch_id,
        check=check,
        announces=events.BREAK_STARTED,
        client_at=client_at,
        sent_late=sent_late,
        device_id=device_id,
        actor=actor,
        at=at,
    )


def end_break(
    *,
    officer: Officer,
    assignment_id: UUID,
    punch_id: UUID,
    client_at: datetime | None = None,
    device_id: str = "",
    actor: Actor,
    at: datetime,
    sent_late: bool = False,
) -> DutyEvent:
    """Raises what `record_duty_event` does, NotOnBreak. A break that nobody ended ends with the clock-out."""

    def check(state: State) -> None:
        if state != "break":
            raise NotOnBreak()

    return record_duty_event(
        officer=officer,
        assignment_id=assignment_id,
        kind=DutyEvent.Kind.BREAK_ENDED,
        punch_id=punch_id,
        check=check,
        announces=events.BREAK_ENDED,
        client_at=client_at,
        sent_late=sent_late,
        device_id=device_id,
        actor=actor,
        at=at,
    )
