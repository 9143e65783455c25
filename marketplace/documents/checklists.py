"""Where a job stands with its papers: one row for each that is needed, and what is still missing at each gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from marketplace.documents.demands import fault_of
from marketplace.models import DocumentDemand, Job, JobDocument

OPEN_JOB_STATES = (Job.State.SUBMITTED, Job.State.APPROVED, Job.State.CONTRACTED)


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """`state`: missing, uploaded, accepted, rejected, expired or waived. `document` is the newest that counts."""

    demand: DocumentDemand
    document: JobDocument | None
    state: str

    @property
    def is_settled(self) -> bool:
        return self.state in ("accepted", "waived")

    @property
    def awaits_client(self) -> bool:
        return self.state in ("missing", "rejected", "expired")

    @property
    def sentence(self) -> str:
        """What is wrong, for whoever wants to go on."""
        name = f"“{self.demand.name}”"
        reason = self.document.decision_reason.rstrip(".") if self.document else ""
        return {
            "missing": f"{name} is missing.",
            "uploaded": f"{name} has not been looked at yet.",
            "rejected": f"{name} was rejected: {reason}.",
            "expired": f"{name} will not do any more: {reason}.",
        }.get(self.state, "")


def checklist(*, job_id: UUID) -> list[ChecklistRow]:
    """In the policy's order. Reach the job through an access function; two queries, one where nothing is needed."""
    documents = JobDocument.objects.exclude(state=JobDocument.State.WITHDRAWN).order_by("-uploaded_at", "-id")
    demands = DocumentDemand.objects.filter(job_id=job_id, is_needed=True).prefetch_related(
        Prefetch("documents", documents, to_attr="brought")
    )
    return [_row(demand, demand.brought) for demand in demands]  # type: ignore[attr-defined]


def missing_at(*, job_id: UUID, gates: Sequence[str]) -> list[ChecklistRow]:
    """What keeps the job from passing these gates."""
    return [row for row in checklist(job_id=job_id) if row.demand.gates in gates and not row.is_settled]


def is_overdue(*, row: ChecklistRow, at: datetime) -> bool:
    return row.awaits_client and row.demand.due_at <= at


def _row(demand: DocumentDemand, brought: Sequence[JobDocument]) -> ChecklistRow:
    live = next((one for one in brought if one.state in JobDocument.LIVE_STATES), None)
    document = live or next(iter(brought), None)
    if demand.waived_at is not None:
        return ChecklistRow(demand, document, "waived")
    if document is None:
        return ChecklistRow(demand, None, "missing")
    if live is not None and fault_of(demand=demand, document=live):
        return ChecklistRow(demand, live, "expired")
    return ChecklistRow(demand, document, document.state)
