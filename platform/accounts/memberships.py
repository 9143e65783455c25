"""Who is on the staff of which tenant, and in which role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership, Person, Role
from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotPermitted


@dataclass(frozen=True)
class StaffMembership:
    """A person's live roles at one tenant."""

    person_id: UUID
    tenant_id: UUID
    roles: frozenset[str]

    def has_any(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


def find_membership(*, person_id: UUID, tenant_id: UUID) -> StaffMembership | None:
    roles = frozenset(
        Membership.objects.filter(person_id=person_id, tenant_id=tenant_id, ended_at=None).values_list(
            "role", flat=True
        )
    )
    return StaffMembership(person_id=person_id, tenant_id=tenant_id, roles=roles) if roles else None


def grant_role(*, person: Person, tenant_id: UUID, role: str, actor: Actor, at: datetime) -> Membership:
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(
            person=person, tenant_id=tenant_id, role=Role(role), ended_at=None, defaults={"started_at": at}
        )
        if is_new:
            audit.record(
                actor=actor,
                action="membership.granted",
                subject_kind="person",
                subject_id=person.id,
                tenant_id=tenant_id,
                after={"role": role},
                at=at,
            )
    return membership


def require_any_role(*, membership: StaffMembership | None, roles: Iterable[str]) -> None:
    """Raises NotPermitted and names the roles that could do it."""
    wanted = tuple(roles)
    if membership is None or not membership.has_any(*wanted):
        raise NotPermitted(f"Only a {' or '.join(wanted)} can do this. Ask one of them, or ask for the role.")
