"""Duty after an award: the officer and the home desk hear what it is, another governing desk only that it is so."""

from datetime import datetime

from kernel.subscriptions import Event
from marketplace.models import DutyConflict
from notifications import wording
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import tell_officer


def announce_conflict(*, event: Event, at: datetime) -> None:
    """marketplace.duty_conflict_opened"""
    conflict = DutyConflict.objects.select_related("officer__person", "assignment__shift__job__venue").get(
        id=event.payload["conflict_id"]
    )
    shift, officer = conflict.assignment.shift, conflict.officer
    duty = f"{conflict.kind.capitalize()}, {wording.moment(conflict.duty_starts_at, shift.time_zone)} to " + (
        wording.moment(conflict.duty_ends_at, shift.time_zone)
    )
    facts = (("Detail", wording.slot(shift)), ("Where", wording.place(shift.job)))
    released = (
        f"By your rules you are taken off on {wording.moment(conflict.release_at, shift.time_zone)}."
        if conflict.release_at
        else "Your department decides whether you keep the detail."
    )
    tell_officer(
        officer,
        letter=Letter(
            subject=f"Your schedule and a detail collide: {shift.job.title}",
            heading="Your schedule and a detail collide",
            paragraphs=("Your department's schedule claims time that you have promised to this detail.", released),
            facts=(*facts, ("Schedule", duty)),
            action=("Open the shift", marketplace_link("officer:shift", shift_id=shift.id)),
        ),
        sms=f"Muster: {conflict.kind} collides with {shift.job.title[:40]}, {wording.short_slot(shift)}. {released}",
        business_key=f"{event.id}:{officer.id}",
        at=at,
    )
    tell_coordinators(
        Letter(
            subject=f"Duty after an award: {officer.display_name}",
            heading=f"{officer.display_name} has duty at the time of a detail",
            paragraphs=("Keep the detail with a reason, or release the officer.",),
            facts=(*facts, ("Schedule", duty)),
            action=("Decide", tenant_link(conflict.home_department_id, "department:duty_conflicts")),
        ),
        department_id=conflict.home_department_id,
        event=event,
        at=at,
    )
    if conflict.governing_department_id != conflict.home_department_id:
        tell_coordinators(
            Letter(
                subject=f"Not available: {officer.display_name}",
                heading=f"{officer.display_name} may not be available",
                paragraphs=("Their home department decides. If the officer is released, the next backup is asked.",),
                facts=facts,
                action=(
                    "Open the request",
                    tenant_link(conflict.governing_department_id, "department:request", job_id=shift.job_id),
                ),
            ),
            department_id=conflict.governing_department_id,
            event=event,
            at=at,
        )
