"""Officers on the marketplace: joining by invitation, where they start from, how far they go, and leaving."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from departments import invitations
from geo.points import Point
from kernel import audit, outbox
from kernel.actors import Actor, system
from kernel.identifiers import uuid7
from kernel.subscriptions import Event
from marketplace import events
from marketplace.leaving import end_service
from marketplace.models import Officer, OfficerPrivate, OfficerReach, Standing
from marketplace.refusals_bidding import (
    AlreadyServesElsewhere,
    InvitationForSomebodyElse,
    OfficerNotFound,
    TravelRadiusOutOfRange,
)
from tenants.context import acting_as, matching_context

__all__ = [
    "PrivateProfile",
    "end_service",
    "join_by_invitation",
    "on_roster_changed",
    "private_profile",
    "register_officer",
    "set_home",
    "set_phone_verified",
    "set_travel_radius",
    "set_wishes",
]

_ROSTER = system("home department's roster")
MINIMUM_TRAVEL_RADIUS_METRES = 1_000
MAXIMUM_TRAVEL_RADIUS_METRES = 400_000


@dataclass(frozen=True, slots=True)
class PrivateProfile:
    """`home` is None until the officer has said where they set out from."""

    phone: str
    phone_verified_at: datetime | None
    home_label: str
    home: Point | None


def join_by_invitation(
    *, person: Person, department_id: UUID, invitation_id: UUID, code: str, actor: Actor, at: datetime
) -> Officer:
    """The whole of joining, for a signed-in person who holds the link and the code. Never call it in a transaction:
    a wrong code must cost an attempt even though it is refused.

    Raises what `departments.invitations.check_code` and `register_officer` raise.
    """
    invitation = invitations.check_code(department_id=department_id, invitation_id=invitation_id, code=code, at=at)
    with transaction.atomic():
        officer = register_officer(
            person=person,
            department_id=department_id,
            roster_entry_id=invitation.member.entry_id,
            display_name=invitation.member.full_name,
            actor=actor,
            at=at,
        )
        invitations.accept_invitation(
            department_id=department_id,
            invitation_id=invitation_id,
            code=code,
            officer_id=officer.id,
            actor=actor,
            at=at,
        )
        return officer


def register_officer(
    *, person: Person, department_id: UUID, roster_entry_id: UUID, display_name: str, actor: Actor, at: datetime
) -> Officer:
    """A new officer, or one who served before and comes back. Their standing follows from the roster's announcement.

    Raises AlreadyServesElsewhere, InvitationForSomebodyElse (this person already serves in this department).
    """
    with transaction.atomic():
        # The person's row is the lock: two tabs that join at once must not make two officers.
        Person.objects.select_for_update().get(id=person.id)
        officer = Officer.objects.select_for_update(of=("self",)).filter(person=person).first()
        if officer is not None and officer.left_at is None:
            if officer.home_department_id != department_id:
                raise AlreadyServesElsewhere()
            raise InvitationForSomebodyElse()
        if officer is None:
            officer = Officer.objects.create(
                id=uuid7(),
                person=person,
                home_department_id=department_id,
                home_since_date=at.date(),
                display_name=display_name[:160],
                joined_at=at,
            )
            with acting_as(purpose="request", person_id=person.id):
                OfficerPrivate.objects.create(officer=officer, person_id=person.id)
        else:
            _return_to_service(officer=officer, department_id=department_id, display_name=display_name, at=at)
        audit.record(
            actor=actor,
            action="officer.joined",
            subject_kind="officer",
            subject_id=officer.id,
            tenant_id=department_id,
            at=at,
            after={"roster_entry_id": str(roster_entry_id), "home_department_id": str(department_id)},
        )
        outbox.announce(
            name=events.OFFICER_JOINED, payload={"officer_id": str(officer.id)}, tenant_id=department_id, at=at
        )
        return officer


def _return_to_service(*, officer: Officer, department_id: UUID, display_name: str, at: datetime) -> None:
    if officer.home_department_id != department_id:
        # Another roster counts its changes from one again: an old, higher count would shut the new ones out.
        Standing.objects.filter(officer=officer).delete()
        with matching_context():
            OfficerReach.objects.filter(officer_id=officer.id).update(home_department_id=department_id)
    officer.home_department_id = department_id
    officer.home_since_date = at.date()
    officer.display_name = display_name[:160]
    officer.left_at = None
    officer.save(update_fields=["home_department_id", "home_since_date", "display_name", "left_at"])


def set_home(*, officer: Officer, label: str, point: Point, actor: Actor, at: datetime) -> None:
    """Where the officer sets out from. Kept where only they and matching read it; the audit event holds no place.

    Only the officer can do this: row-level security compares the row with the actor. Raises OfficerNotFound.
    """
    with transaction.atomic():
        radius_metres, home_department_id = _locked_reach(officer)
        with acting_as(purpose="request", person_id=actor.person_id):
            changed = OfficerPrivate.objects.filter(officer=officer).update(
                home_label=label.replace("\x00", "").strip()[:200],
                home_latitude=point.latitude,
                home_longitude=point.longitude,
            )
        if not changed:
            raise OfficerNotFound()
        with matching_context():
            OfficerReach.objects.update_or_create(
                officer_id=officer.id,
                defaults={
                    "home_department_id": home_department_id,
                    "latitude": point.latitude,
                    "longitude": point.longitude,
                    "travel_radius_metres": radius_metres,
                },
            )
        _record(officer=officer, action="officer.home_set", actor=actor, at=at)


def set_travel_radius(*, officer: Officer, metres: int, actor: Actor, at: datetime) -> None:
    """Raises TravelRadiusOutOfRange, OfficerNotFound."""
    if not MINIMUM_TRAVEL_RADIUS_METRES <= metres <= MAXIMUM_TRAVEL_RADIUS_METRES:
        raise TravelRadiusOutOfRange(metres, MINIMUM_TRAVEL_RADIUS_METRES, MAXIMUM_TRAVEL_RADIUS_METRES)
    with transaction.atomic():
        before, _ = _locked_reach(officer)
        Officer.objects.filter(id=officer.id).update(travel_radius_metres=metres)
        with matching_context():
            OfficerReach.objects.filter(officer_id=officer.id).update(travel_radius_metres=metres)
        _record(
            officer=officer,
            action="officer.travel_radius_set",
            actor=actor,
            at=at,
            before={"travel_radius_metres": before},
            after={"travel_radius_metres": metres},
        )
    officer.travel_radius_metres = metres


def set_phone_verified(*, officer: Officer, phone: str, actor: Actor, at: datetime) -> None:
    """The number was proven by a code just now. Raises OfficerNotFound when the actor is not the officer."""
    with transaction.atomic():
        with acting_as(purpose="request", person_id=actor.person_id):
            changed = OfficerPrivate.objects.filter(officer=officer).update(phone=phone, phone_verified_at=at)
        if not changed:
            raise OfficerNotFound()
        _record(officer=officer, action="officer.phone_verified", actor=actor, at=at)


def set_wishes(*, officer: Officer, wants_sms: bool, wants_email: bool, actor: Actor, at: datetime) -> None:
    """By which ways the officer wants to hear of shifts. A text message needs a consent as well, which messaging keeps.

    Raises OfficerNotFound.
    """
    with transaction.atomic():
        stored = Officer.objects.select_for_update(of=("self",), no_key=True).filter(id=officer.id).first()
        if stored is None:
            raise OfficerNotFound()
        before = {"wants_sms": stored.wants_sms, "wants_email": stored.wants_email}
        stored.wants_sms, stored.wants_email = wants_sms, wants_email
        stored.save(update_fields=["wants_sms", "wants_email"])
        after = {"wants_sms": wants_sms, "wants_email": wants_email}
        _record(officer=officer, action="officer.wishes_set", actor=actor, at=at, before=before, after=after)
    officer.wants_sms, officer.wants_email = wants_sms, wants_email


def private_profile(*, officer: Officer, actor: Actor) -> PrivateProfile:
    """What only the officer sees of themselves. Raises OfficerNotFound for every other actor."""
    with acting_as(purpose="request", person_id=actor.person_id):
        row = OfficerPrivate.objects.filter(officer=officer).first()
    if row is None:
        raise OfficerNotFound()
    home = None
    if row.home_latitude is not None and row.home_longitude is not None:
        home = Point(row.home_latitude, row.home_longitude)
    return PrivateProfile(
        phone=row.phone, phone_verified_at=row.phone_verified_at, home_label=row.home_label, home=home
    )


def on_roster_changed(*, event: Event, at: datetime) -> None:
    """Handler of departments.roster_changed: the standing follows, never backwards; whoever left ends their service."""
    payload = event.payload
    # Not locked: `end_service` takes the shifts' locks before the officer's, as everybody does.
    officer = Officer.objects.filter(
        id=UUID(payload["officer_id"]), home_department_id=UUID(payload["department_id"])
    ).first()
    if officer is None:
        # They serve elsewhere now: what their former department says no longer concerns the marketplace.
        return
    values: dict[str, Any] = {
        "version": payload["version"],
        "may_work_from_date": _date(payload["may_work_from_date"]),
        "may_work_until_date": _date(payload["may_work_until_date"]),
        "rank_code": payload["rank_code"],
        "seniority_date": date.fromisoformat(payload["seniority_date"]),
        "credential_codes": payload["credential_codes"],
        "busy_times": payload["busy_ranges"],
    }
    _, created = Standing.objects.get_or_create(officer=officer, defaults=values)
    is_newer = created or Standing.objects.filter(officer=officer, version__lt=payload["version"]).update(**values)
    if not is_newer:
        return
    if payload["left"]:
        end_service(officer_id=officer.id, actor=_ROSTER, at=at)


def _locked_reach(officer: Officer) -> tuple[int, UUID]:
    """The travel radius and the home department, as they are now."""
    row = (
        Officer.objects.select_for_update(no_key=True)
        .filter(id=officer.id)
        .values_list("travel_radius_metres", "home_department_id")
        .first()
    )
    if row is None:
        raise OfficerNotFound()
    return row


def _record(*, officer: Officer, action: str, actor: Actor, at: datetime, **changes: Any) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="officer",
        subject_id=officer.id,
        tenant_id=officer.home_department_id,
        at=at,
        **changes,
    )


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
