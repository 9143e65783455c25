"""Duty after an award: the officer and the home desk hear what it is, another governing desk only that it is so."""

from datetime import datetime

from django.utils.translation import gettext

from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import DutyConflict, Officer
from messaging.spoken import spoken
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
    with speaking(officer.person.language):
        _tell_officer(conflict, officer, event=event, at=at)
    facts = _facts(conflict)
    tell_coordinators(
        Letter(
            subject=f"Duty after an award: {officer.display_name}",
            heading=f"{officer.display_name} has duty at the time of a detail",
            paragraphs=("Keep the detail with a reason, or release the officer.",),
            facts=(*facts, _schedule(conflict)),
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


def _tell_officer(conflict: DutyConflict, officer: Officer, *, event: Event, at: datetime) -> None:
    shift = conflict.assignment.shift
    released = gettext("Your department decides whether you keep the detail.")
    if conflict.release_at:
        moment = wording.moment(conflict.release_at, shift.time_zone)
        released = gettext("By your rules you are taken off on %(moment)s.") % {"moment": moment}
    sms = gettext("Muster: %(duty)s collides with %(job)s, %(slot)s. %(released)s") % {
        "duty": spoken(conflict.kind),
        "job": shift.job.title[:40],
        "slot": wording.short_slot(shift),
        "released": released,
    }
    tell_officer(
        officer,
        letter=Letter(
            subject=gettext("Your schedule and a detail collide: %(job)s") % {"job": shift.job.title},
            heading=gettext("Your schedule and a detail collide"),
            paragraphs=(
                gettext("Your department's schedule claims time that you have promised to this detail."),
                released,
            ),
            facts=(*_facts(conflict), _schedule(conflict)),
            action=(gettext("Open the shift"), marketplace_link("officer:shift", shift_id=shift.id)),
        ),
        sms=sms,
        business_key=f"{event.id}:{officer.id}",
        at=at,
    )


def _facts(conflict: DutyConflict) -> tuple[tuple[str, str], ...]:
    shift = conflict.assignment.shift
    return (gettext("Detail"), wording.slot(shift)), (gettext("Where"), wording.place(shift.job))


def _schedule(conflict: DutyConflict) -> tuple[str, str]:
    zone = conflict.assignment.shift.time_zone
    kind = spoken(conflict.kind)
    said = gettext("%(duty)s, %(start)s to %(end)s") % {
        "duty": kind[:1].upper() + kind[1:],
        "start": wording.moment(conflict.duty_starts_at, zone),
        "end": wording.moment(conflict.duty_ends_at, zone),
    }
    return gettext("Schedule"), said
