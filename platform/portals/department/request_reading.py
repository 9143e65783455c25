"""Everything about one request, read in a handful of queries for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, prefetch_related_objects

from accounts.models import Person
from billing.models import Charge, Contract
from billing.pricing_requests import price_terms, prices_to_json
from billing.quoting import service_fee_of
from departments.policies import policy_version
from kernel.errors import Refusal
from kernel.models import AuditEvent
from marketplace import access
from marketplace.models import Assignment, Award, Bid, Client, ClientBlock, Job, JobRevision, Shift
from marketplace.terms import JobTerms
from portals.client.prices import PriceTable, price_table
from portals.department.words import audit_words, event_label
from ratings.rating import summary_of

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


@dataclass(frozen=True)
class ContractRow:
    contract: Contract
    charges: list[Charge]


@dataclass(frozen=True)
class RequestPage:
    """Rows for the page; `price` is of the newest contract, or what it will cost."""

    job: Job
    event: str
    shifts: list[ShiftRow]
    contracts: list[ContractRow]
    price: PriceTable | None
    proposal: JobRevision | None
    block: ClientBlock | None
    other_requests: int
    trail: list[dict[str, Any]]
    names: dict[UUID, str]

    @property
    def may_change_terms(self) -> bool:
        return self.job.state in ("submitted", "approved", "contracted") and not any(row.live for row in self.shifts)


def read_request(*, department_id: UUID, job_id: UUID) -> RequestPage:
    """Raises NotFound for a request of another department as for none."""
    job = access.job_for_department(department_id=department_id, job_id=job_id)
    shifts = _shifts(job)
    contracts = list(
        Contract.objects.filter(job=job)
        .prefetch_related(Prefetch("charges", queryset=Charge.objects.order_by("created_at")))
        .order_by("-version")
    )
    revisions = list(job.revisions.order_by("-number"))
    block = ClientBlock.objects.filter(client_id=job.client_id, department_id=department_id, lifted_at=None).first()
    events = _trail(department_id, job, shifts, contracts)
    people = {event.actor_person_id for event in events} | {job.decided_by_person_id}
    people |= {job.submitted_by_person_id} | ({block.blocked_by_person_id} if block else set())
    names = {person.id: person.full_name for person in Person.objects.filter(id__in=[one for one in people if one])}
    summaries = summary_of({assignment.officer_id for row in shifts for assignment in row.live})
    for row in shifts:
        for assignment in row.live:
            assignment.summary = summaries[assignment.officer_id]  # type: ignore[attr-defined]
    return RequestPage(
        job=job,
        event=event_label(job.event_type),
        shifts=shifts,
        contracts=[ContractRow(contract, list(contract.charges.all())) for contract in contracts],
        price=_price(job, contracts, revisions),
        proposal=next((one for one in revisions if one.state == JobRevision.State.PROPOSED), None),
        block=block,
        other_requests=Job.objects.filter(client_id=job.client_id, governing_department_id=department_id).count() - 1,
        trail=[
            {
                "event": event,
                "title": audit_words(event.action),
                "who": _who(event, names),
                "changes": _changes(event),
            }
            for event in events
        ],
        names=names,
    )


def _shifts(job: Job) -> list[ShiftRow]:
    assignments = Assignment.objects.select_related("officer", "position", "timesheet").order_by("created_at")
    wanted = (
        Shift.objects.annotate(bid_count=Count("bids", filter=~Q(bids__state=Bid.State.WITHDRAWN)))
        .prefetch_related(
            "positions",
            Prefetch("assignments", queryset=assignments),
            Prefetch("awards", queryset=Award.objects.select_related("position").order_by("decided_at")),
        )
        .order_by("starts_at", "number")
    )
    # Kept on the job, so that its status line asks the database nothing more.
    prefetch_related_objects([job], Prefetch("shifts", queryset=wanted))
    rows = []
    for shift in job.shifts.all():
        every = list(shift.assignments.all())
        shift.live_assignments = [one for one in every if one.state in _LIVE]  # type: ignore[attr-defined]
        rows.append(
            ShiftRow(
                shift=shift,
                wanted=sum(position.headcount for position in shift.positions.all()),
                live=[one for one in every if one.state in _LIVE],
                other=[one for one in every if one.state not in _LIVE],
                bids=shift.bid_count,  # type: ignore[attr-defined]
                awards=list(shift.awards.all()),
            )
        )
    return rows


def _trail(
    department_id: UUID, job: Job, shifts: Sequence[ShiftRow], contracts: Sequence[Contract]
) -> list[AuditEvent]:
    subjects = {job.id, *(row.shift.id for row in shifts), *(contract.id for contract in contracts)}
    subjects |= {charge.id for contract in contracts for charge in contract.charges.all()}
    for row in shifts:
        for assignment in [*row.live, *row.other]:
            subjects.add(assignment.id)
            if hasattr(assignment, "timesheet"):
                subjects.add(assignment.timesheet.id)
    about = Q(subject_id__in=subjects) | Q(subject_id=job.client_id, tenant_id=department_id)
    ours = Q(tenant_id=department_id) | Q(tenant_id=None)
    return list(AuditEvent.objects.filter(about, ours).order_by("-happened_at", "-id")[:AUDIT_SHOWN])


def _who(event: AuditEvent, names: dict[UUID, str]) -> str:
    name = names.get(event.actor_person_id) if event.actor_person_id else None
    return name or event.actor_label or event.actor_kind


def _changes(event: AuditEvent) -> list[tuple[str, str]]:
    """What changed, in words; identifiers say nothing to a reader and are left out."""
    changes = []
    for name, after in event.after.items():
        if isinstance(after, (dict, list)) or name.endswith("_id"):
            continue
        before = event.before.get(name)
        text = f"{before} → {after}" if before not in (None, "", after) else str(after)
        changes.append((name.replace("_", " "), text))
    return changes


def _price(job: Job, contracts: Sequence[Contract], revisions: Sequence[JobRevision]) -> PriceTable | None:
    """The newest contract's price; before there is one, what the request costs by the rules that it was asked under."""
    if contracts:
        return price_table(prices=contracts[0].prices, terms=JobTerms.from_json(contracts[0].terms))
    applied = next((one for one in revisions if one.state == JobRevision.State.APPLIED), None)
    if applied is None:
        return None
    terms = JobTerms.from_json(applied.terms)
    try:
        prices = price_terms(
            terms=terms,
            policy=policy_version(department_id=job.governing_department_id, version=applied.policy_version),
            service_fee=service_fee_of(job.governing_department_id),
            requested_at=job.submitted_at,
            non_profit=job.client.kind == Client.Kind.NON_PROFIT,
        )
    except Refusal:
        return None
    return price_table(prices=prices_to_json(prices), terms=terms)
