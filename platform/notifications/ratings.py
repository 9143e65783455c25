"""What both sides hear of ratings: a comment that can be read, a reply, a report, and the decision on it.

Letters name the page and repeat no comment: what is hidden or struck later must not stay in anybody's mailbox.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Person, Role
from kernel.subscriptions import Event
from marketplace.models import Shift
from notifications import wording
from notifications.client_letters import job_of, tell_client
from notifications.department import tell_staff
from notifications.letters import Letter, send_letter
from notifications.links import marketplace_link, tenant_link
from notifications.officer import write_to_officer
from ratings.models import Rating, RatingReport

Kind = Rating.RaterKind
_PARTS = ("officer__person", "assignment__shift__job__client", "assignment__shift__job__venue")


def tell_release(*, event: Event, at: datetime) -> None:
    """ratings.comment_released: whom a comment is about may read it, answer it and report it."""
    rating = _rating(event.payload["rating_id"])
    heading = _("There is a comment about your site") if rating.is_of_site else _("There is a comment about your work")
    letter = Letter(
        subject=heading,
        heading=heading,
        paragraphs=(_("You can read it now, reply to it once, and report it if it is unfair."),),
        facts=_facts(rating, reader=rated_side(rating)),
        action=(_("Read it"), _page_of(rating, rated_side(rating))),
    )
    _tell(rating, rated_side(rating), letter, event=event, at=at)


def tell_reply(*, event: Event, at: datetime) -> None:
    """ratings.comment_replied: whoever wrote the comment may read what was answered."""
    rating = _rating(event.payload["rating_id"])
    heading = _("Your comment got a reply")
    letter = Letter(
        subject=heading,
        heading=heading,
        paragraphs=(_("Both are shown together from now on."),),
        facts=_facts(rating, reader=rating.rater_kind),
        action=(_("Read it"), _page_of(rating, rating.rater_kind)),
    )
    _tell(rating, rating.rater_kind, letter, event=event, at=at)


def announce_report(*, event: Event, at: datetime) -> None:
    """ratings.rating_reported: those at whose desk it lies."""
    report = RatingReport.objects.get(id=event.payload["report_id"])
    rating = _rating(report.rating_id)
    at_department = report.desk == RatingReport.Desk.DEPARTMENT
    letter = Letter(
        subject="A rating was reported",
        heading="A rating was reported as unfair",
        paragraphs=(report.reason, "Keep it, hide the comment, or strike the rating. Both sides read your reason."),
        facts=_facts(rating, reader=Kind.DEPARTMENT),
        action=(
            "Decide",
            tenant_link(report.department_id, "department:rating_reports")
            if at_department
            else marketplace_link("operator:rating_reports"),
        ),
    )
    if at_department:
        for role in (Role.SUPERVISOR, Role.COORDINATOR):
            tell_staff(letter, role=role, department_id=report.department_id, event=event, at=at)
        return
    for operator in Person.objects.filter(is_staff=True, is_active=True):
        key = f"{event.id}:{operator.id}"
        send_letter(letter, business_key=key, recipient=operator.email, person_id=operator.id, at=at)


def tell_decision(*, event: Event, at: datetime) -> None:
    """ratings.report_decided: both sides, with the reason."""
    report = RatingReport.objects.get(id=event.payload["report_id"])
    rating = _rating(report.rating_id)
    heading = {
        RatingReport.State.KEPT: _("A reported rating was kept"),
        RatingReport.State.HIDDEN: _("A reported comment was hidden"),
        RatingReport.State.STRUCK: _("A reported rating was struck"),
    }[RatingReport.State(report.state)]
    for side in (rated_side(rating), rating.rater_kind):
        letter = Letter(
            subject=heading,
            heading=heading,
            paragraphs=(report.decision,),
            facts=_facts(rating, reader=side),
            action=(_("See your ratings"), _page_of(rating, side)),
        )
        _tell(rating, side, letter, event=event, at=at)


def rated_side(rating: Rating) -> str:
    return Kind.CLIENT if rating.is_of_site else Kind.OFFICER


def _tell(rating: Rating, side: str, letter: Letter, *, event: Event, at: datetime) -> None:
    job = rating.assignment.shift.job
    if side == Kind.OFFICER:
        write_to_officer(rating.officer, letter, tenant_id=job.governing_department_id, event=event, at=at)
    elif side == Kind.CLIENT:
        tell_client(letter, job=job_of(str(job.id)), event=event, at=at)
    else:
        role = Role.COORDINATOR
        tell_staff(letter, role=role, department_id=_tenant_of(rating, side), event=event, at=at)


def _facts(rating: Rating, *, reader: str) -> tuple[tuple[str, str], ...]:
    """To a client a comment of an officer is one of the month: with the date it would be one of a person."""
    shift: Shift = rating.assignment.shift
    if reader == Kind.CLIENT and rating.is_of_site:
        return ((_("Where"), wording.place(shift.job)), (_("When"), f"{shift.starts_at:%Y-%m}"))
    return ((_("What"), shift.job.title), (_("When"), wording.slot(shift)))


def _page_of(rating: Rating, side: str) -> str:
    if side in (Kind.OFFICER, Kind.CLIENT):
        return marketplace_link(f"{side}:ratings")
    if side == Kind.AGENCY:
        return tenant_link(_tenant_of(rating, side), "agency:job", job_id=rating.assignment.shift.job_id)
    return tenant_link(_tenant_of(rating, side), "department:assignment", assignment_id=rating.assignment_id)


def _tenant_of(rating: Rating, side: str) -> UUID:
    found = rating.agency_id if side == Kind.AGENCY else rating.assignment.shift.governing_department_id
    assert found is not None
    return found


def _rating(rating_id: UUID | str) -> Rating:
    return Rating.objects.select_related(*_PARTS).get(id=rating_id)
