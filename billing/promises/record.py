"""How pay promises were kept: the share, the worst, and what was late first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from billing.models import PayPromise

_JUDGED = (PayPromise.State.KEPT, PayPromise.State.LATE, PayPromise.State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Record:
    """`due` are those whose day has come: kept, paid late, or still unpaid. `reasons` are words and how often."""

    kept: int
    late: int
    overdue: int
    worst_days: int
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def due(self) -> int:
        return self.kept + self.late + self.overdue

    @property
    def kept_percent(self) -> int | None:
        """Rounded down, so that 100 means all of them; None before the first is due."""
        return self.kept * 100 // self.due if self.due else None


def record_of(promises: QuerySet[PayPromise]) -> Record:
    """In two queries, over promises that the session may see."""
    counted = promises.aggregate(**_COUNTS)
    late = promises.filter(state__in=(PayPromise.State.LATE, PayPromise.State.OVERDUE)).exclude(reason="")
    rows = late.order_by().values("reason").annotate(count=Count("id")).order_by("-count", "reason")
    reasons = tuple((str(PayPromise.Reason(row["reason"]).label), row["count"]) for row in rows)
    return _record(counted, reasons)


def records_by_department(promises: QuerySet[PayPromise]) -> dict[UUID, Record]:
    rows = promises.order_by().values("department_id").annotate(**_COUNTS)
    return {row["department_id"]: _record(row) for row in rows}


def late_promises(promises: QuerySet[PayPromise]) -> QuerySet[PayPromise]:
    """Those still unpaid first, then the latest days."""
    late = promises.filter(state__in=(PayPromise.State.LATE, PayPromise.State.OVERDUE))
    return late.select_related("assignment__officer", "assignment__shift__job").order_by("-state", "-promised_by", "id")


def due_since(day: date) -> QuerySet[PayPromise]:
    """Promises whose day has come since then, inclusive."""
    return PayPromise.objects.filter(state__in=_JUDGED, promised_by__gte=day)


_COUNTS = {
    "kept": Count("id", filter=Q(state=PayPromise.State.KEPT)),
    "late": Count("id", filter=Q(state=PayPromise.State.LATE)),
    "overdue": Count("id", filter=Q(state=PayPromise.State.OVERDUE)),
    "worst_days": Max("days_late"),
}


def _record(row: Mapping[str, Any], reasons: tuple[tuple[str, int], ...] = ()) -> Record:
    return Record(
        kept=row["kept"],
        late=row["late"],
        overdue=row["overdue"],
        worst_days=row["worst_days"] or 0,
        reasons=reasons,
    )
