"""Formats: made, edited and retired by the department. Batches that were written with one keep its layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from departments.access import inside
from departments.exports.layouts import Layout, read_layout
from departments.exports.refusals import FormatNameTaken, FormatNotFound, LayoutInvalid
from departments.models import ExportFormat
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class FormatDescription:
    """A format as it was when it was read."""

    format_id: UUID
    name: str
    rows: str
    layout: Layout
    changed_at: datetime

    @property
    def rows_label(self) -> str:
        return str(ExportFormat.Rows(self.rows).label)


def save_format(
    *,
    department_id: UUID,
    format_id: UUID | None = None,
    name: str,
    rows: str,
    layout: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> FormatDescription:
    """Make a format, or change the one named. Raises LayoutInvalid, FormatNameTaken, FormatNotFound, InvalidInput."""
    name = name.strip()
    if not name or len(name) > 80:
        raise InvalidInput("Name the format, in at most 80 characters.", field="name")
    if rows not in ExportFormat.Rows.values:
        raise LayoutInvalid("Choose whether the file carries hours worked or pay owed.", field="rows")
    read = read_layout(layout, rows=rows)
    with transaction.atomic(), inside(department_id=department_id):
        row = ExportFormat(created_at=at) if format_id is None else _locked(format_id)
        before = {} if format_id is None else {"name": row.name, "rows": row.rows, "layout": row.layout}
        row.name, row.rows, row.layout, row.changed_at = name, rows, read.to_json(), at
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise FormatNameTaken(name) from error
        audit.record(
            actor=actor,
            action="export_format.saved",
            subject_kind="export_format",
            subject_id=row.id,
            tenant_id=department_id,
            at=at,
            before=before,
            after={"name": name, "rows": rows, "layout": row.layout},
        )
        return _describe(row)


def retire_format(*, department_id: UUID, format_id: UUID, actor: Actor, at: datetime) -> None:
    """No new batch is made with it; its name becomes free. Raises FormatNotFound."""
    with transaction.atomic(), inside(department_id=department_id):
        row = _locked(format_id)
        audit.record(
            actor=actor,
            action="export_format.retired",
            subject_kind="export_format",
            subject_id=row.id,
            tenant_id=department_id,
            at=at,
            before={"name": row.name},
        )
        row.name = f"{row.name[:50]} (retired {at:%Y-%m-%d %H:%M:%S})"
        row.retired_at = at
        row.save()


def list_formats(*, department_id: UUID) -> list[FormatDescription]:
    """By name, without the retired ones."""
    with inside(department_id=department_id):
        return [_describe(row) for row in ExportFormat.objects.filter(retired_at=None)]


def export_format(*, department_id: UUID, format_id: UUID) -> FormatDescription:
    """Raises FormatNotFound."""
    with inside(department_id=department_id):
        row = ExportFormat.objects.filter(id=format_id, retired_at=None).first()
        if row is None:
            raise FormatNotFound()
        return _describe(row)


def _locked(format_id: UUID) -> ExportFormat:
    row = ExportFormat.objects.select_for_update().filter(id=format_id, retired_at=None).first()
    if row is None:
        raise FormatNotFound()
    return row


def _describe(row: ExportFormat) -> FormatDescription:
    return FormatDescription(
        format_id=row.id,
        name=row.name,
        rows=row.rows,
        layout=read_layout(row.layout, rows=row.rows),
        changed_at=row.changed_at,
    )
