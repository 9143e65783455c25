"""What people decide about rows: accept what agrees; explain, split or dispute what does not; take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from billing.models import WorkspaceMonth, WorkspaceNote, WorkspacePart, WorkspaceRow
from billing.refusals.workspace import MonthClosed, NothingToAccept, NothingToExplain, PartsDoNotSum
from billing.workspace import books
from billing.workspace.projecting import state_after
from billing.workspace.reading import Filter, filtered, row_of
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from kernel.money import format_cents

State, Decision = WorkspaceRow.State, WorkspaceRow.Decision
MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a difference, in positive minutes and cents, and what it is."""

    minutes: int
    cents: int
    note: str


def accept(*, tenant_id: UUID, row_id: UUID, actor: Actor, at: datetime) -> WorkspaceRow:
    """Somebody has looked and agrees with the match. Again is no change. Raises NothingToAccept, MonthClosed."""
    with transaction.atomic():
        row = _locked_row(tenant_id, row_id, at)
        if row.decision == Decision.ACCEPTED:
            return row
        if row.automatic_state != State.MATCHED:
            raise NothingToAccept(f"{row.reference} cannot be accepted: {row.reason} Explain it or split it.")
        return _decide(row, Decision.ACCEPTED, "", actor, at)


def explain(*, tenant_id: UUID, row_id: UUID, note: str, actor: Actor, at: datetime) -> WorkspaceRow:
    """Say why it is right as it is. Raises InvalidInput, NothingToExplain, MonthClosed."""
    return _with_words(tenant_id, row_id, Decision.EXPLAINED, note, actor, at)


def dispute(*, tenant_id: UUID, row_id: UUID, note: str, actor: Actor, at: datetime) -> WorkspaceRow:
    """Say why it is wrong; it stays outstanding. Raises InvalidInput, NothingToExplain, MonthClosed."""
    return _with_words(tenant_id, row_id, Decision.DISPUTED, note, actor, at)


def split(*, tenant_id: UUID, row_id: UUID, parts: Sequence[Part], actor: Actor, at: datetime) -> WorkspaceRow:
    """Divide the difference into two or more parts, each with its own words, without a remainder.

    Raises InvalidInput, PartsDoNotSum, NothingToExplain, MonthClosed.
    """
    if not 2 <= len(parts) <= MOST_PARTS:
        raise InvalidInput(f"Split into 2 to {MOST_PARTS} parts. To give one reason for all of it, explain it.")
    for number, part in enumerate(parts, 1):
        if part.minutes < 0 or part.cents < 0 or part.minutes + part.cents == 0:
            raise InvalidInput(f"Part {number} needs minutes or an amount above zero.")
        if not part.note.strip():
            raise InvalidInput(f"Say what part {number} is.")
    with transaction.atomic():
        row = _locked_row(tenant_id, row_id, at)
        if row.automatic_state != State.DIFFERS:
            raise NothingToExplain(f"{row.reference} has no difference to split: {row.reason}")
        minutes = row.difference_minutes - sum(part.minutes for part in parts)
        cents = row.difference_cents - sum(part.cents for part in parts)
        if minutes or cents:
            raise PartsDoNotSum(
                f"The parts leave {minutes} min and {format_cents(cents, row.currency)} of the difference of "
                f"{row.difference_minutes} min and {format_cents(row.difference_cents, row.currency)}.",
                minutes=minutes,
                cents=cents,
            )
        row.parts.all().delete()
        row = _decide(row, Decision.SPLIT, "; ".join(part.note.strip() for part in parts), actor, at)
        WorkspacePart.objects.bulk_create(
            WorkspacePart(
                tenant_id=tenant_id, row=row, number=number, minutes=part.minutes, cents=part.cents,
                note=part.note.strip()[:300],
            )
            for number, part in enumerate(parts, 1)
        )  # fmt: skip
        return row


def take_back(*, tenant_id: UUID, row_id: UUID, actor: Actor, at: datetime) -> WorkspaceRow:
    """The row is again as the match left it. Raises MonthClosed."""
    with transaction.atomic():
        row = _locked_row(tenant_id, row_id, at)
        if not row.decision:
            return row
        row.parts.all().delete()
        return _decide(row, Decision.NONE, "", actor, at)


def accept_all(*, tenant_id: UUID, first_date: date, chosen: Filter, actor: Actor, at: datetime) -> int:
    """Accept every automatic match that the filter shows, in one statement. Returns how many. Raises MonthClosed."""
    with transaction.atomic():
        books.locked_book(tenant_id=tenant_id, at=at)
        month = books.month_of(tenant_id=tenant_id, first_date=first_date)
        _refuse_closed(month)
        matches = filtered(month, chosen).filter(automatic_state=State.MATCHED, decision="")
        accepted = matches.update(
            decision=Decision.ACCEPTED, state=F("automatic_state"), decided_at=at, decided_by=actor.label[:200],
            decided_by_person_id=actor.person_id,
        )  # fmt: skip
        if accepted:
            audit.record(
                actor=actor, action="workspace.matches_accepted", subject_kind="workspace_month", subject_id=month.id,
                tenant_id=tenant_id, after={"rows": accepted, "month": month.first_date.isoformat()}, at=at,
            )  # fmt: skip
        return accepted


def add_note(*, tenant_id: UUID, row_id: UUID, text: str, actor: Actor, at: datetime) -> WorkspaceNote:
    """Also in a closed month: a note changes no figure. Raises InvalidInput."""
    if not text.strip():
        raise InvalidInput("Write the note.", field="text")
    row = row_of(tenant_id=tenant_id, row_id=row_id)
    return WorkspaceNote.objects.create(
        tenant_id=tenant_id, row=row, text=text.strip()[:2000], written_at=at, person_id=actor.person_id,
        person_name=actor.label[:200],
    )  # fmt: skip


def _with_words(
    tenant_id: UUID, row_id: UUID, decision: WorkspaceRow.Decision, note: str, actor: Actor, at: datetime
) -> WorkspaceRow:
    if not note.strip():
        raise InvalidInput("Say why: whoever audits this month reads it.", field="note")
    with transaction.atomic():
        row = _locked_row(tenant_id, row_id, at)
        if row.automatic_state == State.MATCHED:
            raise NothingToExplain(f"The papers of {row.reference} agree. Accept it.")
        row.parts.all().delete()
        return _decide(row, decision, note.strip()[:1000], actor, at)


def _locked_row(tenant_id: UUID, row_id: UUID, at: datetime) -> WorkspaceRow:
    """Found before anything is locked, so that another tenant's row locks nothing."""
    row_of(tenant_id=tenant_id, row_id=row_id)
    books.locked_book(tenant_id=tenant_id, at=at)
    row = row_of(tenant_id=tenant_id, row_id=row_id)
    _refuse_closed(row.month)
    return row


def _refuse_closed(month: WorkspaceMonth) -> None:
    if month.is_closed:
        raise MonthClosed(
            f"{month.label} is closed: its rows stay as they are. What came later is in the next open month."
        )


def _decide(row: WorkspaceRow, decision: WorkspaceRow.Decision, note: str, actor: Actor, at: datetime) -> WorkspaceRow:
    before = {"decision": row.decision, "note": row.decision_note}
    row.decision, row.decision_note = decision, note
    row.state = state_after(decision, row.automatic_state)
    row.decided_at = at if decision else None
    row.decided_by = actor.label[:200] if decision else ""
    row.decided_by_person_id = actor.person_id if decision else None
    row.updated_at = at
    row.save(
        update_fields=[
            "decision", "decision_note", "state", "decided_at", "decided_by", "decided_by_person_id", "updated_at",
        ]
    )  # fmt: skip
    audit.record(
        actor=actor,
        action=f"workspace.row_{decision or 'taken_back'}",
        subject_kind="workspace_row",
        subject_id=row.id,
        tenant_id=row.tenant_id,
        before=before,
        after={
            "decision": str(decision),
            "note": note,
            "minutes": row.difference_minutes,
            "cents": row.difference_cents,
        },
        at=at,
    )
    return row
