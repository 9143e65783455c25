"""The dispatch sheet: who is where and when, under which call sign and with which vehicle. Never a private phone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from departments.roster import RosterMember, members_of_officers
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput, NotFound
from kernel.secret_addresses import hash_of, new_token
from marketplace.models import Assignment, DispatchEntry, DispatchFeed
from tenants.models import Tenant

# Dispatch sees who comes and who is there; who was called off or relieved is nobody's radio traffic.
_ON_SHEET = ("confirmed", "checked_in", "checked_out")


@dataclass(frozen=True, slots=True)
class DispatchLine:
    """`badge` is "" for officers of other departments: theirs is not ours to know."""

    assignment: Assignment
    badge: str
    call_sign: str
    vehicle: str

    @property
    def shown_call_sign(self) -> str:
        """The badge stands in while nobody set a call sign."""
        return self.call_sign or self.badge


def dispatch_sheet(*, department_id: UUID, starts_at: datetime, ends_at: datetime) -> list[DispatchLine]:
    """Who works details of this department at some time of the half-open span, by start. Three queries."""
    assignments = list(
        Assignment.objects.filter(
            shift__governing_department_id=department_id,
            shift__starts_at__lt=ends_at,
            shift__ends_at__gt=starts_at,
            state__in=_ON_SHEET,
        )
        .select_related("officer", "position", "shift__job__client", "shift__job__venue", "dispatch_entry")
        .order_by("shift__starts_at", "shift__job__title", "officer__display_name", "id")
    )
    own = [one.officer_id for one in assignments if one.officer.home_department_id == department_id]
    members = members_of_officers(department_id=department_id, officer_ids=own) if own else {}
    return [_line(one, members.get(one.officer_id)) for one in assignments]


def set_dispatch_entry(
    *, department_id: UUID, assignment_id: UUID, call_sign: str, vehicle: str, actor: Actor, at: datetime
) -> DispatchEntry:
    """Raises NotFound, InvalidInput."""
    kept = {
        "call_sign": _checked(call_sign, "call_sign", 20),
        "vehicle": _checked(vehicle, "vehicle", 40),
    }
    with transaction.atomic():
        assignment = (
            Assignment.objects.select_for_update(of=("self",))
            .filter(id=assignment_id, shift__governing_department_id=department_id)
            .first()
        )
        if assignment is None:
            raise NotFound("There is no such assignment.")
        before = DispatchEntry.objects.filter(assignment=assignment).values("call_sign", "vehicle").first()
        entry, _ = DispatchEntry.objects.update_or_create(
            assignment=assignment,
            defaults={"department_id": department_id, "set_by_person_id": actor.person_id, "set_at": at, **kept},
        )
        audit.record(
            actor=actor,
            action="dispatch_entry.set",
            subject_kind="assignment",
            subject_id=assignment.id,
            tenant_id=department_id,
            at=at,
            before=dict(before or {}),
            after=kept,
        )
        return entry


def make_feed(*, department_id: UUID, actor: Actor, at: datetime) -> str:
    """A new secret address; the one before it stops at once. The token is told this once and kept only as a hash."""
    token = new_token()
    with transaction.atomic():
        _revoke(department_id, at)
        feed = DispatchFeed.objects.create(
            department_id=department_id, token_sha256=hash_of(token), made_at=at, made_by=actor.label[:200]
        )
        _record("made", feed, actor, at)
    return token


def revoke_feed(*, department_id: UUID, actor: Actor, at: datetime) -> None:
    """Raises NotFound when there is none."""
    with transaction.atomic():
        feed = _revoke(department_id, at)
        if feed is None:
            raise NotFound("There is no feed.")
        _record("revoked", feed, actor, at)


def live_feed(*, department_id: UUID) -> DispatchFeed | None:
    return DispatchFeed.objects.filter(department_id=department_id, revoked_at=None).first()


def feed_by_token(*, department: Tenant, token: str) -> DispatchFeed:
    """Unknown, revoked and another department's token answer alike. Raises NotFound."""
    feed = DispatchFeed.objects.filter(
        token_sha256=hash_of(token), department_id=department.id, revoked_at=None
    ).first()
    if feed is None:
        raise NotFound("There is no such feed.")
    return feed


def _line(assignment: Assignment, member: RosterMember | None) -> DispatchLine:
    entry: DispatchEntry | None = getattr(assignment, "dispatch_entry", None)
    return DispatchLine(
        assignment=assignment,
        badge=member.badge_number if member else "",
        call_sign=entry.call_sign if entry else "",
        vehicle=entry.vehicle if entry and entry.vehicle else assignment.shift.vehicle_code,
    )


def _checked(text: str, field: str, longest: int) -> str:
    kept = " ".join(text.split())
    if len(kept) > longest or "\x00" in kept:
        raise InvalidInput(f"Write at most {longest} characters.", field=field)
    return kept


def _revoke(department_id: UUID, at: datetime) -> DispatchFeed | None:
    feed = DispatchFeed.objects.select_for_update().filter(department_id=department_id, revoked_at=None).first()
    if feed is not None:
        feed.revoked_at = at
        feed.save(update_fields=["revoked_at"])
    return feed


def _record(verb: str, feed: DispatchFeed, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"dispatch_feed.{verb}",
        subject_kind="dispatch_feed",
        subject_id=feed.id,
        tenant_id=feed.department_id,
        at=at,
    )
