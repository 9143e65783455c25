"""Where a job stands with its papers: one row for each that is needed, and what is still missing at each gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject

from marketplace.documents.demands import fault_of
from marketplace.models import DocumentDemand, Job, JobDocument

Row = TypeVar("Row", bound=Model)

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


def checklist_of_job() -> ArraySubquery:
    """For a query of jobs, as a page's own annotation; `checklist_from` reads what it brings."""
    brought = JobDocument.objects.filter(demand_id=OuterRef("pk")).exclude(state=JobDocument.State.WITHDRAWN)
    documents = brought.order_by("-uploaded_at", "-id").values(row=JSONObject(**_columns(JobDocument)))
    demands = DocumentDemand.objects.filter(job_id=OuterRef("pk"), is_needed=True).order_by("place", "id")
    with_documents = demands.annotate(brought=ArraySubquery(documents))
    return ArraySubquery(with_documents.values(row=JSONObject(brought="brought", **_columns(DocumentDemand))))


def checklist_from(rows: Sequence[dict[str, Any]]) -> list[ChecklistRow]:
    """In the policy's order."""
    return [
        _row(_read(DocumentDemand, row), [_read(JobDocument, document) for document in row["brought"]]) for row in rows
    ]


def checklist(*, job_id: UUID) -> list[ChecklistRow]:
    """In the policy's order, in one query. Reach the job through an access function."""
    found = Job.objects.filter(id=job_id).annotate(rows=checklist_of_job()).values_list("rows", flat=True).first()
    return checklist_from(found or [])


def missing_at(*, job_id: UUID, gates: Sequence[str]) -> list[ChecklistRow]:
    """What keeps the job from passing these gates."""
    return [row for row in checklist(job_id=job_id) if row.demand.gates in gates and not row.is_settled]


def _columns(model: type[Model]) -> dict[str, str]:
    return {field.attname: field.attname for field in model._meta.concrete_fields}


def _read(model: type[Row], values: dict[str, Any]) -> Row:
    """A row again, from the JSON that PostgreSQL made of it."""
    fields = model._meta.concrete_fields
    return model.from_db(None, [one.attname for one in fields], [one.to_python(values[one.attname]) for one in fields])


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
