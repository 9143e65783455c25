"""Keeps the read model: rows follow the facts while their month is open; afterwards what changes becomes a correction.

Rows can be computed again at any time with the same result. Each refresh reads the facts after it has the tenant's
lock, so that of two refreshes the later one has seen everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Count, Q, Sum

from billing.models import (
    IssuedDocument,
    Settlement,
    Transfer,
    WorkspaceInvoiceLine,
    WorkspaceMonth,
    WorkspaceNote,
    WorkspacePart,
    WorkspaceRow,
)
from billing.models.workspace_invoice import InvoiceSource
from billing.workspace import books, facts
from billing.workspace.facts import Known
from billing.workspace.matching import Claim, Facts, Match, Tolerances, match
from kernel.subscriptions import Event
from marketplace.models import Assignment, Timesheet
from tenants.context import acting_as

State, Decision = WorkspaceRow.State, WorkspaceRow.Decision
_BATCH = 1_000
# What a correction holds the change of; the rows of an assignment sum to what is true.
SUMMED: Final = (
    "scheduled_minutes", "clock_minutes", "worked_minutes", "billable_minutes", "billed_minutes", "invoice_cents",
    "shared_cents", "pay_cents", "due_cents", "paid_cents", "own_minutes", "own_cents", "claimed_minutes",
    "claimed_cents",
)  # fmt: skip
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
            _keep(one, [known for known in found if one in known.tenant_ids()], tolerances[one], at)
            for one in tenant_ids
        )


def refresh_shifts_of(*, tenant_id: UUID, shift_ids: Sequence[UUID], at: datetime) -> int:
    """The same in one tenant's workspace alone, for whoever holds that tenant's lock already."""
    with transaction.atomic(), acting_as(purpose="worker"):
        tolerances = _locked(tenant_id, at)
        found = facts.of_shifts(shift_ids, at=at)
        return _keep(tenant_id, [known for known in found if tenant_id in known.tenant_ids()], tolerances, at)


def rebuild_month(*, tenant_id: UUID, first_date: date, at: datetime) -> int:
    """All rows of one tenant and month. For what no event tells: time that passes, tolerances, the first fill."""
    first_date = first_date.replace(day=1)
    with transaction.atomic(), acting_as(purpose="worker"):
        tolerances = _locked(tenant_id, at)
        found = facts.of_month(
            tenant_id=tenant_id, first_date=first_date, until_date=books.following(first_date), at=at
        )
        return _keep(tenant_id, found, tolerances, at)


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


@dataclass(slots=True)
class _Months:
    """A tenant's months while its lock is held."""

    tenant_id: UUID
    by_date: dict[date, WorkspaceMonth]
    by_id: dict[UUID, WorkspaceMonth]

    @classmethod
    def of(cls, tenant_id: UUID) -> _Months:
        months = books.months_of(tenant_id)
        return cls(tenant_id, {one.first_date: one for one in months}, {one.id: one for one in months})

    def at(self, first_date: date) -> WorkspaceMonth:
        if first_date not in self.by_date:
            month = books.month_of(tenant_id=self.tenant_id, first_date=first_date)
            self.by_date[first_date] = self.by_id[month.id] = month
        return self.by_date[first_date]

    def open_from(self, first_date: date) -> WorkspaceMonth:
        month = self.at(first_date)
        while month.is_closed:
            month = self.at(books.following(month.first_date))
        return month


def _keep(tenant_id: UUID, found: Sequence[Known], tolerances: Tolerances, at: datetime) -> int:
    months = _Months.of(tenant_id)
    before: dict[UUID, list[WorkspaceRow]] = defaultdict(list)
    ids = [known.assignment_id for known in found]
    for row in WorkspaceRow.objects.filter(tenant_id=tenant_id, assignment_id__in=ids).order_by("sequence"):
        before[row.assignment_id].append(row)
    claims = _claims(tenant_id, ids)
    changed: list[WorkspaceRow] = []
    undecided: list[WorkspaceNote] = []
    for one in found:
        known = facts.with_claims(one, *claims.get(one.assignment_id, (None, None)))
        row = _row_of(tenant_id, known, before[known.assignment_id], months, tolerances)
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


def _row_of(
    tenant_id: UUID, known: Known, rows: Sequence[WorkspaceRow], months: _Months, tolerances: Tolerances
) -> WorkspaceRow | None:
    """The assignment's newest row as it should be now, or None when closed rows already say everything."""
    outcome = match(known.facts, tolerances)
    figures = _figures(known, known.facts)
    home = known.work_date.replace(day=1)
    last = rows[-1] if rows else None
    if last is None:
        month = months.open_from(home)
        prefix = "" if month.first_date == home else f"Came after {months.at(home).label} was closed. "
        return _filled(WorkspaceRow(tenant_id=tenant_id), known, figures, outcome, month, prefix)
    closed = months.by_id[last.month_id].is_closed
    others = list(rows) if closed else list(rows[:-1])
    if others:
        figures = {name: _less(figures[name], [getattr(row, name) for row in others]) for name in SUMMED}
    if not closed:
        month = months.by_id[last.month_id]
        if last.sequence == 0 and month.first_date != home and not months.at(home).is_closed:
            month = months.at(home)
        row = WorkspaceRow(
            id=last.id, tenant_id=tenant_id, sequence=last.sequence, corrects_id=last.corrects_id,
            **{name: getattr(last, name) for name in (
                "decision", "decided_at", "decided_by_person_id", "decided_by", "decision_note", "facts_sha256")},
        )  # fmt: skip
        corrected = next((one for one in rows if one.id == last.corrects_id), None)
        prefix = f"Since {months.by_id[corrected.month_id].label} was closed: " if corrected else ""
        return _filled(row, known, figures, outcome, month, prefix)
    if not any(figures.values()):
        return None
    row = WorkspaceRow(tenant_id=tenant_id, sequence=last.sequence + 1, corrects_id=last.id)
    prefix = f"Since {months.by_id[last.month_id].label} was closed: "
    return _filled(row, known, figures, outcome, months.open_from(home), prefix)


def _filled(
    row: WorkspaceRow,
    known: Known,
    figures: dict[str, int | None],
    outcome: Match,
    month: WorkspaceMonth,
    prefix: str,
) -> WorkspaceRow:
    row.assignment_id, row.month_id = known.assignment_id, month.id
    for name, value in (*known.shown.items(), *figures.items()):
        setattr(row, name, value)
    row.currency, row.assignment_state = known.facts.currency, known.facts.assignment_state
    row.timesheet_state, row.payout_state = known.facts.timesheet_state, known.facts.payout_state
    row.own_numbers = known.facts.own.numbers[:200] if known.facts.own else ""
    row.claimed_numbers = known.facts.claimed.numbers[:200] if known.facts.claimed else ""
    row.automatic_state = State(outcome.state)
    row.difference_kind, row.difference_minutes, row.difference_cents = outcome.kind, outcome.minutes, outcome.cents
    row.differences = [
        {"kind": one.kind, "minutes": one.minutes, "cents": one.cents, "sentence": one.sentence}
        for one in outcome.differences
    ]
    row.reason = (prefix + outcome.reason)[:600]
    now = facts.fingerprint(known, known.facts)
    if row.decision and (row.facts_sha256 != now or not may_stand(row.decision, outcome.state)):
        row.decision, row.decision_note, row.decided_by = Decision.NONE, "", ""
        row.decided_at = row.decided_by_person_id = None
    row.facts_sha256 = now
    row.state = state_after(row.decision, row.automatic_state)
    return row


def may_stand(decision: str, automatic_state: str) -> bool:
    """Agreeing papers are accepted; anything else is explained, split or disputed."""
    return (decision == Decision.ACCEPTED) == (automatic_state == State.MATCHED)


def state_after(decision: str, automatic_state: str) -> str:
    return automatic_state if decision in (Decision.NONE, Decision.ACCEPTED) else State(decision)


def _figures(known: Known, now: Facts) -> dict[str, int | None]:
    return {
        "scheduled_minutes": now.scheduled_minutes,
        "clock_minutes": now.clock_minutes,
        "worked_minutes": now.worked_minutes,
        "billable_minutes": now.billable_minutes,
        "billed_minutes": now.billed_minutes,
        "invoice_cents": now.invoice_cents,
        "shared_cents": known.shared_cents,
        "pay_cents": now.pay_cents,
        "due_cents": now.due_cents,
        "paid_cents": now.paid_cents,
        "own_minutes": now.own.minutes if now.own else None,
        "own_cents": now.own.cents if now.own else None,
        "claimed_minutes": now.claimed.minutes if now.claimed else None,
        "claimed_cents": now.claimed.cents if now.claimed else None,
    }


def _less(value: int | None, others: Iterable[int | None]) -> int:
    return (value or 0) - sum(one or 0 for one in others)


def _note_of_lost_decision(row: WorkspaceRow, at: datetime) -> WorkspaceNote:
    text = f"The figures changed after {row.decided_by} had {row.decision} this row, so that no longer stands."
    if row.decision_note:
        text += f" It said: {row.decision_note}"
    return WorkspaceNote(tenant_id=row.tenant_id, row_id=row.id, text=text[:2000], written_at=at, person_name="Muster")
