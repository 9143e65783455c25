"""Clients and departments rate officers' finished work; the sums behind the averages move in the same transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace.acting import person_id_of
from marketplace.models import Assignment
from marketplace.terms import check_text
from ratings.models import Rating, RatingSummary
from ratings.refusals import AlreadyRated, MarkOutOfRange, NotYetWorked

OFFICER_RATED = "ratings.officer_rated"
# Fewer would tell an officer who it was.
SHOWN_FROM_COUNT = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """Averages have one decimal and are None until SHOWN_FROM_COUNT ratings are there; the count always shows."""

    count: int
    average: Decimal | None
    punctuality: Decimal | None
    appearance: Decimal | None
    conduct: Decimal | None


NO_RATINGS = Summary(0, None, None, None, None)


def rate_officer(
    *,
    assignment_id: UUID,
    rater_kind: str,
    client_id: UUID | None = None,
    department_id: UUID | None = None,
    punctuality: int,
    appearance: int,
    conduct: int,
    comment: str = "",
    actor: Actor,
    at: datetime,
) -> Rating:
    """One rating per side of one assignment: `rater_kind` "client" with `client_id`, or "department" with its id.

    Raises NotFound when the job is not that side's, NotYetWorked, AlreadyRated, MarkOutOfRange, TextTooLong.
    """
    rater_id = person_id_of(actor)
    marks = {"punctuality": punctuality, "appearance": appearance, "conduct": conduct}
    for name, mark in marks.items():
        if isinstance(mark, bool) or not isinstance(mark, int) or not 1 <= mark <= 5:
            raise MarkOutOfRange(name)
    check_text(field="comment", what="the comment", text=comment, maximum=1000, required=False)
    assignment = _assignment_of(assignment_id, rater_kind, client_id, department_id)
    if assignment.state != Assignment.State.CHECKED_OUT:
        raise NotYetWorked()
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                assignment=assignment,
                officer_id=assignment.officer_id,
                rater_kind=rater_kind,
                client_id=client_id if rater_kind == Rating.RaterKind.CLIENT else None,
                department_id=department_id if rater_kind == Rating.RaterKind.DEPARTMENT else None,
                rated_by_person_id=rater_id,
                comment=comment.strip(),
                rated_at=at,
                **marks,
            )
            _add_to_summary(assignment.officer_id, marks)
            audit.record(
                actor=actor,
                action="officer.rated",
                subject_kind="officer",
                subject_id=assignment.officer_id,
                tenant_id=assignment.shift.governing_department_id,
                at=at,
                after={"rating_id": str(rating.id), "rater_kind": rater_kind, **marks},
            )
            outbox.announce(
                name=OFFICER_RATED,
                payload={"rating_id": str(rating.id), "officer_id": str(assignment.officer_id)},
                tenant_id=assignment.shift.governing_department_id,
                at=at,
            )
    except IntegrityError as error:
        if "one_rating_per_side" not in str(error):
            raise
        raise AlreadyRated() from error
    return rating


def summary_of(officer_ids: Collection[UUID]) -> Mapping[UUID, Summary]:
    """One query; every officer asked for is a key."""
    stored = {row.officer_id: row for row in RatingSummary.objects.filter(officer_id__in=list(officer_ids))}
    return {
        officer_id: _summary(stored[officer_id]) if officer_id in stored else NO_RATINGS for officer_id in officer_ids
    }


def summary_from(row: RatingSummary | None) -> Summary:
    """For rows that came along with their officers, as by `select_related("officer__rating_summary")`."""
    return NO_RATINGS if row is None else _summary(row)


def ratings_of_assignment(*, assignment_id: UUID) -> dict[str, Rating]:
    """By rater kind: what each side has said."""
    return {rating.rater_kind: rating for rating in Rating.objects.filter(assignment_id=assignment_id)}


def _assignment_of(
    assignment_id: UUID, rater_kind: str, client_id: UUID | None, department_id: UUID | None
) -> Assignment:
    found = Assignment.objects.select_related("shift").filter(id=assignment_id)
    if rater_kind == Rating.RaterKind.CLIENT and client_id is not None:
        found = found.filter(shift__job__client_id=client_id)
    elif rater_kind == Rating.RaterKind.DEPARTMENT and department_id is not None:
        found = found.filter(shift__governing_department_id=department_id)
    else:
        raise ValueError(f"A {rater_kind!r} without its identifier does not rate officers.")
    assignment = found.first()
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


def _add_to_summary(officer_id: UUID, marks: Mapping[str, int]) -> None:
    RatingSummary.objects.get_or_create(officer_id=officer_id)
    # Added by the database, so that two ratings at one moment both count.
    RatingSummary.objects.filter(officer_id=officer_id).update(
        count=F("count") + 1, **{f"{name}_sum": F(f"{name}_sum") + mark for name, mark in marks.items()}
    )


def _summary(row: RatingSummary) -> Summary:
    if row.count < SHOWN_FROM_COUNT:
        return Summary(row.count, None, None, None, None)
    sums = [row.punctuality_sum, row.appearance_sum, row.conduct_sum]
    return Summary(row.count, _tenth(sum(sums), 3 * row.count), *[_tenth(total, row.count) for total in sums])


def _tenth(total: int, count: int) -> Decimal:
    return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)
