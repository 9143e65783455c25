"""Letters around approvals: who may decide hears of a request, the officer hears of the decision."""

from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from departments.declared_hours import employment as read_employment
from departments.exception_queries import exception as read_exception
from kernel.languages import speaking
from kernel.subscriptions import Event
from marketplace.models import Officer, Shift
from messaging.spoken import spoken
from notifications import wording
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import write_to_officer

_EXCEPTION: dict[str, str | Promise] = {
    "approved": _("Your exception is approved"),
    "refused": _("Your exception is not approved"),
    "revoked": _("Your exception is taken back"),
}
_EMPLOYMENT: dict[str, str | Promise] = {
    "approved": _("Your work for %(employer)s is approved"),
    "refused": _("Your work for %(employer)s is not approved"),
    "revoked": _("Your work for %(employer)s is taken back"),
}


def tell_deciders_of_exception(*, event: Event, at: datetime) -> None:
    """departments.exception_requested"""
    department_id, exception_id = _named(event, "exception_id")
    found = read_exception(department_id=department_id, exception_id=exception_id)
    tell_staff(
        Letter(
            subject=f"An exception waits for you: {found.officer_name}",
            heading="An exception waits for your decision",
            paragraphs=(found.sentence, f"The reason given: {found.reason}"),
            facts=(("Officer", f"{found.officer_name}, badge {found.badge_number}"), ("Rule", found.rule_id)),
            action=("Decide", tenant_link(department_id, "department:approvals")),
        ),
        role=found.deciding_role,
        department_id=department_id,
        event=event,
        at=at,
    )


def tell_deciders_of_employment(*, event: Event, at: datetime) -> None:
    """departments.employment_declared"""
    department_id, employment_id = _named(event, "employment_id")
    found = read_employment(department_id=department_id, employment_id=employment_id)
    tell_staff(
        Letter(
            subject=f"Other employment waits for you: {found.officer_name}",
            heading="Work for another employer waits for your decision",
            paragraphs=("The officer declared it; your rules ask for an approval.",),
            facts=(("Officer", f"{found.officer_name}, badge {found.badge_number}"),),
            action=("Decide", tenant_link(department_id, "department:approvals")),
        ),
        role=found.deciding_role,
        department_id=department_id,
        event=event,
        at=at,
    )


def tell_exception_decision(*, event: Event, at: datetime) -> None:
    """departments.exception_decided"""
    department_id, exception_id = _named(event, "exception_id")
    found = read_exception(department_id=department_id, exception_id=exception_id)
    officer = _officer(found.officer_id)
    if officer is None or found.state not in _EXCEPTION:
        return
    with speaking(officer.person.language):
        shift = Shift.objects.select_related("job__venue").filter(id=found.shift_id).first() if found.shift_id else None
        said = found.revocation_reason or found.decision_reason
        facts = ((gettext("Shift"), f"{shift.job.title}, {wording.slot(shift)}"),) if shift else ()
        after = gettext("You can bid now: the rules are judged with it.") if found.state == "approved" else ""
        heading = str(_EXCEPTION[found.state])
        rule = gettext("Rule: %(rule)s") % {"rule": spoken(found.sentence)}
        write_to_officer(
            officer,
            Letter(
                subject=heading,
                heading=heading,
                paragraphs=tuple(filter(None, (rule, _reason(said), after))),
                facts=facts,
                action=(gettext("Open the shift"), marketplace_link("officer:shift", shift_id=shift.id))
                if shift
                else (gettext("See your hours"), marketplace_link("officer:limits")),
            ),
            event=event,
            at=at,
        )


def tell_employment_decision(*, event: Event, at: datetime) -> None:
    """departments.employment_decided"""
    department_id, employment_id = _named(event, "employment_id")
    found = read_employment(department_id=department_id, employment_id=employment_id)
    officer = _officer(found.officer_id)
    if officer is None or found.state not in _EMPLOYMENT:
        return
    with speaking(officer.person.language):
        heading = str(_EMPLOYMENT[found.state]) % {"employer": found.employer}
        until, conditions = "", ""
        if found.approved_until_date:
            until = gettext("Until %(day)s.") % {"day": date_format(found.approved_until_date, "d F Y")}
        if found.conditions:
            conditions = gettext("Conditions: %(conditions)s") % {"conditions": found.conditions}
        write_to_officer(
            officer,
            Letter(
                subject=heading,
                heading=heading,
                paragraphs=tuple(filter(None, (_reason(found.decision_reason), until, conditions))),
                action=(gettext("See what you declared"), marketplace_link("officer:other_work")),
            ),
            event=event,
            at=at,
        )


def _reason(given: str) -> str:
    return gettext("The reason given: %(reason)s") % {"reason": given}


def _named(event: Event, name: str) -> tuple[UUID, UUID]:
    return UUID(event.payload["department_id"]), UUID(event.payload[name])


def _officer(officer_id: UUID | None) -> Officer | None:
    return Officer.objects.select_related("person").filter(id=officer_id).first() if officer_id else None
