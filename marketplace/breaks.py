"""Breaks on a detail: begun and ended by the officer. What of them is paid, the rate card's meal says."""

from marketplace import events
from marketplace.duty_pieces import State
from marketplace.duty_recording import record_duty_event
from marketplace.field_items import FieldItem
from marketplace.models import DutyEvent
from marketplace.refusals_field import NotOnBreak, OnBreakAlready, OnDutyAlready


def start_break(*, item: FieldItem) -> DutyEvent:
    """Raises what `record_duty_event` does, OnBreakAlready, OnDutyAlready."""

    def check(state: State) -> None:
        if state == "break":
            raise OnBreakAlready()
        if state != "worked":
            raise OnDutyAlready()

    return record_duty_event(item=item, kind=DutyEvent.Kind.BREAK_STARTED, check=check, announces=events.BREAK_STARTED)


def end_break(*, item: FieldItem) -> DutyEvent:
    """Raises what `record_duty_event` does, NotOnBreak. A break that nobody ended ends with the clock-out."""

    def check(state: State) -> None:
        if state != "break":
            raise NotOnBreak()

    return record_duty_event(item=item, kind=DutyEvent.Kind.BREAK_ENDED, check=check, announces=events.BREAK_ENDED)
