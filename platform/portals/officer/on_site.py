"""What the officer's page shows of the time between clocking in and out."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kernel.identifiers import uuid7
from marketplace.duty_pieces import Cut, cut, state_at
from marketplace.job_policies import policy_of_job
from marketplace.models import Assignment, ClockEvent, DutyEvent, Timesheet
from marketplace.relief_reading import told_reliefs_of
from portals.officer.forms import TellForm

_BEGINNINGS = (DutyEvent.Kind.BREAK_STARTED, DutyEvent.Kind.WENT_ON_DUTY)


def on_site_of(
    assignment: Assignment,
    *,
    clocked_in: ClockEvent | None,
    sheet: Timesheet | None,
    at: datetime,
    form: TellForm | None = None,
) -> dict[str, Any]:
    """`duty_state`: worked, break, on_duty or arrest; "" when not clocked in."""
    told = list(assignment.duty_events.all())
    counted = [event for event in told if event.counts]
    bills_arrests = policy_of_job(assignment.shift.job).on_duty.bills_arrests
    found: Cut | None = None
    if clocked_in is not None:
        starts_at = max(clocked_in.happened_at, assignment.shift.starts_at)
        ends_at = sheet.worked_ends_at if sheet is not None else min(at, assignment.authorised_ends_at)
        found = cut(starts_at=starts_at, ends_at=ends_at, told=counted, bills_arrests=bills_arrests)
    state = state_at(counted, at, bills_arrests=bills_arrests) if found is not None and sheet is None else ""
    counts = [piece.ends_at - piece.starts_at for piece in found.pieces if piece.counts] if found is not None else []
    seconds = int(sum(counts, timedelta()).total_seconds())
    return {
        "reliefs": list(told_reliefs_of(assignment)),
        "duty_state": state,
        "duty_since": max((event.happened_at for event in counted if event.kind in _BEGINNINGS), default=None),
        "seconds_worked": seconds,
        "minutes_worked": seconds // 60,
        "pieces": found.pieces if found is not None and len(found.pieces) > 1 else (),
        "told": told,
        "arrests_are_billed": bills_arrests,
        "tell_form": form,
        "tell_ids": {kind: uuid7() for kind in DutyEvent.Kind.values},
        "duty_categories": DutyEvent.DutyCategory.choices,
        "incident_categories": DutyEvent.IncidentCategory.choices,
    }


def told_sentence(event: DutyEvent, when: str) -> str:
    """What the officer reads once it has arrived."""
    said = {
        DutyEvent.Kind.BREAK_STARTED: _("Your break began at %(time)s."),
        DutyEvent.Kind.BREAK_ENDED: _("Your break ended at %(time)s."),
        DutyEvent.Kind.WENT_ON_DUTY: _("On police duty since %(time)s. Your department was told."),
        DutyEvent.Kind.BACK_FROM_DUTY: _("Back at your post since %(time)s."),
        DutyEvent.Kind.INCIDENT: _("Incident at %(time)s: your department was told, the client was not."),
    }[DutyEvent.Kind(event.kind)] % {"time": when}
    return said if event.counts else f"{said} {_('It came late, so your coordinator sets the hours.')}"
