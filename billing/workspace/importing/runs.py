"""One file from upload to being applied: every mistake is shown with its row; then all of it is kept, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from billing.models import WorkspaceImport, WorkspaceInvoice, WorkspaceInvoiceLine
from billing.models.workspace_invoice import InvoiceSource
from billing.refusals.workspace import ImportHasMistakes, ImportIsOver, WorkspaceImportNotFound
from billing.workspace import books, keeping
from billing.workspace.importing.lines import FIELDS, MOST_LINES, InvoiceLine, invoices_that_do_not_add_up, read_lines
from billing.workspace.importing.matching_lines import Target, match_lines
from departments.importing.columns import Mistake, missing_fields, recognise
from departments.importing.tables import read_table
from departments.refusals import FileRefused
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput

State = WorkspaceImport.State
Matched = Sequence[tuple[InvoiceLine, Target]]


def upload(
    *, tenant_id: UUID, source: str, file_name: str, content: bytes, actor: Actor, at: datetime
) -> WorkspaceImport:
    """Read the file, check every line and keep both for the preview. No invoice is kept yet.

    Raises FileRefused for what cannot be read whole, and InvalidInput for an unknown source.
    """
    if source not in InvoiceSource.values:
        raise InvalidInput("Say whose invoices these are.", field="source")
    table = read_table(name=file_name, content=content)
    if len(table.rows) > MOST_LINES:
        raise FileRefused(f"The file has {len(table.rows):,} lines; at most {MOST_LINES:,} are read at once. Split it.")
    missing = missing_fields(recognise(table.header, FIELDS), FIELDS)
    if missing:
        raise FileRefused(f"The file has no column for: {', '.join(one.label for one in missing)}. Use the template.")
    with transaction.atomic():
        run = WorkspaceImport(
            tenant_id=tenant_id, source=source, file_name=file_name[:200], encoding=table.encoding,
            sha256=sha256(content).hexdigest(), uploaded_at=at, uploaded_by=actor.label[:200],
            table={"header": list(table.header), "rows": [[number, list(cells)] for number, cells in table.rows]},
        )  # fmt: skip
        _check(run)
        run.save()
        audit.record(
            actor=actor, action="workspace.invoices_uploaded", subject_kind="workspace_import", subject_id=run.id,
            tenant_id=tenant_id, after={"file": run.file_name, "sha256": run.sha256, **run.counts}, at=at,
        )  # fmt: skip
    return run


def apply(*, tenant_id: UUID, run_id: UUID, actor: Actor, at: datetime) -> WorkspaceImport:
    """Keep every invoice of the file and match the rows again: one transaction. What was checked is checked again.

    Raises WorkspaceImportNotFound, ImportIsOver, ImportHasMistakes.
    """
    with transaction.atomic():
        run = _locked(tenant_id, run_id, at)
        matched = _check(run)
        if not run.mistakes:
            _store(run, matched)
            run.state, run.finished_at = State.APPLIED, at
            shift_ids = sorted({target.shift_id for _, target in matched})
            keeping.refresh_shifts_of(tenant_id=tenant_id, shift_ids=shift_ids, at=at)
            audit.record(
                actor=actor, action="workspace.invoices_imported", subject_kind="workspace_import", subject_id=run.id,
                tenant_id=tenant_id, after=run.counts, at=at,
            )  # fmt: skip
        run.save()
    if run.mistakes:
        raise ImportHasMistakes(
            f"{len(run.mistakes)} rows cannot be taken. Nothing was imported.", rows=len(run.mistakes)
        )
    return run


def cancel(*, tenant_id: UUID, run_id: UUID, at: datetime) -> WorkspaceImport:
    """Raises WorkspaceImportNotFound, ImportIsOver."""
    with transaction.atomic():
        run = _locked(tenant_id, run_id, at)
        run.state, run.finished_at = State.CANCELLED, at
        run.save(update_fields=["state", "finished_at"])
    return run


def import_of(*, tenant_id: UUID, run_id: UUID) -> WorkspaceImport:
    """Raises WorkspaceImportNotFound, for another tenant's too."""
    run = WorkspaceImport.objects.filter(tenant_id=tenant_id, id=run_id).first()
    if run is None:
        raise WorkspaceImportNotFound("There is no such import.")
    return run


def imports_of(tenant_id: UUID, *, limit: int = 20) -> list[WorkspaceImport]:
    """The newest first, without their tables."""
    found = WorkspaceImport.objects.filter(tenant_id=tenant_id).defer("table", "mistakes")
    return list(found.order_by("-uploaded_at", "-id")[:limit])


def preview_lines(run: WorkspaceImport, *, limit: int = 50) -> list[InvoiceLine]:
    lines, _ = _read(run)
    return lines[:limit]


def _locked(tenant_id: UUID, run_id: UUID, at: datetime) -> WorkspaceImport:
    import_of(tenant_id=tenant_id, run_id=run_id)
    books.locked_book(tenant_id=tenant_id, at=at)
    run = WorkspaceImport.objects.select_for_update().get(tenant_id=tenant_id, id=run_id)
    if run.state != State.PREVIEWED:
        raise ImportIsOver(f"This import is {run.state} already.")
    return run


def _read(run: WorkspaceImport) -> tuple[list[InvoiceLine], list[Mistake]]:
    header = run.table["header"]
    return read_lines(header=header, rows=run.table["rows"], mapping=recognise(header, FIELDS))


def _check(run: WorkspaceImport) -> Matched:
    """Fills in mistakes and counts, in the order of the file."""
    header = run.table["header"]
    mapping = recognise(header, FIELDS)
    titles = {one.name: header[mapping[one.name]] if one.name in mapping else one.label for one in FIELDS}
    lines, mistakes = _read(run)
    by_officer = run.source == InvoiceSource.OFFICER
    # With a line missing, every sum of its invoice would be wrong too, and hide what is to be mended.
    if not mistakes:
        mistakes = invoices_that_do_not_add_up(
            lines, by_officer=by_officer, total_column=titles["total"], number_column=titles["number"]
        )
    matched, more = match_lines(tenant_id=run.tenant_id, source=run.source, lines=lines, titles=titles)
    mistakes = sorted([*mistakes, *more], key=lambda one: (one.row, one.column))
    run.mistakes = [one.as_json() for one in mistakes]
    invoices = {(target.officer_id if by_officer else None, line.number) for line, target in matched}
    run.counts = {
        "lines": len(run.table["rows"]), "matched": len(matched), "invoices": len(invoices), "mistakes": len(mistakes),
        "cents": sum(line.cents for line, _ in matched),
    }  # fmt: skip
    return matched


def _store(run: WorkspaceImport, matched: Matched) -> None:
    invoices: dict[tuple[UUID | None, str], WorkspaceInvoice] = {}
    lines = []
    for line, target in matched:
        officer_id = target.officer_id if run.source == InvoiceSource.OFFICER else None
        key = (officer_id, line.number)
        if key not in invoices:
            invoices[key] = WorkspaceInvoice(
                tenant_id=run.tenant_id, source=run.source, imported_by=run, officer_id=officer_id, number=line.number,
                issued_on=line.issued_on, currency=target.currency, total_cents=line.total_cents,
            )  # fmt: skip
        lines.append(
            WorkspaceInvoiceLine(
                tenant_id=run.tenant_id, invoice=invoices[key], row_id=target.row_id, minutes=line.minutes,
                assignment_id=target.assignment_id, file_row=line.row, cents=line.cents,
            )
        )  # fmt: skip
    WorkspaceInvoice.objects.bulk_create(invoices.values(), batch_size=1_000)
    WorkspaceInvoiceLine.objects.bulk_create(lines, batch_size=1_000)
