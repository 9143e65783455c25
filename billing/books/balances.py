"""Balances as of any time, read from the account's index instead of summed.

"As of T" means: everything that *happened* until T, inclusive, however late it was posted. Entries are numbered as they
are posted, so one that is posted late stands after entries that happened later. Each entry therefore also carries the
latest `happened_at` up to it. All entries before the first that reaches beyond T happened until T: the last of them
holds their balance in one row. What is missing are the late ones: numbered after it, happened until T. For them alone
there is a small index of the time during which each was missing; T lies in few of those, mostly in none.

So the result is exactly the sum over the entries, and all accounts together balance as of any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import BigIntegerField, Case, F, Func, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.models import LedgerAccount, LedgerEntry

_LATE_FOR: Any = Func("happened_at", "latest_happened_at", function="tstzrange", output_field=DateTimeRangeField())
_DEBIT_LESS_CREDIT = Case(When(direction="debit", then=F("amount_cents")), default=-F("amount_cents"))


def with_balance(accounts: QuerySet[LedgerAccount], *, at: datetime | None = None) -> QuerySet[LedgerAccount]:
    """Each account with `cents`, in its normal direction: now, or as of `at`."""
    entries = LedgerEntry.objects.filter(account=OuterRef("pk"))
    if at is None:
        return accounts.annotate(cents=_or_zero(entries.order_by("-account_version").values("balance_after_cents")[:1]))
    last = entries.filter(latest_happened_at__lte=at).order_by("-latest_happened_at", "-account_version")
    late = (
        entries.filter(happened_at__lt=F("latest_happened_at"))
        .annotate(late_for=_LATE_FOR)
        .filter(late_for__contains=at)  # type: ignore[misc]
        .order_by()
        .values("account")
        .annotate(total=Sum(_DEBIT_LESS_CREDIT))
        .values("total")
    )
    side = Case(When(is_debit_normal=True, then=Value(1)), default=Value(-1), output_field=BigIntegerField())
    return accounts.annotate(cents=_or_zero(last.values("balance_after_cents")[:1]) + _or_zero(late) * side)


def by_kind(*, at: datetime | None = None) -> dict[str, dict[str, int]]:
    """Currency → kind of account → cents in its normal direction."""
    found: dict[str, dict[str, int]] = {}
    rows = with_balance(LedgerAccount.objects.all(), at=at).values("currency", "kind").annotate(total=Sum("cents"))
    for row in rows.order_by("currency", "kind"):
        found.setdefault(row["currency"], {})[row["kind"]] = int(row["total"])
    return found


def _or_zero(cents: QuerySet[LedgerEntry, Any]) -> Coalesce:
    return Coalesce(Subquery(cents, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())
