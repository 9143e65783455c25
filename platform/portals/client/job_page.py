"""Everything that a client sees of one job, read in a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from accounts.models import Person
from billing.contracts import contracts_of_job
from billing.models import Charge, Contract, IssuedDocument, Settlement
from billing.money import due_of_job
from kernel.errors import NotFound
from marketplace import queries
from marketplace.models import Job, Shift, Timesheet
from marketplace.numbering import CANCELLED_NUMBERS_FROM
from marketplace.status import JobStatus, status_of
from portals.wording import money_text
from ratings.models import Rating
from ratings.rating import Summary, summary_of
from tenants.models import Tenant
from tenants.queries import get_tenant

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
    rating: Rating | None


@dataclass(frozen=True)
class ShiftRow:
    shift: Shift
    wanted: int
    wanted_text: str
    officers: list[AssignedOfficer]


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
    shifts: list[ShiftRow]
    contracts: list[Contract]
    charges: list[Charge]
    timesheets: list[Timesheet]
    documents: list[IssuedDocument]
    billed_cents: int
    due_cents: int
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
    def paid_cents(self) -> int:
        return sum(one.amount_cents for one in self.charges)

    @property
    def refunded_cents(self) -> int:
        return sum(one.refunded_cents for one in self.charges)

    @property
    def may_change(self) -> bool:
        return self.job.state in CHANGEABLE and not any(row.officers for row in self.shifts)

    @property
    def may_withdraw(self) -> bool:
        return self.job.state in CHANGEABLE and self.job.funded_at is None


def job_page(*, person: Person, job_id: UUID) -> JobPage:
    """Raises NotFound, for a missing job and for somebody else's alike."""
    job = queries.jobs_for_client(person).filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such request of yours.")
    contracts = contracts_of_job(job_id=job.id)
    charges = list(Charge.objects.filter(job_id=job.id, state=Charge.State.SUCCEEDED).order_by("succeeded_at"))
    page = JobPage(
        job=job,
        department=get_tenant(tenant_id=job.governing_department_id),
        status=status_of(job),
        shifts=_shift_rows(job),
        contracts=contracts,
        charges=charges,
        timesheets=_timesheets(person, job) if job.funded_at else [],
        documents=_documents(job) if job.funded_at else [],
        billed_cents=_billed(job) if job.funded_at else 0,
        # Asking costs several queries; before a contract is accepted nothing can be due.
        due_cents=due_of_job(job.id) if _may_be_due(contracts, job) else 0,
    )
    page.moments = sorted(_moments(page), key=lambda moment: moment.at, reverse=True)
    return page


def _may_be_due(contracts: list[Contract], job: Job) -> bool:
    if job.state not in (Job.State.CONTRACTED, Job.State.CLOSED):
        return False
    accepted = next((one for one in contracts if one.state == Contract.State.ACCEPTED), None)
    # Once the newest acceptance is funded, only a settled extra charge can be left, which the invoice tells of.
    return accepted is not None and (job.funded_at is None or job.funded_at < (accepted.accepted_at or job.funded_at))


def _shift_rows(job: Job) -> list[ShiftRow]:
    shifts = [shift for shift in job.shifts.all() if shift.number < CANCELLED_NUMBERS_FROM]
    live = [assignment for shift in shifts for assignment in shift.live_assignments]  # type: ignore[attr-defined]
    summaries = summary_of([assignment.officer_id for assignment in live]) if live else {}
    ratings = _ratings(job) if any(assignment.state == "checked_out" for assignment in live) else {}
    rows = []
    for shift in shifts:
        positions = {position.id: position for position in shift.positions.all()}
        officers = [
            AssignedOfficer(
                assignment_id=assignment.id,
                name=assignment.officer.display_name,
                rank_name=positions[assignment.position_id].rank_name,
                state=assignment.state,
                summary=summaries[assignment.officer_id],
                may_rate=assignment.state == "checked_out" and assignment.id not in ratings,
                rating=ratings.get(assignment.id),
            )
            for assignment in shift.live_assignments  # type: ignore[attr-defined]
        ]
        wanted = ", ".join(f"{position.headcount} × {position.rank_name}" for position in positions.values())
        rows.append(ShiftRow(shift, sum(one.headcount for one in positions.values()), wanted, officers))
    return rows


def _ratings(job: Job) -> dict[UUID, Rating]:
    ratings = Rating.objects.filter(assignment__shift__job_id=job.id, rater_kind=Rating.RaterKind.CLIENT)
    return {rating.assignment_id: rating for rating in ratings}


def _timesheets(person: Person, job: Job) -> list[Timesheet]:
    found = queries.timesheets_for_client(person).filter(assignment__shift__job_id=job.id)
    return list(
        found.prefetch_related(None)
        .prefetch_related("assignment__clock_events")
        .order_by("assignment__shift__starts_at", "id")
    )


def _documents(job: Job) -> list[IssuedDocument]:
    documents = IssuedDocument.objects.filter(job_id=job.id, client_id=job.client_id)
    return list(documents.defer("pdf", "content").order_by("issued_at"))


def _billed(job: Job) -> int:
    return int(Settlement.objects.filter(job_id=job.id).aggregate(total=Sum("billed_cents", default=0))["total"])


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
        yield Moment(document.issued_at, f"Invoice {document.number}", "receipt", "info")
    yield from _shift_moments(page)
    if job.closed_at and job.state != Job.State.REJECTED:
        is_over = job.state == Job.State.CLOSED
        yield Moment(job.closed_at, "Closed" if is_over else "Taken back", "lock" if is_over else "ban")


def _shift_moments(page: JobPage) -> Iterator[Moment]:
    many = len(page.shifts) > 1
    opened: Any = [row.shift.opened_at for row in page.shifts if row.shift.opened_at]
    if opened:
        yield Moment(min(opened), "Officers nearby invited", "megaphone", "info")
    for row in page.shifts:
        label = f", date {row.shift.number}" if many else ""
        if row.shift.awarded_at:
            yield Moment(row.shift.awarded_at, f"Officers chosen{label}", "users", "success")
        if row.shift.finished_at:
            yield Moment(row.shift.finished_at, f"Hours settled{label}", "clipboard-check", "success")

