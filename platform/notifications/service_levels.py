"""While a detail runs: who hears that an officer is late, silent or gone, and who is asked whether they are there."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.desk_roles import AGENCY_SCHEDULERS
from accounts.models import Membership, Role
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.alerts import step_role
from marketplace.models import Alert, Assignment, Offer, Officer, PresencePrompt, ReliefSearch
from marketplace.service_levels import levels_at
from messaging.sending import queue_sms
from notifications import wording
from notifications.client_letters import tell_client
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import tell_officer, verified_phone_of

_HEADINGS = {
    Alert.Kind.LATE: "{name} has not clocked in",
    Alert.Kind.NO_SHOW: "{name} did not come",
    Alert.Kind.UNCONFIRMED: "{name} does not answer whether they are on site",
    Alert.Kind.LEFT_EARLY: "{name} left early",
    Alert.Kind.OVERRUN: "{name} is still clocked in after the end",
    Alert.Kind.NO_RELIEF: "No relief is left for {name}",
    Alert.Kind.EMPTY_PLACE: "A place is empty, and the shift has begun",
}
_NEXT = {
    Alert.Kind.LATE: "Call the officer, or look for relief.",
    Alert.Kind.NO_SHOW: "Look for relief, enter the hours of somebody who was there, or call it a no-show.",
    Alert.Kind.UNCONFIRMED: "Call the officer.",
    Alert.Kind.LEFT_EARLY: "Check the hours.",
    Alert.Kind.OVERRUN: "Authorise the time, or call the officer: they may have forgotten to clock out.",
    Alert.Kind.NO_RELIEF: "Every backup was asked, or there is none. Send somebody by hand, or tell the client.",
    Alert.Kind.EMPTY_PLACE: "Nobody was found for it, or somebody gave it up. Find somebody, or tell the client.",
}
# An agency has no telephone of the officer, and the hours are the department's to decide.
_NEXT_AT_AGENCY = {
    Alert.Kind.LATE: "Send somebody in their place, or ask the department's desk to reach the officer.",
    Alert.Kind.NO_SHOW: "Send somebody in their place, or ask the department's desk to reach the officer.",
    Alert.Kind.UNCONFIRMED: "Ask the department's desk to reach the officer, or send a relief.",
    Alert.Kind.LEFT_EARLY: "The department's desk checks the hours. Tell the client.",
    Alert.Kind.OVERRUN: "The department's desk authorises the time, or reaches the officer.",
    Alert.Kind.EMPTY_PLACE: "Nobody was found for it, or somebody gave it up. Send one of your officers until it ends.",
}


def tell_alert(*, event: Event, at: datetime) -> None:
    """marketplace.alert_opened and marketplace.alert_escalated: the officer is reminded; the desk, the agency that
    supplies, or the next step of the escalation hears the rest. Not what is over meanwhile."""
    alert = _alert(event)
    if alert.resolved_at is not None:
        return
    if alert.kind == Alert.Kind.REMINDER and alert.assignment is not None:
        _remind(alert.assignment, event, at)
        return
    level = int(event.payload["level"])
    if level and alert.acknowledged_at is not None:
        return
    levels = levels_at(department_id=alert.department_id, at=alert.shift.starts_at)
    role = step_role(levels, level=level)
    link = tenant_link(alert.department_id, "department:alert", alert_id=alert.id)
    _tell_desk(_letter(alert, link, level), roles=(role,), tenant_id=alert.department_id, event=event, at=at)
    if level == 0 and alert.agency_id is not None:
        agency_link = tenant_link(alert.agency_id, "agency:alert", alert_id=alert.id)
        letter = _letter(alert, agency_link, level, following=_NEXT_AT_AGENCY.get(Alert.Kind(alert.kind), ""))
        _tell_desk(letter, roles=AGENCY_SCHEDULERS, tenant_id=alert.agency_id, event=event, at=at)


def tell_client_of_lateness(*, event: Event, at: datetime) -> None:
    """marketplace.client_alert_due: in neutral words, without a reason or a name."""
    alert = _alert(event)
    came = alert.assignment is not None and alert.assignment.state in ("checked_in", "checked_out")
    if alert.resolved_at is not None and came:
        return
    shift, job = alert.shift, alert.shift.job
    letter = Letter(
        subject=f"{job.reference}: an officer is late",
        heading="An officer has not checked in yet",
        paragraphs=(
            "Your department knows, and is looking after it. You pay for hours that are worked.",
            "Your job's page shows who is on site, as it is now.",
        ),
        facts=(("What", job.title), ("When", wording.slot(shift)), ("Where", wording.place(job))),
        action=("See who is on site", marketplace_link("client:job", job_id=job.id)),
    )
    tell_client(letter, job=job, event=event, at=at)


def ask_for_presence(*, event: Event, at: datetime) -> None:
    """marketplace.presence_asked: a nudge with a link; the page itself asks too."""
    prompt = PresencePrompt.objects.select_related("assignment__officer__person", "assignment__shift__job__venue").get(
        id=event.payload["prompt_id"]
    )
    if prompt.answered_at is not None or prompt.answer_by <= at:
        return
    shift, officer = prompt.assignment.shift, prompt.assignment.officer
    link = marketplace_link("officer:assignment", assignment_id=prompt.assignment_id)
    with speaking(officer.person.language):
        until = wording.clock_time(prompt.answer_by, shift.time_zone)
        tell_officer(
            officer,
            letter=Letter(
                subject=_("Please confirm that you are on site: %(title)s") % {"title": shift.job.title},
                heading=_("Are you on site?"),
                paragraphs=(_("One tap is enough. Please answer by %(until)s.") % {"until": until},),
                facts=((_("When"), wording.slot(shift)), (_("Where"), wording.place(shift.job))),
                action=(_("I am on site"), link),
            ),
            sms=_("Muster: confirm you are on site by %(until)s, %(title)s. %(link)s")
            % {"until": until, "title": shift.job.title[:40], "link": link},
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )


def tell_relief_ended(*, event: Event, at: datetime) -> None:
    """marketplace.relief_ended: whoever was asked last hears that the officer came after all. Who accepted knows it,
    and that nobody is left is an alert."""
    search = ReliefSearch.objects.get(id=event.payload["relief_search_id"])
    if search.state != ReliefSearch.State.STOPPED:
        return
    withdrawn = search.offers.filter(state=Offer.State.WITHDRAWN, answered_at=search.ended_at)
    for offer in withdrawn.select_related("officer__person", "shift__job__venue"):
        with speaking(offer.officer.person.language):
            tell_officer(
                offer.officer,
                letter=Letter(
                    subject=_("You are not needed any more: %(title)s") % {"title": offer.shift.job.title},
                    heading=_("You are not needed any more"),
                    paragraphs=(_("The officer came after all. Thank you for being ready."),),
                    facts=((_("When"), wording.slot(offer.shift)),),
                ),
                sms=_("Muster: you are not needed any more for %(title)s, the officer came. Thank you.")
                % {"title": offer.shift.job.title[:40]},
                business_key=f"{event.id}:{offer.officer_id}",
                at=at,
            )


def _remind(assignment: Assignment, event: Event, at: datetime) -> None:
    shift, officer = assignment.shift, assignment.officer
    with speaking(officer.person.language):
        link = marketplace_link("officer:assignment", assignment_id=assignment.id)
        starts = wording.clock_time(shift.starts_at, shift.time_zone)
        tell_officer(
            officer,
            letter=Letter(
                subject=_("You start at %(time)s: %(title)s") % {"time": starts, "title": shift.job.title},
                heading=_("You have not clocked in yet"),
                paragraphs=(_("Your shift starts at %(time)s. Clock in at the meeting point.") % {"time": starts},),
                facts=(
                    (_("When"), wording.slot(shift)),
                    (_("Where"), wording.place(shift.job)),
                    (_("Meeting point"), shift.job.meeting_point),
                ),
                action=(_("Clock in"), link),
            ),
            sms=_("Muster: you start at %(time)s, %(title)s. Not clocked in yet. %(link)s")
            % {"time": starts, "title": shift.job.title[:40], "link": link},
            business_key=f"{event.id}:{officer.id}",
            at=at,
        )


def _letter(alert: Alert, link: str, level: int, *, following: str = "") -> Letter:
    shift = alert.shift
    name = alert.assignment.officer.display_name if alert.assignment else ""
    heading = _HEADINGS[Alert.Kind(alert.kind)].format(name=name)
    again = ("Nobody has said yet that they look after it.",) if level else ()
    return Letter(
        subject=f"{heading}: {shift.job.title}",
        heading=heading,
        paragraphs=(*again, following or _NEXT[Alert.Kind(alert.kind)]),
        facts=(("Job", shift.job.title), ("When", wording.slot(shift)), ("Where", wording.place(shift.job))),
        action=("What now", link),
        footnote="On that page you say that you look after it; until then the next in line are told.",
    )


def _tell_desk(letter: Letter, *, roles: tuple[str, ...], tenant_id: UUID, event: Event, at: datetime) -> None:
    """By e-mail; by SMS too to those of the desk who are officers with a telephone of their own here."""
    for role in roles:
        tell_staff(letter, role=Role(role), department_id=tenant_id, event=event, at=at)
    people = Membership.objects.filter(tenant_id=tenant_id, role__in=roles, ended_at=None).values("person_id")
    for officer in Officer.objects.filter(person_id__in=people, left_at=None, wants_sms=True).order_by("id"):
        phone = verified_phone_of(officer)
        if phone and letter.action:
            queue_sms(
                business_key=f"{event.id}:desk:{officer.id}",
                recipient=phone,
                text=wording.plain(f"Muster: {letter.subject[:90]} {letter.action[1]}"),
                person_id=officer.person_id,
                tenant_id=tenant_id,
                at=at,
            )


def _alert(event: Event) -> Alert:
    about = ("assignment__officer__person", "assignment__shift__job__venue", "shift__job__venue", "shift__job__client")
    return Alert.objects.select_related(*about).get(id=event.payload["alert_id"])
