"""A month that closes: what is still open is said first, then the rows are frozen, with their figures and hash."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from billing.models import WorkspaceClosing, WorkspaceMonth
from billing.refusals.workspace import (
    MonthClosed,
    MonthHasChanged,
    MonthNotClosed,
    MonthNotOver,
    MonthOutOfOrder,
    MonthStillOpen,
)
from billing.workspace import books
from billing.workspace.projecting import SUMMED
from billing.workspace.reading import Totals, totals
from kernel import audit
from kernel.actors import Actor
from kernel.errors import InvalidInput
from tenants.queries import get_tenant

_HASHED = ("reference", "sequence", "work_date", "currency", *SUMMED, "state", "difference_kind", "difference_minutes",
           "difference_cents", "decision", "decision_note", "decided_by")  # fmt: skip
_FIELDS = ", ".join(f"coalesce({name}::text, '')" for name in _HASHED)
_HASH = f"""
SELECT encode(sha256(convert_to(
    coalesce(string_agg(concat_ws(E'\\x1f', {_FIELDS}) || E'\\n', '' ORDER BY starts_at, id), ''), 'UTF8')), 'hex')
FROM billing_workspacerow WHERE month_id = %s
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a closing would keep now. `sha256` names exactly these rows."""

    month: WorkspaceMonth
    rows: int
    totals: list[Totals]
    sha256: str

    @property
    def outstanding_rows(self) -> int:
        return sum(reason.rows for one in self.totals for reason in one.outstanding)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "outstanding_rows": self.outstanding_rows,
            "totals": [asdict(one) for one in self.totals],
        }


def figures_of(*, tenant_id: UUID, first_date: date) -> Figures:
    month = books.found_month(tenant_id=tenant_id, first_date=first_date)
    found = totals(month)
    return Figures(month, sum(one.rows for one in found), found, hash_of_rows(month))


def hash_of_rows(month: WorkspaceMonth) -> str:
    """SHA-256 of one line a row, in their order. The same rows give the same hash at any time.

    PostgreSQL computes it: a long month's rows are not fetched to be forgotten.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HASH, [month.id])
        return str(cursor.fetchone()[0])


def close_month(
    *, tenant_id: UUID, first_date: date, seen_sha256: str, with_open: bool, reason: str, actor: Actor, at: datetime
) -> WorkspaceClosing:
    """Freeze the month as its bookkeeper saw it: `seen_sha256` is of the figures that the page showed.

    `with_open`: close although rows are outstanding, for `reason`. Of two at once, the second is told who closed it.
    Raises MonthClosed, MonthNotOver, MonthOutOfOrder, MonthHasChanged, MonthStillOpen, InvalidInput.
    """
    first_date = first_date.replace(day=1)
    zone = ZoneInfo(get_tenant(tenant_id=tenant_id).time_zone)
    with transaction.atomic():
        month = locked_month(tenant_id=tenant_id, first_date=first_date, at=at)
        if month.is_closed:
            raise MonthClosed(_who_closed(month, zone))
        if at.astimezone(zone).date() < books.following(first_date):
            raise MonthNotOver(
                f"{month.label} is not over. It can be closed from {books.following(first_date):%-d %B} on."
            )
        _refuse_open_before(month)
        now = figures_of(tenant_id=tenant_id, first_date=first_date)
        if now.sha256 != seen_sha256:
            raise MonthHasChanged(
                f"{month.label} has changed since you looked. Look at the figures again, then close it."
            )
        if now.outstanding_rows and not with_open:
            raise MonthStillOpen(
                f"{now.outstanding_rows} of {now.rows} rows are outstanding. Settle them, or close with them.",
                rows=now.outstanding_rows,
            )
        if now.outstanding_rows and not reason.strip():
            raise InvalidInput("Say why the month closes with rows outstanding.", field="reason")
        month.state, month.closings = WorkspaceMonth.State.CLOSED, month.closings + 1
        month.save(update_fields=["state", "closings"])
        return _record(month, WorkspaceClosing.Kind.CLOSED, now, reason.strip(), actor, at)


def reopen_month(*, tenant_id: UUID, first_date: date, reason: str, actor: Actor, at: datetime) -> WorkspaceClosing:
    """Its rows follow the facts again; the closing stays on record.

    Raises InvalidInput, MonthNotClosed, MonthOutOfOrder.
    """
    if not reason.strip():
        raise InvalidInput("Say why the month is reopened.", field="reason")
    with transaction.atomic():
        month = locked_month(tenant_id=tenant_id, first_date=first_date, at=at)
        if not month.is_closed:
            raise MonthNotClosed(f"{month.label} is open.")
        later = WorkspaceMonth.objects.filter(
            tenant_id=tenant_id, first_date__gt=month.first_date, state=WorkspaceMonth.State.CLOSED
        ).first()
        if later is not None:
            raise MonthOutOfOrder(f"{later.label} is closed and builds on {month.label}. Reopen it first.")
        now = figures_of(tenant_id=tenant_id, first_date=first_date)
        month.state = WorkspaceMonth.State.OPEN
        month.save(update_fields=["state"])
        return _record(month, WorkspaceClosing.Kind.REOPENED, now, reason.strip(), actor, at)


def history_of(month: WorkspaceMonth) -> list[WorkspaceClosing]:
    """The newest first."""
    return list(month.history.order_by("-happened_at", "-id"))


def locked_month(*, tenant_id: UUID, first_date: date, at: datetime) -> WorkspaceMonth:
    """Also against whoever writes rows without the tenant's lock: each row's trigger holds its month as it is."""
    books.locked_book(tenant_id=tenant_id, at=at)
    month = books.month_of(tenant_id=tenant_id, first_date=first_date)
    return WorkspaceMonth.objects.select_for_update().get(id=month.id)


def _who_closed(month: WorkspaceMonth, zone: ZoneInfo) -> str:
    last = month.history.filter(kind=WorkspaceClosing.Kind.CLOSED).order_by("-number").first()
    if last is None:
        return f"{month.label} is closed."
    when = last.happened_at.astimezone(zone)
    return (
        f"{last.person_name or 'Somebody'} closed {month.label} on {when:%-d %B %Y at %H:%M} with "
        f"{last.figures['rows']} rows. Nothing of yours was kept; look at that closing."
    )


def _refuse_open_before(month: WorkspaceMonth) -> None:
    earlier = (
        WorkspaceMonth.objects.filter(
            tenant_id=month.tenant_id, first_date__lt=month.first_date, state=WorkspaceMonth.State.OPEN
        )
        .filter(rows__isnull=False)
        .order_by("first_date")
        .first()
    )
    if earlier is not None:
        raise MonthOutOfOrder(
            f"{earlier.label} is still open. Close it first: what comes late goes into the next open month."
        )


def _record(
    month: WorkspaceMonth, kind: WorkspaceClosing.Kind, now: Figures, reason: str, actor: Actor, at: datetime
) -> WorkspaceClosing:
    closing = WorkspaceClosing.objects.create(
        tenant_id=month.tenant_id, month=month, kind=kind, number=month.closings, figures=now.as_json(),
        sha256=now.sha256, reason=reason, happened_at=at, person_id=actor.person_id, person_name=actor.label[:200],
    )  # fmt: skip
    audit.record(
        actor=actor, action=f"workspace.month_{kind}", subject_kind="workspace_month", subject_id=month.id,
        tenant_id=month.tenant_id, reason=reason, at=at,
        after={"month": month.first_date.isoformat(), "rows": now.rows, "outstanding": now.outstanding_rows,
               "sha256": now.sha256},
    )  # fmt: skip
    return closing
