"""Who reads what of whom. Comments are read once both sides have rated, or from seven days after the shift; marks never
singly by the one whom they are about.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.errors import NotFound
from ratings.models import Rating
from ratings.publishing import released

_PARTS = ("assignment__shift__job__client", "assignment__shift__job__venue", "officer", "report")
Kind = Rating.RaterKind


def own_ratings(*, assignment_ids: Collection[UUID], rater_kind: str) -> set[UUID]:
    """Of these assignments, those that this side has rated."""
    given = Rating.objects.filter(assignment_id__in=list(assignment_ids), rater_kind=rater_kind)
    return set(given.values_list("assignment_id", flat=True))


def ratings_read_by_department(*, assignment_id: UUID, at: datetime) -> dict[str, Rating]:
    """By rater kind, with marks: the department's own, and the others' once it has rated or their time has come.

    The governing department answers for both sides, so it reads what was struck, too; `struck_at` says so.
    """
    given = {one.rater_kind: one for one in Rating.objects.filter(assignment_id=assignment_id)}
    has_rated = Kind.DEPARTMENT in given
    return {kind: one for kind, one in given.items() if has_rated or kind == Kind.DEPARTMENT or one.releases_at <= at}


def marks_read_by_department(*, ratings: Collection[Rating], at: datetime) -> set[UUID]:
    """Of these, those whose marks the governing department may read: as `ratings_read_by_department`, in one query."""
    waiting = {one.assignment_id for one in ratings if one.rater_kind != Kind.DEPARTMENT and one.releases_at > at}
    rated = own_ratings(assignment_ids=waiting, rater_kind=Kind.DEPARTMENT) if waiting else set()
    return {one.id for one in ratings if one.assignment_id not in waiting - rated or one.rater_kind == Kind.DEPARTMENT}


def comments_about_officer(*, officer_id: UUID, at: datetime) -> QuerySet[Rating]:
    """Newest first, with shift, client and report. The officer reads comments, never the marks beside them."""
    about = Rating.objects.filter(officer_id=officer_id).exclude(rater_kind=Kind.OFFICER)
    return _readable(about, at)


def comments_about_client(*, client_id: UUID, at: datetime) -> QuerySet[Rating]:
    """What officers wrote about the client's sites, newest first. Show the site and the month, not the officer."""
    return _readable(Rating.objects.filter(client_id=client_id, rater_kind=Kind.OFFICER), at)


def comments_by_client(*, client_id: UUID) -> QuerySet[Rating]:
    """What the client itself wrote, with replies; it reads its own at once."""
    return _with_comment(Rating.objects.filter(client_id=client_id, rater_kind=Kind.CLIENT))


def comments_by_officer(*, officer_id: UUID) -> QuerySet[Rating]:
    return _with_comment(Rating.objects.filter(officer_id=officer_id, rater_kind=Kind.OFFICER))


def comment_about(
    *, rating_id: UUID, at: datetime, officer_id: UUID | None = None, client_ids: Collection[UUID] = ()
) -> Rating:
    """The readable comment, if it is about this officer or one of these clients. Raises NotFound."""
    of_officer = Q(officer_id=officer_id) & ~Q(rater_kind=Kind.OFFICER)
    of_client = Q(client_id__in=list(client_ids), rater_kind=Kind.OFFICER)
    found = _readable(Rating.objects.filter(of_officer | of_client), at).filter(id=rating_id).first()
    if found is None:
        raise NotFound("There is no such comment about you.")
    return found


def _readable(ratings: QuerySet[Rating], at: datetime) -> QuerySet[Rating]:
    return released(_with_comment(ratings), at=at)


def _with_comment(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    return ratings.exclude(comment="").select_related(*_PARTS).order_by("-rated_at", "-id")
