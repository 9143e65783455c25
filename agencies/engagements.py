"""Officers whom an agency may staff: invited by the agency, accepted by the officer, ended by either.

The agency's own row and the public shadow, by which an officer finds it, change in one transaction. Opens the agency's
schema itself and answers with plain values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agencies import events
from agencies.access import agency, inside
from agencies.models import Engagement
from agencies.refusals import AlreadyEngaged, EngagementNotFound, EngagementNotOpen, OfficerUnknown, StillHasShifts
from kernel import audit, outbox
from kernel.actors import Actor
from marketplace.models import Assignment, Officer, OfficerEngagement
from tenants.context import acting_as
from tenants.queries import read_tenants


@dataclass(frozen=True, slots=True)
class EngagedOfficer:
    """`state` is invited, active or ended; `home_department_id` still decides whether they may work."""

    engagement_id: UUID
    officer_id: UUID
    display_name: str
    home_department_id: UUID | None
    state: str
    invited_at: datetime
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnEngagement:
    """An engagement as its officer reads it."""

    agency_id: UUID
    agency_name: str
    contact_email: str
    state: str
    changed_at: datetime


def list_engaged(*, agency_id: UUID, text: str = "") -> list[EngagedOfficer]:
    """Live engagements, sorted by name. Raises NotFound for what is no agency."""
    with inside(agency_id=agency_id):
        live = list(Engagement.objects.exclude(state=Engagement.State.ENDED))
    officers = Officer.objects.in_bulk([engagement.officer_id for engagement in live])
    engaged = [_describe(engagement, officers.get(engagement.officer_id)) for engagement in live]
    words = text.lower().split()
    return sorted(
        (one for one in engaged if all(word in one.display_name.lower() for word in words)),
        key=lambda one: (one.display_name, one.engagement_id),
    )


def active_officer_ids(*, agency_id: UUID) -> set[UUID]:
    """Who may be staffed. Raises NotFound."""
    with inside(agency_id=agency_id):
        return set(Engagement.objects.filter(state=Engagement.State.ACTIVE).values_list("officer_id", flat=True))


def invite(*, agency_id: UUID, department_id: UUID, email: str, actor: Actor, at: datetime) -> EngagedOfficer:
    """Invite a working officer of that home department by the e-mail address they sign in with.

    Raises NotFound, OfficerUnknown, AlreadyEngaged.
    """
    agency(agency_id=agency_id)
    officer = Officer.objects.filter(
        home_department_id=department_id, person__email__iexact=email.strip(), left_at=None
    ).first()
    if officer is None:
        raise OfficerUnknown()
    with transaction.atomic():
        # Two invitations at once: the second waits here, and then finds the first.
        Officer.objects.select_for_update(of=("self",), no_key=True).get(id=officer.id)
        with inside(agency_id=agency_id):
            live = Engagement.objects.filter(officer_id=officer.id).exclude(state=Engagement.State.ENDED).first()
            if live is not None:
                raise AlreadyEngaged(str(live.state))
            engagement = Engagement.objects.create(officer_id=officer.id, invited_at=at)
        _shadow(agency_id=agency_id, officer=officer, state=OfficerEngagement.State.INVITED, at=at)
        _record(agency_id, engagement.id, "engagement.invited", officer.id, actor, at)
        outbox.announce(
            name=events.ENGAGEMENT_INVITED,
            payload={"agency_id": str(agency_id), "officer_id": str(officer.id)},
            tenant_id=agency_id,
            at=at,
        )
    return _describe(engagement, officer)


def answer(*, officer: Officer, agency_id: UUID, accept: bool, actor: Actor, at: datetime) -> None:
    """The officer's answer to an invitation. Raises EngagementNotFound, EngagementNotOpen."""
    _own(officer, agency_id)
    with transaction.atomic():
        with inside(agency_id=agency_id):
            engagement = _locked(officer.id)
            if engagement.state != Engagement.State.INVITED:
                raise EngagementNotOpen(str(engagement.state))
            engagement.state = Engagement.State.ACTIVE if accept else Engagement.State.ENDED
            engagement.started_at = at if accept else None
            engagement.ended_at = None if accept else at
            engagement.save(update_fields=["state", "started_at", "ended_at"])
        _shadow(agency_id=agency_id, officer=officer, state=str(engagement.state), at=at)
        action = "engagement.accepted" if accept else "engagement.declined"
        _record(agency_id, engagement.id, action, officer.id, actor, at)


def end_by_officer(*, officer: Officer, agency_id: UUID, actor: Actor, at: datetime) -> None:
    """Raises EngagementNotFound, StillHasShifts."""
    _own(officer, agency_id)
    _end(agency_id=agency_id, officer=officer, actor=actor, at=at)


def end_by_agency(*, agency_id: UUID, engagement_id: UUID, actor: Actor, at: datetime) -> None:
    """Ends it, or takes an invitation back. Raises EngagementNotFound, StillHasShifts."""
    with inside(agency_id=agency_id):
        officer_id = (
            Engagement.objects.filter(id=engagement_id)
            .exclude(state=Engagement.State.ENDED)
            .values_list("officer_id", flat=True)
            .first()
        )
    if officer_id is None:
        raise EngagementNotFound()
    _end(agency_id=agency_id, officer=Officer.objects.get(id=officer_id), actor=actor, at=at)


def engagements_of_officer(*, officer: Officer) -> list[OwnEngagement]:
    """Live ones of every agency, invitations first."""
    rows = list(
        OfficerEngagement.objects.filter(officer=officer).exclude(state=OfficerEngagement.State.ENDED).order_by("id")
    )
    read_tenants(tenant_ids={row.agency_id for row in rows})
    found = []
    for row in rows:
        employer = agency(agency_id=row.agency_id)
        found.append(
            OwnEngagement(row.agency_id, employer.name, employer.contact_email, str(row.state), row.changed_at)
        )
    return sorted(found, key=lambda one: (one.state != "invited", one.agency_name))


def _own(officer: Officer, agency_id: UUID) -> None:
    rows = OfficerEngagement.objects.filter(officer=officer, agency_id=agency_id)
    if not rows.exclude(state=OfficerEngagement.State.ENDED).exists():
        raise EngagementNotFound()


def _end(*, agency_id: UUID, officer: Officer, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        Officer.objects.select_for_update(of=("self",), no_key=True).get(id=officer.id)
        held = Assignment.objects.filter(
            officer=officer,
            shift__job__agency_id=agency_id,
            state__in=(Assignment.State.OFFERED, Assignment.State.CONFIRMED, Assignment.State.CHECKED_IN),
        ).count()
        if held:
            raise StillHasShifts(held)
        with inside(agency_id=agency_id):
            engagement = _locked(officer.id)
            engagement.state = Engagement.State.ENDED
            engagement.ended_at = at
            engagement.save(update_fields=["state", "ended_at"])
        _shadow(agency_id=agency_id, officer=officer, state=OfficerEngagement.State.ENDED, at=at)
        _record(agency_id, engagement.id, "engagement.ended", officer.id, actor, at)


def _locked(officer_id: UUID) -> Engagement:
    """Inside the agency's schema."""
    live = Engagement.objects.select_for_update().filter(officer_id=officer_id).exclude(state=Engagement.State.ENDED)
    engagement = live.first()
    if engagement is None:
        raise EngagementNotFound()
    return engagement


def _shadow(*, agency_id: UUID, officer: Officer, state: str, at: datetime) -> None:
    # Written for both sides: the officer's session may not change the agency's row, nor the agency's the officer's.
    with acting_as(purpose="worker"):
        live = OfficerEngagement.objects.filter(agency_id=agency_id, officer=officer).exclude(
            state=OfficerEngagement.State.ENDED
        )
        if not live.update(state=state, changed_at=at):
            OfficerEngagement.objects.create(
                agency_id=agency_id, officer=officer, person_id=officer.person_id, state=state, changed_at=at
            )


def _record(agency_id: UUID, engagement_id: UUID, action: str, officer_id: UUID, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="engagement",
        subject_id=engagement_id,
        tenant_id=agency_id,
        at=at,
        after={"officer_id": str(officer_id)},
    )


def _describe(engagement: Engagement, officer: Officer | None) -> EngagedOfficer:
    return EngagedOfficer(
        engagement_id=engagement.id,
        officer_id=engagement.officer_id,
        display_name=officer.display_name if officer else "An officer who left",
        home_department_id=officer.home_department_id if officer else None,
        state=str(engagement.state),
        invited_at=engagement.invited_at,
        started_at=engagement.started_at,
    )
