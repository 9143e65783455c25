"""A comment reported by the one whom it is about, and the decision on it: kept, hidden, or the rating struck.

What a client or an agency says of an officer is the governing department's to judge; what a department itself says, and
what its officers say of a client, the operator's. Nobody judges what they gave or what is about them.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from kernel import audit, outbox
from kernel.actors import Actor
from kernel.errors import NotFound
from marketplace.acting import person_id_of
from marketplace.models import ClientMember
from marketplace.terms import check_text
from ratings import events
from ratings.models import Rating, RatingReport
from ratings.publishing import take_out
from ratings.refusals import AlreadyReported, NothingToReplyTo, NotImpartial, ReportAlreadyDecided

State = RatingReport.State
Desk = RatingReport.Desk
REASON_MAXIMUM = 1000
DECISIONS = (State.KEPT, State.HIDDEN, State.STRUCK)
_PARTS = ("rating__officer__person", "rating__assignment__shift__job__client", "rating__assignment__shift__job__venue")
_OF_DEPARTMENTS = (Rating.RaterKind.CLIENT, Rating.RaterKind.AGENCY)


def report(*, rating: Rating, reason: str, actor: Actor, at: datetime) -> RatingReport:
    """Reach the rating through `reading.comment_about`. Raises AlreadyReported, NothingToReplyTo, TextMissing,
    TextTooLong."""
    person_id = person_id_of(actor)
    check_text(field="reason", what="why it is unfair", text=reason, maximum=REASON_MAXIMUM)
    if not rating.shows_comment:
        raise NothingToReplyTo()
    department_id = rating.assignment.shift.governing_department_id
    try:
        with transaction.atomic():
            made = RatingReport.objects.create(
                rating=rating,
                desk=Desk.DEPARTMENT if rating.rater_kind in _OF_DEPARTMENTS else Desk.OPERATOR,
                department_id=department_id,
                reason=reason.strip(),
                reported_at=at,
                reported_by_person_id=person_id,
            )
            _record(made, "rating.reported", before="", actor=actor, at=at)
            outbox.announce(
                name=events.RATING_REPORTED, payload={"report_id": str(made.id)}, tenant_id=department_id, at=at
            )
    except IntegrityError as error:
        if "rating_id" not in str(error):
            raise
        raise AlreadyReported() from error
    return made


def reports_of_department(*, department_id: UUID) -> QuerySet[RatingReport]:
    """What waits first, the oldest first; then what was decided, the latest first."""
    return _in_order(RatingReport.objects.filter(desk=Desk.DEPARTMENT, department_id=department_id))


def reports_of_operator() -> QuerySet[RatingReport]:
    return _in_order(RatingReport.objects.filter(desk=Desk.OPERATOR))


def decide(
    *,
    report_id: UUID,
    department_id: UUID | None,
    decision: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> RatingReport:
    """`department_id` is the desk that decides, None the operator's. `decision` is of DECISIONS.

    Both sides are told, with the reason. Raises NotFound, NotImpartial, ReportAlreadyDecided, TextMissing, TextTooLong.
    """
    if decision not in DECISIONS:
        raise ValueError(f"{decision!r} is no decision.")
    person_id = person_id_of(actor)
    check_text(field="reason", what="the reason", text=reason, maximum=REASON_MAXIMUM)
    desk = reports_of_operator() if department_id is None else reports_of_department(department_id=department_id)
    with transaction.atomic():
        rating_id = desk.filter(id=report_id).values_list("rating_id", flat=True).first()
        if rating_id is None:
            raise NotFound("There is no such report.")
        rating = Rating.objects.select_for_update(of=("self",)).select_related("officer").get(id=rating_id)
        found = RatingReport.objects.select_for_update(of=("self",)).select_related("rating").get(id=report_id)
        if found.state != State.OPEN:
            raise ReportAlreadyDecided(str(found.get_state_display()).lower())
        if not is_impartial(rating=rating, person_id=person_id):
            raise NotImpartial()
        if decision == State.HIDDEN:
            rating.comment_hidden_at = at
        if decision == State.STRUCK:
            if rating.counted_at is not None:
                take_out(rating)
            rating.struck_at, rating.counted_at = at, None
        rating.save(update_fields=["comment_hidden_at", "struck_at", "counted_at"])
        found.state, found.decision = decision, reason.strip()
        found.decided_at, found.decided_by_person_id = at, person_id
        found.save(update_fields=["state", "decision", "decided_at", "decided_by_person_id"])
        _record(found, "rating.moderated", before="open", reason=reason.strip(), actor=actor, at=at)
        outbox.announce(
            name=events.REPORT_DECIDED, payload={"report_id": str(found.id)}, tenant_id=found.department_id, at=at
        )
    return found


def is_impartial(*, rating: Rating, person_id: UUID) -> bool:
    """Whether this person stands on neither side; pages ask before they show the form. `rating` has its officer."""
    if person_id in (rating.rated_by_person_id, rating.officer.person_id):
        return False
    if rating.client_id is None:
        return True
    return not ClientMember.objects.filter(client_id=rating.client_id, person_id=person_id, ended_at=None).exists()


def _in_order(reports: QuerySet[RatingReport]) -> QuerySet[RatingReport]:
    return reports.select_related(*_PARTS).order_by(F("decided_at").desc(nulls_first=True), "reported_at", "id")


def _record(made: RatingReport, action: str, *, before: str, actor: Actor, at: datetime, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_kind="rating",
        subject_id=made.rating_id,
        tenant_id=made.department_id,
        at=at,
        before={"state": before} if before else {},
        after={"report_id": str(made.id), "state": made.state},
        reason=reason or made.reason,
    )
