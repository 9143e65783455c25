"""Departments with rules, members and officers, made through the real functions."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accounts.models import Person
from departments.invitations import invite_member
from departments.policies import PolicySnapshot, publish_policy
from departments.policy.examples import example
from departments.roster import RosterMember, add_member
from geo.points import Point
from kernel.actors import system
from kernel.identifiers import uuid7
from kernel.models import OutboxEvent
from kernel.subscriptions import Event
from marketplace.models import Officer
from marketplace.officers import join_by_invitation, on_roster_changed, set_home
from tenants.models import Tenant
from tests.factories.people import actor_for, make_person

SETTING_UP = system("test set-up")
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
# The middle of the Ontario example's jurisdiction, and of nobody's.
OAKVILLE = Point(43.4675, -79.6877)
BURLINGTON = Point(43.3255, -79.7990)
FAR_AWAY = Point(45.4215, -75.6972)


def publish_example(
    tenant: Tenant, *, name: str = "ontario", at: datetime = LONG_AGO, **changes: Any
) -> PolicySnapshot:
    """The example document, with top-level parts replaced by `changes`, in force from the start of 2026."""
    return publish_policy(
        department_id=tenant.id,
        document={**example(name), **changes},
        effective_from_date=date(2026, 1, 1),
        note="",
        actor=SETTING_UP,
        at=at,
    )


def make_member(
    tenant: Tenant,
    *,
    rank_code: str = "constable",
    seniority_date: date = date(2015, 6, 1),
    family_name: str = "Ashdown",
    given_name: str = "Robin",
    status: str = "active",
    at: datetime = LONG_AGO,
) -> RosterMember:
    unique = uuid7().hex[-8:]
    return add_member(
        department_id=tenant.id,
        badge_number=unique,
        given_name=given_name,
        family_name=family_name,
        work_email=f"member.{unique}@police.example.org",
        rank_code=rank_code,
        seniority_date=seniority_date,
        status=status,
        actor=SETTING_UP,
        at=at,
    )


def join(member: RosterMember, *, person: Person | None = None, at: datetime = LONG_AGO) -> Officer:
    """Invite the member, accept with the code, and let the announcements arrive."""
    person = person or make_person(given_name=member.given_name, family_name=member.family_name)
    invited = invite_member(department_id=member.department_id, entry_id=member.entry_id, actor=SETTING_UP, at=at)
    officer = join_by_invitation(
        person=person,
        department_id=member.department_id,
        invitation_id=invited.invitation_id,
        code=invited.code,
        actor=actor_for(person),
        at=at,
    )
    deliver_roster_changes(officer.id, at=at)
    return officer


def make_officer(tenant: Tenant, *, home: Point | None = OAKVILLE, at: datetime = LONG_AGO, **member: Any) -> Officer:
    """A member who has joined and said where they live."""
    officer = join(make_member(tenant, at=at, **member), at=at)
    if home is not None:
        set_home(officer=officer, label="Home", point=home, actor=actor_for(officer.person), at=at)
    return officer


def deliver_roster_changes(officer_id: UUID, *, at: datetime) -> None:
    """What the relay would do with departments.roster_changed, oldest first. Repeating it changes nothing."""
    stored = OutboxEvent.objects.filter(name="departments.roster_changed", payload__officer_id=str(officer_id))
    for event in stored.order_by("id"):
        on_roster_changed(
            event=Event(
                id=event.id,
                name=event.name,
                tenant_id=event.tenant_id,
                payload=event.payload,
                announced_at=event.announced_at,
            ),
            at=at,
        )
