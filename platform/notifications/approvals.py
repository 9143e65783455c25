"""Letters around approvals: who may decide hears of a request, the officer hears of the decision."""

from datetime import datetime
from uuid import UUID

from departments.declared_hours import employment as read_employment
from departments.exception_queries import exception as read_exception
from kernel.subscriptions import Event
from marketplace.models import Officer, Shift
from notifications import wording
from notifications.department import tell_staff
from notifications.letters import Letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import write_to_officer

_DECISIONS = {"approved": "approved", "refused": "not approved", "revoked": "taken back"}


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
    if officer is None or found.state not in _DECISIONS:
        return
    word = _DECISIONS[found.state]
    shift = Shift.objects.select_related("job__venue").filter(id=found.shift_id).first() if found.shift_id else None
    said = found.revocation_reason or found.decision_reason
    facts = (("Shift", f"{shift.job.title}, {wording.slot(shift)}"),) if shift else ()
    after = "You can bid now: the rules are judged with it." if found.state == "approved" else ""
    write_to_officer(
        officer,
        Letter(
            subject=f"Your exception is {word}",
            heading=f"Your exception is {word}",
            paragraphs=tuple(filter(None, (f"Rule: {found.sentence}", f"The reason given: {said}", after))),
            facts=facts,
            action=("Open the shift", marketplace_link("officer:shift", shift_id=shift.id))
            if shift
            else ("See your hours", marketplace_link("officer:limits")),
        ),
        event=event,
        at=at,
    )


def tell_employment_decision(*, event: Event, at: datetime) -> None:
    """departments.employment_decided"""
    department_id, employment_id = _named(event, "employment_id")
    found = read_employment(department_id=department_id, employment_id=employment_id)
    officer = _officer(found.officer_id)
    if officer is None or found.state not in _DECISIONS:
        return
    until = f"Until {found.approved_until_date:%d %B %Y}." if found.approved_until_date else ""
    conditions = f"Conditions: {found.conditions}" if found.conditions else ""
    write_to_officer(
        officer,
        Letter(
            subject=f"Your work for {found.employer} is {_DECISIONS[found.state]}",
            heading=f"Your work for {found.employer} is {_DECISIONS[found.state]}",
            paragraphs=tuple(filter(None, (f"The reason given: {found.decision_reason}", until, conditions))),
            action=("See what you declared", marketplace_link("officer:other_work")),
        ),
        event=event,
        at=at,
    )


def _named(event: Event, name: str) -> tuple[UUID, UUID]:
    return UUID(event.payload["department_id"]), UUID(event.payload[name])


def _officer(officer_id: UUID | None) -> Officer | None:
    return Officer.objects.select_related("person").filter(id=officer_id).first() if officer_id else None
