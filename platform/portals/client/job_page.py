"""Everything that a client sees of one job, read in a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Person
from billing.bills import coverage
from billing.models import Charge, Contract, IssuedDocument, PaymentDemand
from kernel.errors import NotFound
from marketplace.cancelling import CANCELLABLE_STATES
from marketplace.documents.checklists import ChecklistRow, checklist_from, checklist_of_job
from marketplace.job_threads import unread_messages
from marketplace.job_totals import DatesOfJob, JobTotals, totals_beside, totals_from
from marketplace.models import Assignment, ClockEvent, Job, JobMessage, Shift, Timesheet
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.site_status import with_site_facts
from marketplace.status import JobStatus, status_of
from portals.dates_of_job import page_of_dates
from portals.wording import money_text
from ratings.models import Rating
from ratings.summaries import Summary, summary_from
from tenants.models import Tenant
from tenants.queries import get_tenant

_WAITING_SHOWN = 20
CHANGEABLE = (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.CONTRACTED)


@dataclass(frozen=True)
class AssignedOfficer:
    """What a client may know of an officer: name, rank and how others rated them."""

    assignment_id: UUID
    name: str
    rank_name: str
    state: str
    summary: Summary
    may_rate: bool
    is_rated: bool


@dataclass(frozen=True)
class ShiftRow:
    shift: Shift
    wanted: int
    wanted_text: str
    officers: list[AssignedOfficer]

    @property
    def may_cancel(self) -> bool:
        return self.shift.state in CANCELLABLE_STATES


@dataclass(frozen=True)
class Moment:
    """One entry of the time line."""

    at: datetime
    title: str
    icon: str
    tone: str = "neutral"
    detail: str = ""


@dataclass
class JobPage:
    job: Job
    department: Tenant
    status: JobStatus
    totals: JobTotals
    dates: DatesOfJob
    # The page of the dates that `shifts` are.
    shown: "Page[Shift]"
    shifts: list[ShiftRow]
    contracts: list[Contract]
    charges: list[Charge]
    timesheets: list[Timesheet]
    documents: list[IssuedDocument]
    due_cents: int
    checklist: list[ChecklistRow]
    has_more_to_check: bool = False
    demand: PaymentDemand | None = None
    moments: list[Moment] = field(default_factory=list)

    @property
    def offered(self) -> Contract | None:
        return next((one for one in self.contracts if one.state == Contract.State.OFFERED), None)

    @property
    def accepted(self) -> Contract | None:
        return next((one for one in self.contracts if one.state == Contract.State.ACCEPTED), None)

    @property
    def to_check(self) -> list[Timesheet]:
        return [one for one in self.timesheets if one.state == Timesheet.State.SUBMITTED]

    @property
    def billed_cents(self) -> int:
        """Invoices less credit notes. A receipt says that one was paid, and bills nothing."""
        return sum(one.total_cents for one in self.documents if one.kind != IssuedDocument.Kind.RECEIPT)

    @property
    def paid_cents(self) -> int:
        return sum(one.amount_cents for one in self.charges)

    @property
    def refunded_cents(self) -> int:
        return sum(one.refunded_cents for one in self.charges)

    @property
    def to_bring(self) -> list[ChecklistRow]:
        """Documents that wait for the client, while the job still takes any."""
        return [row for row in self.checklist if row.awaits_client] if self.job.state in CHANGEABLE else []

    @property
    def may_ask_agencies(self) -> bool:
        """Until a supplier is chosen; the page behind the link says when the department admits no agency."""
        return self.job.state in (Job.State.SUBMITTED, Job.State.APPROVED)

    @property
    def may_change(self) -> bool:
        return self.job.state in CHANGEABLE and not self.totals.found

    @property
    def may_cancel(self) -> bool:
        """What costs nothing is taken back; from the payment on the contract says what cancelling costs."""
        return self.job.state in CHANGEABLE and self.job.funded_at is not None and self.dates.cancellable > 0

    @property
    def may_withdraw(self) -> bool:
        return self.job.state in CHANGEABLE and self.job.funded_at is None


def job_page(*, person: Person, job_id: UUID, at: datetime, number: str | None = None) -> JobPage:
    """`number` is of the page of its dates. Raises NotFound, for a missing job and for somebody else's alike."""
    job = _job(person, job_id, at)
    totals, dates = totals_from(job.totals)
    shown = page_of_dates(_shifts(job), totals=totals, dates=dates, number=number)
    waiting = _timesheets_waiting_elsewhere(job, shown) if shown.has_other_pages() else []
    contracts = list(Contract.objects.filter(job_id=job.id).defer("policy", "terms").order_by("-version"))
    charges = list(Charge.objects.filter(job_id=job.id).defer("request_body").order_by("succeeded_at"))
    page = JobPage(
        job=job,
        department=get_tenant(tenant_id=job.governing_department_id),
        status=status_of(job, totals),
        totals=totals,
        dates=dates,
        shown=shown,
        shifts=[_shift_row(shift) for shift in shown.object_list],
        contracts=contracts,
        charges=[one for one in charges if one.state == Charge.State.SUCCEEDED],
        timesheets=[*waiting[:_WAITING_SHOWN], *(one for shift in shown.object_list for one in _timesheets(shift))],
        has_more_to_check=len(waiting) > _WAITING_SHOWN,
        documents=_documents(job) if job.funded_at else [],
        due_cents=_due(job, dates, contracts, charges),
        checklist=checklist_from(job.checklist_rows),
        demand=_demand(job, contracts),
    )
    page.moments = sorted(_moments(page), key=lambda moment: moment.at, reverse=True)
    return page


def _job(person: Person, job_id: UUID, at: datetime) -> Any:
    job = (
        Job.objects.select_related("client", "venue")
        .annotate(
            checklist_rows=checklist_of_job(),
            totals=totals_beside(at=at, with_taken_away=False),
            unread_messages=unread_messages(person_id=person.id, side=JobMessage.Side.CLIENT),
        )
        .filter(id=job_id, client__members__person=person, client__members__ended_at=None)
        .first()
    )
    if job is None:
        raise NotFound("There is no such request of yours.")
    return job


def _shifts(job: Job) -> QuerySet[Shift]:
    """With positions, and the assignments with officers, ratings, hours and how the punches were judged."""
    assignments = with_site_facts(_assignments().select_related("officer__rating_summary", "timesheet"))
    return Shift.objects.filter(job=job, number__lt=CANCELLED_NUMBERS_FROM).prefetch_related(
        "positions", Prefetch("assignments", assignments.order_by("created_at", "id"), to_attr="all_assignments")
    )


def _assignments() -> QuerySet[Assignment]:
    verdicts = ClockEvent.objects.filter(assignment=OuterRef("pk"))
    rated = Rating.objects.filter(assignment=OuterRef("pk"), rater_kind=Rating.RaterKind.CLIENT)
    return Assignment.objects.annotate(
        is_rated=Exists(rated),
        arrival=Subquery(verdicts.filter(kind=ClockEvent.Kind.IN).values("verdict")[:1]),
        leaving=Subquery(verdicts.filter(kind=ClockEvent.Kind.OUT).values("verdict")[:1]),
    )


def _timesheets_waiting_elsewhere(job: Job, shown: "Page[Shift]") -> list[Timesheet]:
    """Hours that wait for somebody, of dates that this page does not show: the earliest, and one to know of more."""
    waiting = (Timesheet.State.SUBMITTED, Timesheet.State.DISPUTED)
    found = (
        _assignments()
        .filter(shift__job=job, shift__number__lt=CANCELLED_NUMBERS_FROM, timesheet__state__in=waiting)
        .exclude(shift__in=[shift.id for shift in shown.object_list])
        .select_related("officer", "position", "timesheet")
        .order_by("shift__starts_at", "created_at", "id")
    )
    return [_with_assignment(one) for one in found[: _WAITING_SHOWN + 1]]


def _with_assignment(assignment: Assignment) -> Timesheet:
    """The assignment is the one with what was annotated."""
    assignment.timesheet.assignment = assignment
    return assignment.timesheet


def _due(job: Job, dates: DatesOfJob, contracts: list[Contract], charges: list[Charge]) -> int:
    """What is to be paid before officers are invited, in cents. A shift waits as planned until it is paid for."""
    accepted = next((one for one in contracts if one.state == Contract.State.ACCEPTED), None)
    if accepted is None or not dates.planned or accepted.way != Contract.Way.PREPAID:
        return 0
    paid = [one for one in charges if one.state == Charge.State.SUCCEEDED]
    if job.funded_at is None:
        return max(accepted.total_cents - sum(one.amount_cents - one.refunded_cents for one in paid), 0)
    shifts = Shift.objects.filter(job=job).order_by("starts_at", "number").select_related("settlement")
    # A job's dates are few, beside who works them; their prices are long.
    every = list(shifts.defer("settlement__price", "settlement__split"))
    numbers = {shift.id: shift.number for shift in every}
    settled = {shift.id: shift.settlement.owed_cents for shift in every if hasattr(shift, "settlement")}
    return max(coverage.due_by(contract=accepted, numbers=numbers, settled=settled, charges=charges), 0)


def _demand(job: Job, contracts: list[Contract]) -> PaymentDemand | None:
    """The most urgent question for money after officers were invited; asked only where there can be one."""
    accepted = next((one for one in contracts if one.state == Contract.State.ACCEPTED), None)
    if accepted is None or job.state != Job.State.CONTRACTED:
        return None
    if accepted.way == Contract.Way.PREPAID and job.funded_at is not None:
        return None
    asked = PaymentDemand.objects.filter(job_id=job.id, state=PaymentDemand.State.ASKED)
    return asked.order_by("deadline_at").first()


def _shift_row(shift: Any) -> ShiftRow:
    positions = {position.id: position for position in shift.positions.all()}
    live = [one for one in shift.all_assignments if one.state in Assignment.LIVE_STATES]
    officers = [
        AssignedOfficer(
            assignment_id=assignment.id,
            name=assignment.officer.display_name,
            rank_name=positions[assignment.position_id].rank_name,
            state=assignment.state,
            summary=summary_from(getattr(assignment.officer, "rating_summary", None)),
            may_rate=assignment.state == Assignment.State.CHECKED_OUT and not assignment.is_rated,
            is_rated=assignment.is_rated,
        )
        for assignment in live
        if assignment.state != Assignment.State.OFFERED
    ]
    wanted = ", ".join(f"{position.headcount} × {position.rank_name}" for position in positions.values())
    return ShiftRow(shift, sum(one.headcount for one in positions.values()), wanted, officers)


def _timesheets(shift: Any) -> Iterator[Timesheet]:
    """Each with the assignment that it belongs to, and that with its position, from rows that are here already."""
    positions = {position.id: position for position in shift.positions.all()}
    for assignment in shift.all_assignments:
        timesheet: Timesheet | None = getattr(assignment, "timesheet", None)
        if timesheet is not None:
            assignment.position = positions[assignment.position_id]
            yield _with_assignment(assignment)


def _documents(job: Job) -> list[IssuedDocument]:
    documents = IssuedDocument.objects.filter(job_id=job.id, client_id=job.client_id)
    return list(documents.defer("pdf", "content").order_by("issued_at"))


def _moments(page: JobPage) -> Iterator[Moment]:
    job, name = page.job, page.department.name
    yield Moment(job.submitted_at, "Request sent", "send", detail=f"Reference {job.reference}")
    if job.state == Job.State.REJECTED and job.decided_at:
        yield Moment(job.decided_at, f"Not approved by {name}", "circle-x", "error", job.decision_reason)
    elif job.decided_at:
        yield Moment(job.decided_at, f"Approved by {name}", "circle-check", "success", job.decision_reason)
    for contract in page.contracts:
        yield Moment(contract.offered_at, f"Contract version {contract.version} offered", "file-text", "info")
        if contract.accepted_at:
            yield Moment(contract.accepted_at, f"Contract version {contract.version} accepted", "file-check", "success")
    for charge in page.charges:
        if charge.succeeded_at:
            amount = money_text(charge.amount_cents, charge.currency)
            yield Moment(charge.succeeded_at, "Payment received", "credit-card", "success", amount)
    for document in page.documents:
        yield Moment(document.issued_at, f"{document.get_kind_display()} {document.number}", "receipt", "info")
    yield from _shift_moments(page)
    if job.closed_at and job.state != Job.State.REJECTED:
        is_over = job.state == Job.State.CLOSED
        taken_back = "Cancelled" if job.funded_at else "Taken back"
        yield Moment(job.closed_at, "Closed" if is_over else taken_back, "lock" if is_over else "ban")


def _shift_moments(page: JobPage) -> Iterator[Moment]:
    """Of the dates that the page shows; the invitation of all."""
    many = page.dates.listed > 1
    if page.dates.first_opened_at:
        yield Moment(page.dates.first_opened_at, "Officers nearby invited", "megaphone", "info")
    for row in page.shifts:
        label = f", date {row.shift.number}" if many else ""
        if row.shift.awarded_at:
            yield Moment(row.shift.awarded_at, f"Officers chosen{label}", "users", "success")
        if row.shift.finished_at and row.shift.state == Shift.State.CANCELLED:
            yield Moment(row.shift.finished_at, f"Cancelled{label}", "ban", "warning")
