"""Pages and totals of a month. A page is read from an index, from where the last one ended; totals are one query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from billing.models import WorkspaceMonth, WorkspaceRow
from billing.refusals.workspace import WorkspaceRowNotFound
from billing.workspace.matching import DIFFERENCES, MISSING
from billing.workspace.projecting import SUMMED

PAGE_SIZE = 50
State = WorkspaceRow.State
TO_ACCEPT = "to_accept"
_LISTED = (
    "billable_minutes", "clock_minutes", "invoice_cents", "shared_cents", "due_cents", "paid_cents",
    "difference_minutes", "difference_cents",
)  # fmt: skip
_OF_THEM_ACCEPTED = Q(decision=WorkspaceRow.Decision.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields do not filter. `state` may also be "to_accept": matched, and nobody has accepted it yet.

    `kind` is a difference or what is missing; dates are local days, both included.
    """

    state: str = ""
    kind: str = ""
    officer: str = ""
    client: str = ""
    job: str = ""
    from_date: date | None = None
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`before` and `after` are where the neighbouring pages begin; empty when there is none."""

    rows: list[WorkspaceRow]
    before: str
    after: str


@dataclass(slots=True)
class Outstanding:
    """One reason why rows are not settled yet: how many, and how many minutes and cents hang on it."""

    kind: str
    label: str
    rows: int = 0
    minutes: int = 0
    cents: int = 0


@dataclass(slots=True)
class Totals:
    """Of one currency. `sums` by the names of `projecting.SUMMED`; `states` counts rows."""

    currency: str
    rows: int = 0
    accepted: int = 0
    difference_minutes: int = 0
    difference_cents: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    outstanding: list[Outstanding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListTotals:
    """Of one currency: what stands above the list."""

    currency: str
    rows: int
    accepted: int
    billable_minutes: int
    clock_minutes: int
    invoice_cents: int
    shared_cents: int
    due_cents: int
    paid_cents: int
    difference_minutes: int
    difference_cents: int


def row_of(*, tenant_id: UUID, row_id: UUID) -> WorkspaceRow:
    """Raises WorkspaceRowNotFound, for another tenant's row too."""
    row = WorkspaceRow.objects.select_related("month", "corrects__month").filter(tenant_id=tenant_id, id=row_id).first()
    if row is None:
        raise WorkspaceRowNotFound("There is no such row.")
    return row


def filtered(month: WorkspaceMonth, chosen: Filter) -> QuerySet[WorkspaceRow]:
    rows = WorkspaceRow.objects.filter(month=month)
    if chosen.state == TO_ACCEPT:
        rows = rows.filter(state=State.MATCHED, decision="")
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.kind:
        rows = rows.filter(difference_kind=chosen.kind)
    if chosen.officer:
        rows = rows.filter(officer_name__icontains=chosen.officer)
    if chosen.client:
        rows = rows.filter(client_name__icontains=chosen.client)
    if chosen.job:
        rows = rows.filter(Q(reference__istartswith=chosen.job) | Q(job_title__icontains=chosen.job))
    if chosen.from_date:
        rows = rows.filter(work_date__gte=chosen.from_date)
    if chosen.until_date:
        rows = rows.filter(work_date__lte=chosen.until_date)
    return rows


def read_page(
    month: WorkspaceMonth, chosen: Filter, *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page:
    """In the order of the shifts. An unreadable cursor begins at the start. One statement."""
    rows = filtered(month, chosen).defer("differences")
    backwards = bool(before) and not after
    cursor = _parsed(before if backwards else after)
    if cursor is not None:
        rows = rows.filter(_beyond(cursor, backwards=backwards))
    order = ("-starts_at", "-id") if backwards else ("starts_at", "id")
    found = list(rows.order_by(*order)[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (has_more, True) if backwards else (cursor is not None, has_more)
    return Page(
        rows=found,
        before=_cursor(found[0]) if found and has_before else "",
        after=_cursor(found[-1]) if found and has_after else "",
    )


def all_rows(month: WorkspaceMonth, chosen: Filter) -> Iterator[WorkspaceRow]:
    """For files: a few thousand rows in memory at a time."""
    return filtered(month, chosen).defer("differences").order_by("starts_at", "id").iterator(chunk_size=2_000)


def totals(month: WorkspaceMonth, chosen: Filter | None = None) -> list[Totals]:
    """By currency, of everything that the filter leaves; one statement."""
    sums = {f"sum_{name}": Sum(name, default=0) for name in SUMMED}
    groups = (
        filtered(month, chosen or Filter())
        .order_by()
        .values("currency", "state", "difference_kind")
        .annotate(
            rows=Count("id"), accepted=Count("id", filter=_OF_THEM_ACCEPTED),
            minutes=Sum("difference_minutes", default=0), cents=Sum("difference_cents", default=0), **sums,
        )
    )  # fmt: skip
    found: dict[str, Totals] = {}
    for group in groups.order_by("currency", "state", "difference_kind"):
        _add(found.setdefault(group["currency"], Totals(group["currency"], sums=dict.fromkeys(SUMMED, 0))), group)
    order = [TO_ACCEPT, *DIFFERENCES, *MISSING, State.DISPUTED]
    for one in found.values():
        one.outstanding.sort(key=lambda reason: order.index(reason.kind))
    return list(found.values())


def list_totals(month: WorkspaceMonth, chosen: Filter) -> list[ListTotals]:
    """By currency, of everything that the filter leaves; one statement, and no sum that the list does not show."""
    groups = (
        filtered(month, chosen)
        .order_by("currency")
        .values("currency")
        .annotate(
            rows=Count("id"), accepted=Count("id", filter=_OF_THEM_ACCEPTED),
            **{f"sum_{name}": Sum(name, default=0) for name in _LISTED},
        )
    )  # fmt: skip
    return [_listed(group) for group in groups]


def _listed(group: Mapping[str, Any]) -> ListTotals:
    return ListTotals(**{name.removeprefix("sum_"): value for name, value in group.items()})


def _add(total: Totals, group: Mapping[str, Any]) -> None:
    total.rows += group["rows"]
    total.accepted += group["accepted"]
    total.difference_minutes += group["minutes"]
    total.difference_cents += group["cents"]
    for name in SUMMED:
        total.sums[name] += group[f"sum_{name}"]
    state, kind = group["state"], group["difference_kind"]
    total.states[state] = total.states.get(state, 0) + group["rows"]
    if state == State.MATCHED and group["rows"] > group["accepted"]:
        _outstanding(total, TO_ACCEPT, "Matched, not accepted yet").rows += group["rows"] - group["accepted"]
    elif state == State.DISPUTED:
        reason = _outstanding(total, str(State.DISPUTED), "Disputed")
        _count(reason, group["rows"], group["minutes"], group["cents"])
    elif state == State.DIFFERS:
        _count(_outstanding(total, kind, DIFFERENCES[kind]), group["rows"], group["minutes"], group["cents"])
    elif state == State.OPEN:
        _count(_outstanding(total, kind, MISSING[kind]), group["rows"], *_hangs_on(kind, group))


def _hangs_on(kind: str, group: Mapping[str, Any]) -> tuple[int, int]:
    """Minutes without hours or bill, cents without payout."""
    if kind in ("payout_failed", "payout_missing"):
        return 0, group["sum_due_cents"] - group["sum_paid_cents"]
    return (group["sum_billable_minutes"] if kind == "not_billed" else group["sum_scheduled_minutes"]), 0


def _outstanding(total: Totals, kind: str, label: str) -> Outstanding:
    found = next((one for one in total.outstanding if one.kind == kind), None)
    if found is None:
        found = Outstanding(kind, label)
        total.outstanding.append(found)
    return found


def _count(reason: Outstanding, rows: int, minutes: int, cents: int) -> None:
    reason.rows += rows
    reason.minutes += minutes
    reason.cents += cents


def _cursor(row: WorkspaceRow) -> str:
    return f"{row.starts_at.isoformat()}~{row.id}"


def _parsed(text: str) -> tuple[datetime, UUID] | None:
    moment, _, identifier = text.partition("~")
    try:
        parsed = datetime.fromisoformat(moment)
        return (parsed, UUID(identifier)) if parsed.tzinfo else None
    except ValueError:
        return None


def _beyond(cursor: tuple[datetime, UUID], *, backwards: bool) -> Q:
    """The plain bound on the moment is what the index is entered by."""
    moment, identifier = cursor
    if backwards:
        return Q(starts_at__lte=moment) & (Q(starts_at__lt=moment) | Q(id__lt=identifier))
    return Q(starts_at__gte=moment) & (Q(starts_at__gt=moment) | Q(id__gt=identifier))


def months_with_counts(*, tenant_id: UUID) -> list[tuple[WorkspaceMonth, dict[str, int]]]:
    """The newest first, with rows by state and `outstanding`, what nobody has settled; one statement."""
    settled = Q(rows__state__in=[State.EXPLAINED, State.SPLIT]) | Q(rows__decision=WorkspaceRow.Decision.ACCEPTED)
    counted = {str(state): Count("rows", filter=Q(rows__state=state)) for state in State}
    months = WorkspaceMonth.objects.filter(tenant_id=tenant_id).annotate(
        all_rows=Count("rows"),
        settled_rows=Count("rows", filter=settled),
        **{f"rows_{k}": v for k, v in counted.items()},
    )
    return [
        (
            month,
            {
                **{state: getattr(month, f"rows_{state}") for state in counted},
                "rows": month.all_rows,
                "outstanding": month.all_rows - month.settled_rows,
            },
        )
        for month in months.order_by("-first_date")
    ]
