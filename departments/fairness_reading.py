"""What the fairness ledger and the roster say of a period, added up in the database: two queries, plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Sum

from departments.access import inside
from departments.models import FairnessEntry, RosterEntry


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """`counts` by kind of entry; `credit_minutes` less what was debited."""

    counts: Mapping[str, int] = field(default_factory=dict)
    credit_minutes: int = 0

    def count(self, kind: str) -> int:
        return self.counts.get(kind, 0)


@dataclass(frozen=True, slots=True)
class FairnessFacts:
    """By officer. `rank_codes` of everybody on the roster who has joined, those who have left included."""

    totals: Mapping[UUID, LedgerTotals]
    rank_codes: Mapping[UUID, str]


def fairness_facts(*, department_id: UUID, from_at: datetime, until_at: datetime) -> FairnessFacts:
    """Entries that happened in the half-open period. Raises UnknownTenant."""
    counts: dict[UUID, dict[str, int]] = {}
    credits: dict[UUID, int] = {}
    with inside(department_id=department_id):
        rows = (
            FairnessEntry.objects.filter(happened_at__gte=from_at, happened_at__lt=until_at)
            .values("officer_id", "kind")
            .annotate(entries=Count("id"), minutes_sum=Sum("minutes"))
            .order_by()
        )
        for row in rows:
            officer_id, kind = row["officer_id"], str(row["kind"])
            counts.setdefault(officer_id, {})[kind] = row["entries"]
            if kind in ("credit", "debit"):
                sign = 1 if kind == "credit" else -1
                credits[officer_id] = credits.get(officer_id, 0) + sign * abs(row["minutes_sum"])
        joined = RosterEntry.objects.filter(officer_id__isnull=False).order_by().values_list("officer_id", "rank_code")
        ranks = {officer_id: rank_code for officer_id, rank_code in joined if officer_id is not None}
    return FairnessFacts(
        totals={officer_id: LedgerTotals(found, credits.get(officer_id, 0)) for officer_id, found in counts.items()},
        rank_codes=ranks,
    )
