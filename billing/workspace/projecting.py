"""One assignment's newest row, computed from what is known of it, the rows before it and the months that are closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from billing.models import WorkspaceMonth, WorkspaceRow
from billing.workspace import books, facts
from billing.workspace.facts import Known
from billing.workspace.matching import Facts, Match, Tolerances, match

State, Decision = WorkspaceRow.State, WorkspaceRow.Decision
# What a correction holds the change of; the rows of an assignment sum to what is true.
SUMMED: Final = (
    "scheduled_minutes", "clock_minutes", "worked_minutes", "billable_minutes", "billed_minutes", "invoice_cents",
    "shared_cents", "pay_cents", "due_cents", "paid_cents", "own_minutes", "own_cents", "claimed_minutes",
    "claimed_cents",
)  # fmt: skip


@dataclass(slots=True)
class Months:
    """A tenant's months while its lock is held."""

    tenant_id: UUID
    by_date: dict[date, WorkspaceMonth]
    by_id: dict[UUID, WorkspaceMonth]

    @classmethod
    def of(cls, tenant_id: UUID) -> Months:
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


def row_of(
    tenant_id: UUID, known: Known, rows: Sequence[WorkspaceRow], months: Months, tolerances: Tolerances
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
