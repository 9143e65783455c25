"""What both sides hear of a contested award: the coordinators and the officer, at its filing and at its decision.

By letter whatever the officer's wishes about offers of work: it is a decision about them, and the paper of it counts.
"""

from datetime import datetime

from django.utils.translation import gettext

from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import AwardContest
from notifications import wording
from notifications.department import tell_coordinators
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import write_to_officer


def announce_contest(*, event: Event, at: datetime) -> None:
    """marketplace.award_contested: the coordinators get the case, the officer a receipt."""
    contest = _contest(event)
    shift = contest.award.shift
    tell_coordinators(
        Letter(
            subject=f"Contested award: {shift.job.title}",
            heading=f"{contest.officer.display_name} contests an award",
            paragraphs=(contest.grounds, "Whoever made the award, or took part in it, cannot decide on it."),
            facts=(("Request", shift.job.reference), ("Shift", wording.slot(shift))),
            action=("Decide", _case(contest)),
        ),
        department_id=contest.governing_department_id,
        event=event,
        at=at,
    )
    with speaking(contest.officer.person.language):
        write_to_officer(
            contest.officer,
            Letter(
                subject=gettext("Your contest is filed: %(job)s") % {"job": shift.job.title},
                heading=gettext("Your contest is filed"),
                paragraphs=(
                    gettext(
                        "The award is judged again on what was frozen when it was made. You hear when it is decided."
                    ),
                ),
                facts=(
                    (gettext("Shift"), wording.slot(shift)),
                    (gettext("Filed"), wording.moment(contest.filed_at, shift.time_zone)),
                ),
                action=(gettext("See the award"), marketplace_link("officer:own_award", shift_id=shift.id)),
            ),
            tenant_id=contest.governing_department_id,
            event=event,
            at=at,
        )


def tell_contest_decision(*, event: Event, at: datetime) -> None:
    """marketplace.contest_decided: the decision, its reason and the remedy."""
    contest = _contest(event)
    shift = contest.award.shift
    upheld = contest.state == AwardContest.State.UPHELD
    with speaking(contest.officer.person.language):
        write_to_officer(
            contest.officer,
            Letter(
                subject=_told(upheld, shift.job.title),
                heading=gettext("Your contest was upheld") if upheld else gettext("Your contest was rejected"),
                paragraphs=(contest.decision,),
                facts=_facts(contest),
                action=(gettext("See the award"), marketplace_link("officer:own_award", shift_id=shift.id)),
            ),
            tenant_id=contest.governing_department_id,
            event=event,
            at=at,
        )
    tell_coordinators(
        Letter(
            subject=f"Contest {contest.state}: {shift.job.title}",
            heading=f"The contest of {contest.officer.display_name} was {contest.state}",
            paragraphs=(contest.decision,),
            facts=_facts(contest),
            action=("Open the case", _case(contest)),
        ),
        department_id=contest.governing_department_id,
        event=event,
        at=at,
    )


def tell_contest_withdrawal(*, event: Event, at: datetime) -> None:
    """marketplace.contest_withdrawn: nothing is left to decide."""
    contest = _contest(event)
    shift = contest.award.shift
    tell_coordinators(
        Letter(
            subject=f"Contest withdrawn: {shift.job.title}",
            heading=f"{contest.officer.display_name} withdrew the contest",
            paragraphs=("Nothing is left to do for it.",),
            facts=(("Shift", wording.slot(shift)),),
        ),
        department_id=contest.governing_department_id,
        event=event,
        at=at,
    )


def _told(upheld: bool, job: str) -> str:
    said = gettext("Your contest was upheld: %(job)s") if upheld else gettext("Your contest was rejected: %(job)s")
    return said % {"job": job}


def _facts(contest: AwardContest) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Shift"), wording.slot(contest.award.shift)),
        (gettext("Remedy"), remedy_words(contest)),
        (gettext("Decided by"), contest.decided_by),
    )


def remedy_words(contest: AwardContest) -> str:
    if contest.remedy == AwardContest.Remedy.CREDIT:
        hours = wording.hours(contest.credit_minutes)
        return gettext("%(hours)s of credit in the department's order") % {"hours": hours}
    if contest.remedy == AwardContest.Remedy.NEXT_OFFER:
        return gettext("First to be asked for the next shift")
    return gettext("None")


def _case(contest: AwardContest) -> str:
    return tenant_link(contest.governing_department_id, "department:contest", contest_id=contest.id)


def _contest(event: Event) -> AwardContest:
    return AwardContest.objects.select_related("officer__person", "award__shift__job").get(
        id=event.payload["contest_id"]
    )
