"""What no comparison by source finds: returned and late payouts, a mirror with gaps, a rest, books that contradict
themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from billing.models import LedgerCheck, PlatformPayout, ReconciliationDay, WorkItem
from billing.reconciliation.causes import Suggestion
from billing.reconciliation.mirroring import mirrored_balances
from billing.reconciliation.totals import Totals
from billing.reconciliation.work_items import raise_item, settle_item
from kernel.money import format_cents

# Weekends and holidays included: a bank that is later than this should be asked.
LATE_AFTER = timedelta(days=3)
LEDGER = "ledger"
_RETURNED = ("failed", "canceled")


def check_payouts(*, day: ReconciliationDay, at: datetime) -> int:
    """Returns how many items are new."""
    opened = 0
    for payout in PlatformPayout.objects.filter(state__in=_RETURNED, updated_at__gte=at - timedelta(days=30)):
        words = payout.failure or "the bank gives no reason"
        suggestion = Suggestion(
            WorkItem.Kind.PAYOUT_FAILED,
            f"Payout {payout.reference} of {format_cents(payout.amount_cents, payout.currency)} came back: {words}.",
            "Correct the platform's bank account at Stripe, then say here what was done.",
        )
        opened += _raise_payout(payout, suggestion, day, at, once=True)
        settle_item(source=_late(payout), currency=payout.currency, resolution="It came back.", at=at)
    for payout in PlatformPayout.objects.filter(state="paid", updated_at__gte=at - timedelta(days=30)):
        settle_item(source=_late(payout), currency=payout.currency, resolution="It arrived.", at=at)
    for payout in PlatformPayout.objects.filter(state__in=("pending", "in_transit"), arrives_at__lt=at - LATE_AFTER):
        suggestion = Suggestion(
            WorkItem.Kind.PAYOUT_LATE,
            f"Payout {payout.reference} of {format_cents(payout.amount_cents, payout.currency)} was to arrive on "
            f"{payout.arrives_at:%Y-%m-%d} and has not.",
            "Look for it on the bank's statement, then ask Stripe with its trace number.",
        )
        opened += _raise_payout(payout, suggestion, day, at, source=_late(payout))
    return opened


def check_mirror(*, day: ReconciliationDay, reported: Mapping[str, int] | None, at: datetime) -> int:
    """Is the mirror whole? Its sum is what Stripe says that it holds."""
    if reported is None:
        return 0
    mirrored = mirrored_balances()
    opened = 0
    for currency in sorted({*reported, *mirrored}):
        theirs, ours = reported.get(currency, 0), mirrored.get(currency, 0)
        source = f"balance:{currency}"
        if theirs == ours:
            settle_item(source=source, currency=currency, resolution="The balances agree.", at=at)
            continue
        suggestion = Suggestion(
            WorkItem.Kind.MIRROR_INCOMPLETE,
            f"Stripe holds {format_cents(theirs, currency)}, its balance transactions sum up to "
            f"{format_cents(ours, currency)}.",
            "Transactions from before Muster was connected explain it once; otherwise compare with Stripe's report.",
        )
        opened += raise_item(
            source=source, currency=currency, suggestion=suggestion, amount_cents=theirs - ours, day=day,
            happened_at=at, at=at, stripe_cents=theirs, books_cents=ours,
        )  # fmt: skip
    return opened


def check_rest(*, day: ReconciliationDay, totals: Sequence[Totals], at: datetime) -> int:
    """Do the differences found explain all of what the balances differ by?"""
    opened = 0
    for one in totals:
        source = f"rest:{one.currency}"
        if not one.unexplained:
            settle_item(source=source, currency=one.currency, resolution="Everything is explained.", at=at)
            continue
        suggestion = Suggestion(
            WorkItem.Kind.UNEXPLAINED,
            f"Stripe and the books differ by {format_cents(one.unexplained, one.currency)} that no item explains.",
            "Run verify_ledger. If the books are in order, compare the mirror with Stripe's own report.",
        )
        opened += raise_item(
            source=source, currency=one.currency, suggestion=suggestion, amount_cents=one.unexplained, day=day,
            happened_at=at, at=at, stripe_cents=one.stripe, books_cents=one.books,
        )  # fmt: skip
    return opened


def check_ledger(*, check: LedgerCheck, at: datetime) -> int:
    """Did the rebuild find what was stored?"""
    if not check.differences:
        settle_item(source=LEDGER, currency="", resolution="A later rebuild found no difference.", at=at)
        return 0
    problems = check.progress["problems"]
    rule, found = next(iter(problems.items()))
    suggestion = Suggestion(
        WorkItem.Kind.LEDGER_BROKEN,
        f"The nightly rebuild found {check.differences} rows that break a rule, for example {rule}: "
        f"{found['examples'][0]}."[:400],
        "Somebody changed rows behind PostgreSQL's triggers. Run verify_ledger, compare with a backup, then repair.",
    )
    return raise_item(
        source=LEDGER, currency="", suggestion=suggestion, amount_cents=0, day=check.day,
        happened_at=datetime.combine(check.day.date, time(), UTC), at=at,
    )  # fmt: skip


def _late(payout: PlatformPayout) -> str:
    return f"late:{payout.reference}"


def _raise_payout(
    payout: PlatformPayout,
    suggestion: Suggestion,
    day: ReconciliationDay,
    at: datetime,
    *,
    source: str = "",
    once: bool = False,
) -> bool:
    return raise_item(
        source=source or f"returned:{payout.reference}", currency=payout.currency, suggestion=suggestion,
        amount_cents=payout.amount_cents, day=day, happened_at=payout.created_at, at=at, once=once,
    )  # fmt: skip
