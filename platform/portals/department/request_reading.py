"""Everything about one request, read in a handful of queries for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.db.models import (
    Count,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Person
from billing.agreeing.pricing_requests import facts_for_price, price_terms, prices_to_json
from billing.agreeing.quoting import service_fee_of
from billing.models import Charge, Contract
from departments.policies import policy_version
from departments.policy.documents import Policy
from departments.policy.loading import load_policy
from departments.policy.questions import questions_for
from kernel.errors import Refusal
from kernel.models import AuditEvent
from marketplace import access
from marketplace.cancelling import CANCELLABLE_STATES
from marketplace.documents.checklists import ChecklistRow, checklist_from, checklist_of_job
from marketplace.job_threads import unread_messages
from marketplace.job_totals import DatesOfJob, JobTotals, totals_beside, totals_from
from marketplace.models import Assignment, Award, Bid, Client, Job, JobMessage, JobRevision, Shift
from marketplace.places import shares_place
from marketplace.request_findings import RequestFinding, approving_roles, request_findings
from marketplace.status import JobStatus, status_of
from marketplace.terms import JobTerms
from portals.client.prices import PriceTable, price_table
from portals.client.question_fields import answers_in_words
from portals.dates_of_job import page_of_dates
from portals.department.words import audit_words, event_label
from portals.states import look_of
from ratings.summaries import summary_from

AUDIT_SHOWN = 60
_LIVE = ("offered", "confirmed", "checked_in", "checked_out")


@dataclass(frozen=True)
class ShiftRow:
    shift: Shift
    wanted: int
    live: list[Assignment]
    other: list[Assignment]
    bids: int
    awards: list[Award]

    @property
    def may_cancel(self) -> bool:
        return self.shift.state in CANCELLABLE_STATES


@dataclass(frozen=True)
class ContractRow:
    contract: Contract
    charges: list[Charge]


@dataclass(frozen=True)
class Block:
    """What the department keeps on file about a client it takes no requests from."""

    reason: str
    blocked_at: datetime


@dataclass(frozen=True)
class RequestPage:
    """Rows for the page; `price` is of the newest contract, or what it will cost."""

    job: Job
    event: str
    status: JobStatus
    totals: JobTotals
    dates: DatesOfJob
    # The page of the dates that `shifts` are.
    shown: "Page[Shift]"
    shifts: list[ShiftRow]
    contracts: list[ContractRow]
    price: PriceTable | None
    proposal: dict[str, Any] | None
    block: Block | None
    other_requests: int
    trail: list[dict[str, Any]]
    decided_by: str
    checklist: list[ChecklistRow]
    findings: list[RequestFinding]
    own_answers: list[tuple[str, str]]

    @property
    def approvers(self) -> tuple[str, ...]:
        return approving_roles(self.findings)

    @property
    def may_change_terms(self) -> bool:
        return self.job.state in ("submitted", "approved", "contracted") and not self.totals.found


def read_request(
    *, department_id: UUID, job_id: UUID, reader_id: UUID, at: datetime, page: str | None = None
) -> RequestPage:
    """`page` is of its dates. Raises NotFound for a request of another department as for none."""
    jobs = _jobs(department_id).annotate(
        unread_messages=unread_messages(person_id=reader_id, side=JobMessage.Side.DEPARTMENT),
        totals=totals_beside(at=at, with_taken_away=True),
    )
    job: Any = access.job_for_department(department_id=department_id, job_id=job_id, among=jobs)
    totals, dates = totals_from(job.totals)
    shown = page_of_dates(_shifts(job), totals=totals, dates=dates, number=page)
    shifts = [_row(shift) for shift in shown.object_list]
    contracts = list(
        Contract.objects.filter(job=job)
        .prefetch_related(Prefetch("charges", queryset=Charge.objects.order_by("created_at")))
        .order_by("-version")
    )
    policy = _policy(job, contracts)
    return RequestPage(
        job=job,
        event=event_label(job.event_type),
        status=status_of(job, totals),
        totals=totals,
        dates=dates,
        shown=shown,
        shifts=shifts,
        contracts=[ContractRow(contract, list(contract.charges.all())) for contract in contracts],
        price=_price(job, contracts, policy),
        proposal=job.proposal,
        block=Block(job.block_reason, job.blocked_at) if job.blocked_at else None,
        other_requests=job.requests_of_client - 1,
        trail=[
            {
                "event": event,
                "title": audit_words(event.action),
                "who": _who(event),
                "changes": _changes(event),
            }
            for event in _trail(department_id, job, shifts, contracts)
        ],
        decided_by=_full_name(job.decided_by),
        checklist=checklist_from(job.checklist_rows),
        findings=_findings(job, policy),
        own_answers=_own_answers(job, policy),
    )


def _jobs(department_id: UUID) -> QuerySet[Job]:
    """With what the page says of the client and of the request's versions, so that each is not a query of its own."""
    of_client = Job.objects.filter(client_id=OuterRef("client_id"), governing_department_id=department_id).order_by()
    revisions = JobRevision.objects.filter(job_id=OuterRef("pk")).order_by("-number")
    agreed = revisions.filter(state=JobRevision.State.APPLIED)
    return Job.objects.annotate(
        block=FilteredRelation(
            "client__blocks",
            condition=Q(client__blocks__department_id=department_id, client__blocks__lifted_at=None),
        )
    ).annotate(
        block_reason=F("block__reason"),
        blocked_at=F("block__blocked_at"),
        requests_of_client=Subquery(of_client.values("client_id").annotate(count=Count("pk")).values("count")),
        proposal=Subquery(_proposed(revisions)),
        agreed_terms=Subquery(agreed.values("terms")[:1]),
        agreed_policy_version=Subquery(agreed.values("policy_version")[:1]),
        agreed_asked_at=Subquery(agreed.values("proposed_at")[:1]),
        decided_by=_person_at("decided_by_person_id"),
        checklist_rows=checklist_of_job(),
    )


def _proposed(revisions: QuerySet[JobRevision]) -> QuerySet[JobRevision, Any]:
    open_ones = revisions.filter(state=JobRevision.State.PROPOSED)
    return open_ones.annotate(said=JSONObject(number="number", reason="reason")).values("said")[:1]


def _person_at(column: str) -> Subquery:
    """Who a row names, as `_full_name` reads it."""
    parts = JSONObject(given_name="given_name", family_name="family_name", email="email")
    return Subquery(Person.objects.filter(id=OuterRef(column)).annotate(parts=parts).values("parts")[:1])


def _full_name(parts: dict[str, str] | None) -> str:
    return Person(**parts).full_name if parts else ""


def _shifts(job: Job) -> QuerySet[Shift]:
    assignments = (
        Assignment.objects.select_related("officer__rating_summary", "position", "timesheet")
        .annotate(shares_place=shares_place())
        .order_by("created_at")
    )
    bids = Bid.objects.filter(shift=OuterRef("pk")).exclude(state=Bid.State.WITHDRAWN).order_by().values("shift")
    # What an award was decided by is long, and the page wants its kind alone.
    awards = Award.objects.select_related("position").defer("snapshot").annotate(kind=F("snapshot__kind"))
    return (
        Shift.objects.filter(job=job)
        .annotate(bid_count=Coalesce(Subquery(bids.annotate(count=Count("pk")).values("count")), 0))
        .prefetch_related(
            "positions",
            Prefetch("assignments", queryset=assignments),
            Prefetch("awards", queryset=awards.order_by("decided_at")),
        )
    )


def _row(shift: Any) -> ShiftRow:
    every = list(shift.assignments.all())
    for one in every:
        one.summary = summary_from(getattr(one.officer, "rating_summary", None))
    return ShiftRow(
        shift=shift,
        wanted=sum(position.headcount for position in shift.positions.all()),
        live=[one for one in every if one.state in _LIVE],
        other=[one for one in every if one.state not in _LIVE],
        bids=shift.bid_count,
        awards=list(shift.awards.all()),
    )


def _trail(
    department_id: UUID, job: Job, shifts: Sequence[ShiftRow], contracts: Sequence[Contract]
) -> list[AuditEvent]:
    """Of the request, its client here, its money, and of the dates that the page shows."""
    subjects = {job.id, *(row.shift.id for row in shifts), *(contract.id for contract in contracts)}
    subjects |= {charge.id for contract in contracts for charge in contract.charges.all()}
    for row in shifts:
        for assignment in [*row.live, *row.other]:
            subjects.add(assignment.id)
            if hasattr(assignment, "timesheet"):
                subjects.add(assignment.timesheet.id)
    about = Q(subject_id__in=subjects) | Q(subject_id=job.client_id, tenant_id=department_id)
    ours = Q(tenant_id=department_id) | Q(tenant_id=None)
    events = AuditEvent.objects.filter(about, ours).annotate(person=_person_at("actor_person_id"))
    return list(events.order_by("-happened_at", "-id")[:AUDIT_SHOWN])


def _who(event: Any) -> str:
    return _full_name(event.person) or event.actor_label or event.actor_kind


def _changes(event: AuditEvent) -> list[tuple[str, str]]:
    """What changed, in words; identifiers say nothing to a reader and are left out."""
    changes = []
    for name, after in event.after.items():
        if isinstance(after, (dict, list)) or name.endswith("_id"):
            continue
        said, known = _plain(name, after), _plain(name, event.before.get(name))
        text = f"{known} → {said}" if known not in ("", said) else said
        changes.append((name.removesuffix("_cents").replace("_", " "), text))
    return changes


def _plain(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "state":
        return str(look_of(str(value)).label).lower()
    if name.endswith("_cents") and isinstance(value, int):
        return f"{value / 100:,.2f}"
    return str(value)


def _policy(job: Any, contracts: Sequence[Contract]) -> Policy | None:
    """The version that the price on the page was made by."""
    if contracts:
        return load_policy(contracts[0].policy, version=contracts[0].policy_version)
    if job.agreed_terms is None:
        return None
    return policy_version(department_id=job.governing_department_id, version=job.agreed_policy_version)


def _findings(job: Any, policy: Policy | None) -> list[RequestFinding]:
    """What the rules say of a request that still waits for a decision."""
    if job.state != Job.State.SUBMITTED or policy is None or job.agreed_terms is None:
        return []
    terms = JobTerms.from_json(job.agreed_terms)
    return request_findings(policy=policy, terms=terms, at=job.agreed_asked_at, client=job.client)


def _own_answers(job: Job, policy: Policy | None) -> list[tuple[str, str]]:
    questions = questions_for(policy=policy, event_type=job.event_type) if policy is not None else []
    return answers_in_words(questions=questions, answers=job.attributes)


def _price(job: Any, contracts: Sequence[Contract], policy: Policy | None) -> PriceTable | None:
    """The newest contract's price; before there is one, what the request costs by the rules that it was asked under."""
    if policy is None:
        return None
    if contracts:
        newest = contracts[0]
        return price_table(prices=newest.prices, terms=JobTerms.from_json(newest.terms), policy=policy)
    terms = JobTerms.from_json(job.agreed_terms)
    non_profit = job.client.kind == Client.Kind.NON_PROFIT
    try:
        prices = price_terms(
            terms=terms,
            policy=policy,
            service_fee=service_fee_of(job.governing_department_id),
            requested_at=job.submitted_at,
            non_profit=non_profit,
            facts=facts_for_price(terms=terms, client=job.client, non_profit=non_profit),
        )
    except Refusal:
        return None
    return price_table(prices=prices_to_json(prices), terms=terms, policy=policy)
