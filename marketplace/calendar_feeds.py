"""An officer's shifts for their own calendar, at a secret address that they make and end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max

from kernel import audit
from kernel.actors import Actor
from kernel.errors import NotFound
from kernel.models import AuditEvent
from kernel.secret_addresses import hash_of, new_token
from marketplace.models import Assignment, CalendarFeed, Officer
from tenants.context import acting_as

BEHIND = timedelta(days=30)
_MOST = 300


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """`sequence` grows with everything that was recorded of the job, the shift or the assignment: a calendar takes over
    what has a higher one. `is_off`: nobody expects the officer there any more."""

    assignment: Assignment
    sequence: int
    changed_at: datetime
    is_off: bool


def make_feed(*, officer: Officer, actor: Actor, at: datetime) -> str:
    """A new token; the address before it stops at once. It is told this once."""
    token = new_token()
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer.id)
        _revoke(officer, at)
        feed = CalendarFeed.objects.create(officer=officer, token_sha256=hash_of(token), made_at=at)
        _record("made", feed, actor, at)
    return token


def revoke_feed(*, officer: Officer, actor: Actor, at: datetime) -> None:
    """The address is nobody's from now on. What has ended already stays as it is."""
    with transaction.atomic():
        feed = _revoke(officer, at)
        if feed is not None:
            _record("revoked", feed, actor, at)


def live_feed(*, officer: Officer) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(officer=officer, revoked_at=None).first()


def officer_by_token(*, token: str) -> Officer:
    """Unknown and revoked tokens, and those of officers who have left, answer alike. Raises NotFound."""
    feed = (
        CalendarFeed.objects.select_related("officer__person")
        .filter(token_sha256=hash_of(token), revoked_at=None, officer__left_at=None)
        .first()
    )
    if feed is None:
        raise NotFound("There is no such calendar.")
    return feed.officer


def calendar_of(*, officer: Officer, at: datetime) -> list[CalendarLine]:
    """The officer's own shifts from a month ago on, by start; what was called off stays, marked so. Two queries."""
    assignments = list(
        Assignment.objects.filter(officer=officer, shift__ends_at__gt=at - BEHIND)
        .exclude(state=Assignment.State.OFFERED)
        .select_related("shift__job__venue", "position")
        .order_by("shift__starts_at", "id")[:_MOST]
    )
    records = _records(assignments)
    return [_line(assignment, records) for assignment in assignments]


def _records(assignments: list[Assignment]) -> dict[object, tuple[int, datetime]]:
    """By subject, how often something was recorded of it, and when last."""
    subjects = {one for row in assignments for one in (row.id, row.shift_id, row.shift.job_id)}
    kinds = ("assignment", "shift", "job")
    # What was recorded is nobody's own row; only its number and its time leave here.
    with acting_as(purpose="worker"):
        found = (
            AuditEvent.objects.filter(subject_kind__in=kinds, subject_id__in=subjects)
            .values("subject_id")
            .annotate(count=Count("id"), last_at=Max("happened_at"))
        )
        return {row["subject_id"]: (row["count"], row["last_at"]) for row in found}


def _line(assignment: Assignment, records: dict[object, tuple[int, datetime]]) -> CalendarLine:
    subjects = (assignment.id, assignment.shift_id, assignment.shift.job_id)
    found = [records[one] for one in subjects if one in records]
    return CalendarLine(
        assignment=assignment,
        sequence=sum(count for count, _ in found),
        changed_at=max([assignment.created_at, *(last_at for _, last_at in found)]),
        is_off=assignment.state not in Assignment.COMMITTED_STATES,
    )


def _revoke(officer: Officer, at: datetime) -> CalendarFeed | None:
    feed = CalendarFeed.objects.select_for_update().filter(officer=officer, revoked_at=None).first()
    if feed is not None:
        feed.revoked_at = at
        feed.save(update_fields=["revoked_at"])
    return feed


def _record(verb: str, feed: CalendarFeed, actor: Actor, at: datetime) -> None:
    audit.record(actor=actor, action=f"calendar_feed.{verb}", subject_kind="calendar_feed", subject_id=feed.id, at=at)
