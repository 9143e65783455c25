"""Keeps the read model: rows follow the facts while their month is open; afterwards what changes becomes a correction.

Rows can be computed again at any time with the same result. Each refresh reads the facts after it has the tenant's
lock, so that of two refreshes the later one has seen everything.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Count, Q, Sum

from billing.models import (
    IssuedDocument,
    Settlement,
    Transfer,
    WorkspaceInvoiceLine,
    WorkspaceNote,
    WorkspacePart,
    WorkspaceRow,
)
from billing.models.workspace_invoice import InvoiceSource
from billing.workspace import books, facts
from billing.workspace.facts import Known
from billing.workspace.matching import Claim, Tolerances
from billing.workspace.projecting import Months, row_of
from kernel.subscriptions import Event
from marketplace.models import Assignment, Timesheet
from tenants.context import acting_as
from tenants.models import Tenant

logger = logging.getLogger(__name__)

_BATCH = 1_000
_KEY: Final = ("id", "tenant_id", "assignment", "sequence")
_FOLLOWS: Final = tuple(field.name for field in WorkspaceRow._meta.concrete_fields if field.name not in _KEY)
_COMPARED: Final = tuple(
    field.attname for field in WorkspaceRow._meta.concrete_fields if field.name not in (*_KEY, "updated_at")
)


def on_work_changed(*, event: Event, at: datetime) -> None:
    """Whatever touches an assignment's hours or money: its shift's rows are computed again."""
    shift_ids = _shifts_named(event.payload)
    if shift_ids:
        refresh_shifts(shift_ids=shift_ids, at=at)


def refresh_shifts(*, shift_ids: Sequence[UUID], at: datetime) -> int:
    """The rows of these shifts, in the workspaces of every tenant that they belong to. Returns how many changed."""
    with transaction.atomic(), acting_as(purpose="worker"):
        tenant_ids = sorted({one for known in facts.of_shifts(shift_ids, at=at) for one in known.tenant_ids()})
        tolerances = {one: _locked(one, at) for one in tenant_ids}
        found = facts.of_shifts(shift_ids, at=at)
        return sum(
            _keep(Months.of(one), [known for known in found if one in known.tenant_ids()], tolerances[one], at)
            for one in tenant_ids
        )


def refresh_shifts_of(*, tenant_id: UUID, shift_ids: Sequence[UUID], at: datetime) -> int:
    """The same in one tenant's workspace alone, for whoever holds that tenant's lock already."""
    with transaction.atomic(), acting_as(purpose="worker"):
        tolerances = _locked(tenant_id, at)
        found = facts.of_shifts(shift_ids, at=at)
        mine = [known for known in found if tenant_id in known.tenant_ids()]
        return _keep(Months.of(tenant_id), mine, tolerances, at)


def rebuild_month(*, tenant_id: UUID, first_date: date, at: datetime) -> int:
    """All rows of one tenant and month. For what no event tells: time that passes, tolerances, the first fill."""
    first_date = first_date.replace(day=1)
    with transaction.atomic(), acting_as(purpose="worker"):
        tolerances, months = _locked(tenant_id, at), Months.of(tenant_id)
        chunks = facts.of_month(
            tenant_id=tenant_id, first_date=first_date, until_date=books.following(first_date), at=at
        )
        # A job that changed hands has contracts with several agencies; only the one that counts has rows.
        return sum(
            _keep(months, [known for known in chunk if tenant_id in known.tenant_ids()], tolerances, at)
            for chunk in chunks
        )


def refresh_open_months(*, at: datetime) -> int:
    """Of every active tenant, this month, the last one and whatever else is open. Returns how many rows changed.

    Each by itself: one broken tenant must not stop the others.
    """
    changed = 0
    for tenant in Tenant.objects.filter(state=Tenant.State.ACTIVE).order_by("id"):
        this_month = at.astimezone(ZoneInfo(tenant.time_zone)).date().replace(day=1)
        with acting_as(purpose="worker"):
            stored = {one.first_date: one.is_closed for one in books.months_of(tenant.id)}
        wanted = {this_month, books.preceding(this_month), *stored}
        for first_date in sorted(one for one in wanted if not stored.get(one, False)):
            try:
                changed += rebuild_month(tenant_id=tenant.id, first_date=first_date, at=at)
            except Exception:
                logger.exception("Workspace of %s, %s: failed, and will be tried again.", tenant.slug, first_date)
    return changed


def _locked(tenant_id: UUID, at: datetime) -> Tolerances:
    book = books.locked_book(tenant_id=tenant_id, at=at)
    return Tolerances(book.minute_tolerance, book.cents_tolerance)


def _shifts_named(payload: dict[str, Any]) -> list[UUID]:
    if "shift_id" in payload:
        return [UUID(payload["shift_id"])]
    if "assignment_id" in payload:
        return list(Assignment.objects.filter(id=payload["assignment_id"]).values_list("shift_id", flat=True))
    if "timesheet_id" in payload:
        return list(Timesheet.objects.filter(id=payload["timesheet_id"]).values_list("assignment__shift_id", flat=True))
    if "transfer_id" in payload:
        moves = Transfer.objects.filter(id=payload["transfer_id"])
        return list(moves.values_list("settlement__shift_id", flat=True))
    if "document_id" in payload:
        settled = IssuedDocument.objects.filter(id=payload["document_id"]).values("settlement_id")
        return list(Settlement.objects.filter(id__in=settled).values_list("shift_id", flat=True))
    return []


def _keep(months: Months, found: Sequence[Known], tolerances: Tolerances, at: datetime) -> int:
    tenant_id = months.tenant_id
    before: dict[UUID, list[WorkspaceRow]] = defaultdict(list)
    ids = [known.assignment_id for known in found]
    for stored in WorkspaceRow.objects.filter(tenant_id=tenant_id, assignment_id__in=ids).order_by("sequence"):
        before[stored.assignment_id].append(stored)
    claims = _claims(tenant_id, ids)
    changed: list[WorkspaceRow] = []
    undecided: list[WorkspaceNote] = []
    for one in found:
        known = facts.with_claims(one, *claims.get(one.assignment_id, (None, None)))
        row = row_of(tenant_id, known, before[known.assignment_id], months, tolerances)
        if row is None:
            continue
        earlier = next((one for one in before[known.assignment_id] if one.id == row.id), None)
        if earlier is not None and all(getattr(earlier, name) == getattr(row, name) for name in _COMPARED):
            continue
        if earlier is not None and earlier.decision and not row.decision:
            undecided.append(_note_of_lost_decision(earlier, at))
        row.updated_at = at
        changed.append(row)
    WorkspaceRow.objects.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["tenant_id", "assignment", "sequence"],
        update_fields=_FOLLOWS,
    )
    if undecided:
        WorkspacePart.objects.filter(row__in=[note.row_id for note in undecided]).delete()
        WorkspaceNote.objects.bulk_create(undecided)
    return len(changed)


def _claims(tenant_id: UUID, assignment_ids: Sequence[UUID]) -> dict[UUID, tuple[Claim | None, Claim | None]]:
    """By assignment, what the agency's own invoices and the officer's say of it, summed over their lines."""
    lines = (
        WorkspaceInvoiceLine.objects.filter(tenant_id=tenant_id, assignment_id__in=assignment_ids)
        .values("assignment_id", "invoice__source")
        .annotate(
            sum_cents=Sum("cents"), sum_minutes=Sum("minutes"), untimed=Count("id", filter=Q(minutes=None)),
            numbers=StringAgg("invoice__number", delimiter=", ", order_by="invoice__number"),
        )
    )  # fmt: skip
    found: dict[UUID, tuple[Claim | None, Claim | None]] = {}
    for line in lines:
        own, claimed = found.get(line["assignment_id"], (None, None))
        claim = Claim(line["numbers"], None if line["untimed"] else line["sum_minutes"], line["sum_cents"])
        is_own = line["invoice__source"] == InvoiceSource.AGENCY
        found[line["assignment_id"]] = (claim, claimed) if is_own else (own, claim)
    return found


def _note_of_lost_decision(row: WorkspaceRow, at: datetime) -> WorkspaceNote:
    text = f"The figures changed after {row.decided_by} had {row.decision} this row, so that no longer stands."
    if row.decision_note:
        text += f" It said: {row.decision_note}"
    return WorkspaceNote(tenant_id=row.tenant_id, row_id=row.id, text=text[:2000], written_at=at, person_name="Muster")
