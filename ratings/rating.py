"""Both sides of a finished shift rate: client, agency and department the officer, the officer the client's site.

A rating is final. A change after its release would be an answer to what the other side said.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace.acting import person_id_of
from marketplace.models import Assignment, Officer
from marketplace.terms import check_text
from ratings import events
from ratings.models import Rating
from ratings.refusals import AlreadyRated, MarkOutOfRange, OwnWork
from ratings.worked import refuse_unrateable, releases_at

COMMENT_MAXIMUM = 1000
_JOB_OF_SIDE = {
    Rating.RaterKind.CLIENT: ("client_id", "shift__job__client_id"),
    Rating.RaterKind.AGENCY: ("agency_id", "shift__job__agency_id"),
    Rating.RaterKind.DEPARTMENT: ("department_id", "shift__governing_department_id"),
}


def rate_officer(
    *,
    assignment_id: UUID,
    rater_kind: str,
    client_id: UUID | None = None,
    agency_id: UUID | None = None,
    department_id: UUID | None = None,
    punctuality: int,
    appearance: int,
    conduct: int,
    comment: str = "",
    actor: Actor,
    at: datetime,
) -> Rating:
    """One rating per side of one assignment: `rater_kind` "client", "agency" or "department", with its identifier.

    Raises NotFound when the job is not that side's, OwnWork, NotYetWorked, RatingClosed, OtherSideReadable,
    AlreadyRated, MarkOutOfRange, TextTooLong.
    """
    sides = {"client_id": client_id, "agency_id": agency_id, "department_id": department_id}
    own, path = _JOB_OF_SIDE.get(rater_kind, ("", ""))  # type: ignore[call-overload]
    if not own or sides[own] is None:
        raise ValueError(f"A {rater_kind!r} without its identifier does not rate officers.")
    marks = _checked({"punctuality": punctuality, "appearance": appearance, "conduct": conduct}, comment)
    person_id = person_id_of(actor)
    assignment = _found(Assignment.objects.filter(id=assignment_id, **{path: sides[own]}))
    if assignment.officer.person_id == person_id:
        raise OwnWork()
    rating = _rating(assignment, rater_kind, marks, comment, person_id, at)
    setattr(rating, own, sides[own])
    payload = {"officer_id": str(assignment.officer_id)}
    return _keep(rating, name=events.OFFICER_RATED, payload=payload, whom="this officer", actor=actor, at=at)


def rate_site(
    *,
    assignment_id: UUID,
    officer: Officer,
    briefing: int,
    safety: int,
    conduct: int,
    comment: str = "",
    actor: Actor,
    at: datetime,
) -> Rating:
    """What the officer found at the client's site. `conduct` is that of the client's people.

    Raises NotFound when the shift is not the officer's, NotYetWorked, RatingClosed, OtherSideReadable, AlreadyRated,
    MarkOutOfRange, TextTooLong.
    """
    marks = _checked({"briefing": briefing, "safety": safety, "conduct": conduct}, comment)
    person_id = person_id_of(actor)
    assignment = _found(Assignment.objects.filter(id=assignment_id, officer=officer))
    rating = _rating(assignment, Rating.RaterKind.OFFICER, marks, comment, person_id, at)
    rating.client_id = assignment.shift.job.client_id
    payload = {"client_id": str(rating.client_id)}
    return _keep(rating, name=events.SITE_RATED, payload=payload, whom="this site", actor=actor, at=at)


def _checked(marks: dict[str, int], comment: str) -> dict[str, int]:
    for name, mark in marks.items():
        if isinstance(mark, bool) or not isinstance(mark, int) or not 1 <= mark <= 5:
            raise MarkOutOfRange(name)
    check_text(field="comment", what="the comment", text=comment, maximum=COMMENT_MAXIMUM, required=False)
    return marks


def _found(assignments: QuerySet[Assignment]) -> Assignment:
    assignment = assignments.select_related("shift__job", "officer").first()
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment


def _rating(
    assignment: Assignment, rater_kind: str, marks: Mapping[str, int], comment: str, person_id: UUID, at: datetime
) -> Rating:
    refuse_unrateable(assignment=assignment, rater_kind=rater_kind, at=at)
    return Rating(
        assignment=assignment,
        officer_id=assignment.officer_id,
        rater_kind=rater_kind,
        rated_by_person_id=person_id,
        comment=comment.strip(),
        rated_at=at,
        releases_at=releases_at(assignment),
        **marks,
    )


def _keep(rating: Rating, *, name: str, payload: dict[str, str], whom: str, actor: Actor, at: datetime) -> Rating:
    department_id = rating.assignment.shift.governing_department_id
    try:
        with transaction.atomic():
            rating.save(force_insert=True)
            audit.record(
                actor=actor,
                action="site.rated" if rating.is_of_site else "officer.rated",
                subject_kind="client" if rating.is_of_site else "officer",
                subject_id=rating.client_id if rating.is_of_site else rating.officer_id,  # type: ignore[arg-type]
                tenant_id=department_id,
                at=at,
                # No marks: whoever reads the history may still have to give their own. The row never changes.
                after={"rating_id": str(rating.id), "rater_kind": rating.rater_kind},
            )
            outbox.announce(name=name, payload={"rating_id": str(rating.id), **payload}, tenant_id=department_id, at=at)
    except IntegrityError as error:
        if "one_rating_per_side" not in str(error):
            raise
        raise AlreadyRated(whom=whom) from error
    return rating
