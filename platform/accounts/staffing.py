"""Who is on a department's staff and in which roles: granted and ended by somebody else, never by oneself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.desk_roles import ROLES
from accounts.memberships import StaffMembership, grant_role
from accounts.models import Membership, Person, Role
from kernel import audit
from kernel.actors import Actor
from kernel.errors import IllegalTransition, InvalidInput, NotFound, NotPermitted


class LastCoordinator(IllegalTransition):
    code = "last_coordinator"

    def __init__(self) -> None:
        super().__init__("This is the last coordinator. Give the role to somebody else first.")


class OwnRoles(NotPermitted):
    code = "own_roles"

    def __init__(self) -> None:
        super().__init__("Nobody gives a role to themselves. Ask another coordinator or commander.")


class CommandersOnly(NotPermitted):
    code = "commanders_only"

    def __init__(self) -> None:
        super().__init__("Only a commander names or ends a commander.")


@dataclass(frozen=True, slots=True)
class StaffRole:
    membership_id: UUID
    person_id: UUID
    full_name: str
    email: str
    role: str
    started_at: datetime
    ended_at: datetime | None


def staff_of(*, tenant_id: UUID, with_ended: bool = False) -> list[StaffRole]:
    """By name and role; those that ended only when asked for."""
    rows = Membership.objects.select_related("person").filter(tenant_id=tenant_id)
    if not with_ended:
        rows = rows.filter(ended_at=None)
    return [_describe(row) for row in rows.order_by("person__family_name", "person__given_name", "role", "started_at")]


def give_role(*, tenant_id: UUID, email: str, role: str, by: StaffMembership, actor: Actor, at: datetime) -> StaffRole:
    """To somebody who has an account. Raises InvalidInput, OwnRoles, CommandersOnly."""
    if role not in ROLES:
        raise InvalidInput(f"Choose one of: {', '.join(sorted(ROLES))}.", field="role")
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise InvalidInput(
            "Nobody here signs in with that address. They sign up first, then you give them the role.", field="email"
        )
    if person.id == actor.person_id:
        raise OwnRoles()
    with transaction.atomic():
        live = _locked_roles(tenant_id)
        _refuse_commander(role, live, by)
        row = grant_role(person=person, tenant_id=tenant_id, role=role, actor=actor, at=at)
        return _describe(row)


def end_role(
    *, tenant_id: UUID, membership_id: UUID, reason: str, by: StaffMembership, actor: Actor, at: datetime
) -> StaffRole:
    """From the next request on they are without it. One's own may be given up, but the last coordinator stays.

    Raises NotFound, LastCoordinator, CommandersOnly.
    """
    with transaction.atomic():
        live = _locked_roles(tenant_id)
        row = next((one for one in live if one.id == membership_id), None)
        if row is None:
            raise NotFound("There is no such role on this staff.")
        if row.person_id != actor.person_id:
            _refuse_commander(row.role, live, by)
        if row.role == Role.COORDINATOR and sum(one.role == Role.COORDINATOR for one in live) == 1:
            raise LastCoordinator()
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        audit.record(
            actor=actor,
            action="membership.ended",
            subject_kind="person",
            subject_id=row.person_id,
            tenant_id=tenant_id,
            at=at,
            before={"role": row.role},
            reason=reason.strip()[:2000],
        )
        return _describe(row)


def _locked_roles(tenant_id: UUID) -> list[Membership]:
    """All live ones at once, so that two coordinators cannot end each other at the same moment."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("person")
    return list(rows.filter(tenant_id=tenant_id, ended_at=None).order_by("id"))


def _refuse_commander(role: str, live: list[Membership], by: StaffMembership) -> None:
    """A department without a commander gets its first one from a coordinator."""
    if role != Role.COMMANDER or by.has_any(Role.COMMANDER):
        return
    if any(one.role == Role.COMMANDER for one in live):
        raise CommandersOnly()


def _describe(row: Membership) -> StaffRole:
    return StaffRole(
        membership_id=row.id,
        person_id=row.person_id,
        full_name=row.person.full_name,
        email=row.person.email,
        role=str(row.role),
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
