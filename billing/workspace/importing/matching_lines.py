"""Which row each invoice line means. What is not among the tenant's own rows is refused, whosever it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from billing.models import WorkspaceInvoice, WorkspaceRow
from billing.models.workspace_invoice import InvoiceSource
from billing.workspace.importing.lines import InvoiceLine, plain
from departments.importing.columns import Mistake

_KNOWN = ("id", "assignment_id", "shift_id", "reference", "job_reference", "work_date", "officer_id", "officer_name",
          "currency")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """The row that a line was matched with."""

    row_id: UUID
    assignment_id: UUID
    shift_id: UUID
    officer_id: UUID
    currency: str


def match_lines(
    *, tenant_id: UUID, source: str, lines: Sequence[InvoiceLine], titles: dict[str, str]
) -> tuple[list[tuple[InvoiceLine, Target]], list[Mistake]]:
    """Every line with its row, or a mistake; two queries. A line of an agency not the tenant's is not found, like one
    that never was."""
    found: list[tuple[InvoiceLine, Target]] = []
    mistakes: list[Mistake] = []
    rows = _rows(tenant_id, lines)
    seen: dict[tuple[str, UUID, UUID | None], int] = {}
    for line in lines:
        outcome = _target(line, rows, titles)
        if isinstance(outcome, Mistake):
            mistakes.append(outcome)
            continue
        writer = outcome.officer_id if source == InvoiceSource.OFFICER else None
        earlier = seen.setdefault((line.number, outcome.assignment_id, writer), line.row)
        if earlier != line.row:
            mistakes.append(Mistake(line.row, titles["number"], f"bills the work of row {earlier} a second time"))
            continue
        if line.currency and line.currency != outcome.currency:
            mistakes.append(
                Mistake(line.row, titles["currency"], f"is {line.currency}; this work is in {outcome.currency}")
            )
            continue
        found.append((line, outcome))
    mistakes += _numbers_used_before(tenant_id, source, found, titles)
    return found, mistakes


def _rows(tenant_id: UUID, lines: Sequence[InvoiceLine]) -> list[WorkspaceRow]:
    references = {line.reference for line in lines if line.reference}
    jobs = {line.job for line in lines if not line.reference}
    wanted = Q(reference__in=references) | Q(job_reference__in=jobs)
    return list(WorkspaceRow.objects.filter(wanted, tenant_id=tenant_id, sequence=0).only(*_KNOWN))


def _target(line: InvoiceLine, rows: Sequence[WorkspaceRow], titles: dict[str, str]) -> Target | Mistake:
    return _by_reference(line, rows, titles) if line.reference else _by_work(line, rows, titles)


def _by_reference(line: InvoiceLine, rows: Sequence[WorkspaceRow], titles: dict[str, str]) -> Target | Mistake:
    row = next((one for one in rows if one.reference == line.reference), None)
    if row is None:
        return Mistake(line.row, titles["reference"], f"“{line.reference[:30]}” is none of the work in this workspace")
    if plain(row.officer_name) != plain(line.officer):
        return Mistake(line.row, titles["officer"], f"{line.reference} is not the work of “{line.officer[:60]}”")
    return _as_target(row)


def _by_work(line: InvoiceLine, rows: Sequence[WorkspaceRow], titles: dict[str, str]) -> Target | Mistake:
    here = [one for one in rows if one.job_reference == line.job and one.work_date == line.work_date]
    if not here:
        told = f"{line.job[:20]} on {line.work_date} is none of the work in this workspace"
        return Mistake(line.row, titles["job"], told)
    theirs = [one for one in here if plain(one.officer_name) == plain(line.officer)]
    if not theirs:
        return Mistake(
            line.row, titles["officer"], f"“{line.officer[:60]}” did not work on {line.job} on {line.work_date}"
        )
    if len(theirs) > 1:
        told = f"{len(theirs)} rows of {line.job} on {line.work_date} are of that name: give the reference"
        return Mistake(line.row, titles["officer"], told)
    return _as_target(theirs[0])


def _as_target(row: WorkspaceRow) -> Target:
    return Target(row.id, row.assignment_id, row.shift_id, row.officer_id, row.currency)


def _numbers_used_before(
    tenant_id: UUID, source: str, found: Sequence[tuple[InvoiceLine, Target]], titles: dict[str, str]
) -> list[Mistake]:
    rows_of: dict[tuple[UUID | None, str], int] = defaultdict(int)
    for line, target in found:
        rows_of.setdefault((target.officer_id if source == InvoiceSource.OFFICER else None, line.number), line.row)
    used = WorkspaceInvoice.objects.filter(
        tenant_id=tenant_id, source=source, number__in={number for _, number in rows_of}
    ).values_list("officer_id", "number", "issued_on")
    return [
        Mistake(rows_of[officer_id, number], titles["number"], f"invoice {number} of {issued_on} is here already")
        for officer_id, number, issued_on in used
        if (officer_id, number) in rows_of
    ]
