"""Who may open what. Missing and not-yours raise the same NotFound; every page and endpoint comes through here."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Person
from kernel.errors import NotFound
from marketplace.models import (
    Assignment,
    Award,
    Bid,
    Client,
    ClientBlock,
    ClockReview,
    DocumentDemand,
    Job,
    JobDocument,
    Officer,
    Shift,
    Timesheet,
)
from marketplace.refusals import NotYourShift
from marketplace.site_status import with_site_facts

Row = TypeVar("Row")

_TIMESHEET_PARTS = (
    "assignment__shift__job__client",
    "assignment__shift__job__venue",
    "assignment__position",
    "assignment__officer",
)


def client_for_person(*, person: Person, client_id: UUID | None = None) -> Client:
    """The client that the person acts for; the oldest membership when none is named. Raises NotFound."""
    clients = Client.objects.filter(members__person=person, members__ended_at=None)
    if client_id is not None:
        clients = clients.filter(id=client_id)
    return _found(clients.order_by("members__started_at", "id").first(), "There is no such client account of yours.")


def client_for_department(*, department_id: UUID, client_id: UUID) -> Client:
    """A client who has asked this department for officers, or whom it has blocked."""
    asked = Job.objects.filter(client_id=client_id, governing_department_id=department_id).exists()
    known = asked or ClientBlock.objects.filter(client_id=client_id, department_id=department_id).exists()
    return _found(Client.objects.filter(id=client_id).first() if known else None, "There is no such client.")


def job_for_client(*, person: Person, job_id: UUID) -> Job:
    return _found(
        Job.objects.select_related("client", "venue")
        .filter(id=job_id, client__members__person=person, client__members__ended_at=None)
        .first(),
        "There is no such request of yours.",
    )


def starts_for_client(*, person: Person, job_id: UUID) -> tuple[datetime, ...]:
    """When the shifts of the person's own job start; nothing for a job that is not theirs."""
    mine = {"job__client__members__person": person, "job__client__members__ended_at": None}
    return tuple(Shift.objects.filter(job_id=job_id, **mine).order_by("starts_at").values_list("starts_at", flat=True))


def job_for_department(*, department_id: UUID, job_id: UUID, among: "QuerySet[Job] | None" = None) -> Job:
    """`among`: a page's own query, with what more it shows; whose the job must be is said here."""
    jobs = Job.objects.all() if among is None else among
    return _found(
        jobs.select_related("client", "venue").filter(id=job_id, governing_department_id=department_id).first(),
        "There is no such request.",
    )


def shift_for_department(*, department_id: UUID, shift_id: UUID) -> Shift:
    return _found(
        Shift.objects.select_related("job__client", "job__venue")
        .filter(id=shift_id, governing_department_id=department_id)
        .first(),
        "There is no such shift.",
    )


def shift_for_officer(*, officer: Officer, shift_id: UUID, at: datetime, also: tuple[str, ...] = ()) -> Shift:
    """Open shifts that the officer's home department lets them reach, and those that they bid on or work.

    `own_bids` are the officer's, the latest first; `own_assignment_id` is their live assignment there or None.

    `also`: relations that the page reads besides.
    """
    assignments = Assignment.objects.filter(shift=OuterRef("pk"), officer=officer)
    bids = Bid.objects.filter(officer=officer).select_related("position").order_by("-placed_at")
    shift = (
        Shift.objects.select_related("job__client", "job__venue", *also)
        .annotate(
            was_given=Exists(assignments),
            own_assignment_id=Subquery(assignments.filter(state__in=Assignment.LIVE_STATES).values("id")[:1]),
        )
        .prefetch_related(Prefetch("bids", bids, to_attr="own_bids"))
        .filter(id=shift_id)
        .first()
    )
    if shift is not None and not _officer_may_see(officer, shift, at):
        shift = None
    return _found(shift, "There is no such shift.")


def assignment_for_officer(*, officer: Officer, assignment_id: UUID) -> Assignment:
    """With what `site_status.facts_of` reads."""
    assignment = (
        with_site_facts(
            Assignment.objects.select_related("shift__job__client", "shift__job__venue", "position", "officer")
        )
        .filter(id=assignment_id, officer=officer)
        .first()
    )
    if assignment is None:
        raise NotYourShift()
    return assignment


def assignment_for_department(*, department_id: UUID, assignment_id: UUID) -> Assignment:
    return _found(
        Assignment.objects.select_related("shift__job__client", "shift__job__venue", "position", "officer")
        .filter(id=assignment_id, shift__governing_department_id=department_id)
        .first(),
        "There is no such assignment.",
    )


def assignment_for_client(*, person: Person, assignment_id: UUID) -> Assignment:
    return _found(
        Assignment.objects.select_related("shift__job__client", "shift__job__venue", "position", "officer")
        .filter(
            id=assignment_id,
            shift__job__client__members__person=person,
            shift__job__client__members__ended_at=None,
        )
        .first(),
        "There is no such assignment.",
    )


def timesheet_for_client(*, person: Person, timesheet_id: UUID) -> Timesheet:
    return _found(
        Timesheet.objects.select_related(*_TIMESHEET_PARTS)
        .filter(
            id=timesheet_id,
            assignment__shift__job__client__members__person=person,
            assignment__shift__job__client__members__ended_at=None,
        )
        .first(),
        "There are no such hours.",
    )


def timesheet_for_department(*, department_id: UUID, timesheet_id: UUID) -> Timesheet:
    return _found(
        Timesheet.objects.select_related(*_TIMESHEET_PARTS)
        .filter(id=timesheet_id, assignment__shift__governing_department_id=department_id)
        .first(),
        "There are no such hours.",
    )


def timesheet_for_officer(*, officer: Officer, timesheet_id: UUID) -> Timesheet:
    return _found(
        Timesheet.objects.select_related(*_TIMESHEET_PARTS)
        .filter(id=timesheet_id, assignment__officer=officer)
        .first(),
        "There are no such hours.",
    )


def review_for_department(*, department_id: UUID, clock_event_id: UUID) -> ClockReview:
    return _found(
        ClockReview.objects.select_related(
            "clock_event__assignment__shift__job__venue", "clock_event__assignment__officer"
        )
        .filter(clock_event_id=clock_event_id, department_id=department_id)
        .first(),
        "There is no such punch to review.",
    )


def award_for_department(*, department_id: UUID, award_id: UUID) -> Award:
    return _found(
        Award.objects.select_related("shift__job__client", "position")
        .filter(id=award_id, shift__governing_department_id=department_id)
        .first(),
        "There is no such award.",
    )


def demand_for_client(*, person: Person, demand_id: UUID) -> DocumentDemand:
    return _found(
        DocumentDemand.objects.select_related("job__client")
        .filter(id=demand_id, is_needed=True, job__client__members__person=person, job__client__members__ended_at=None)
        .first(),
        "There is no such document to bring.",
    )


def demand_for_department(*, department_id: UUID, demand_id: UUID) -> DocumentDemand:
    return _found(
        DocumentDemand.objects.select_related("job__client")
        .filter(id=demand_id, governing_department_id=department_id)
        .first(),
        "There is no such document.",
    )


def paper_for_client(*, person: Person, paper_id: UUID) -> JobDocument:
    return _found(
        JobDocument.objects.select_related("demand", "job")
        .filter(id=paper_id, client__members__person=person, client__members__ended_at=None)
        .first(),
        "There is no such document.",
    )


def paper_for_department(*, department_id: UUID, paper_id: UUID) -> JobDocument:
    return _found(
        JobDocument.objects.select_related("demand", "job")
        .filter(id=paper_id, governing_department_id=department_id)
        .first(),
        "There is no such document.",
    )


def officer_of(*, person: Person) -> Officer:
    """The person as a working officer. Raises NotFound for everybody else, and from the minute that one leaves."""
    return _found(
        Officer.objects.filter(person=person, left_at=None).first(), "You have no officer's account, or it has ended."
    )


def _officer_may_see(officer: Officer, shift: Any, at: datetime) -> bool:
    if shift.job.route == Job.Route.AGENCY:
        return bool(shift.was_given)
    if shift.governing_department_id == officer.home_department_id and shift.state != Shift.State.PLANNED:
        return True
    is_for_others = shift.open_to_others_at is not None and shift.open_to_others_at <= at
    if (is_for_others or shift.job.route == Job.Route.MARKETPLACE) and shift.state in (
        Shift.State.OPEN,
        Shift.State.PART_STAFFED,
    ):
        return True
    return bool(shift.was_given or shift.own_bids)


def _found(row: Row | None, message: str) -> Row:
    if row is None:
        raise NotFound(message)
    return row
